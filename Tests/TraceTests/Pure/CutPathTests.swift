import CExecsnoop
import Events
import Testing

@testable import Trace

/// Paths as the kernel side hands them on, names from the leaf upwards, of which a part may be missing.
@Suite struct CutPathTests {
  /// What `step_up_cgroup` of bpf/cgroups.bpf.h writes of a cgroup, for a room of this size.
  private func part(_ names: [[UInt8]], room: Int, steps: Int) -> (est_part, [UInt8]) {
    var bytes = [UInt8](repeating: 0xee, count: room)
    var part = est_part()
    for (round, name) in names.reversed().enumerated() {
      if round == steps { return (part, bytes) }
      if Int(part.size) > room - 256 {
        part.offset = part.size
        part.size = 0
      }
      bytes.replaceSubrange(Int(part.size)..<Int(part.size) + name.count + 1, with: name + [0])
      part.size += UInt32(name.count + 1)
    }
    if names.count < steps { part.path_sizes.all = 1 }
    return (part, bytes)
  }

  private func shown(_ names: [[UInt8]], room: Int, steps: Int = .max) -> RawBytes {
    let (part, bytes) = part(names, room: room, steps: steps)
    return bytes.withUnsafeBytes { cgroupPath(part, $0) }
  }

  private func path(_ names: ArraySlice<[UInt8]>) -> [UInt8] { names.flatMap { [UInt8(ascii: "/")] + $0 } }

  @Test func `The names next to the root are kept at any depth, and a missing end is marked`() {
    var generator = SystemRandomNumberGenerator()
    let seed = generator.next()
    var random = LinearGenerator(seed: seed)
    let mark = Array("/…".utf8)
    for _ in 0..<400 {
      let longest = [1, 3, 20, 255].randomElement(using: &random) ?? 1
      let names = (0..<Int.random(in: 0...120, using: &random)).map { _ in
        (0..<Int.random(in: 1...longest, using: &random)).map { _ in UInt8.random(in: 0x61...0x63, using: &random) }
      }
      let whole = names.isEmpty ? [UInt8(ascii: "/")] : path(names[...])
      let bytes = shown(names, room: 1024).bytes
      if bytes == whole { continue }
      #expect(bytes.suffix(mark.count).elementsEqual(mark), "seed \(seed)")
      let kept = bytes.dropLast(mark.count)
      // Some whole names from the root on, and as many as fill the room but for two of the longest.
      let count = names.indices.first { path(names[...$0]).count >= kept.count }.map { $0 + 1 } ?? 0
      #expect(kept.elementsEqual(path(names[..<count])), "seed \(seed)")
      #expect(kept.count > 1024 - 3 * 256, "seed \(seed)")
    }
  }

  @Test func `A walk that does not reach the root gives no absolute path`() {
    let names = (0..<40).map { Array("n\($0)".utf8) }
    #expect(shown(names, room: 1024, steps: 41).text.hasPrefix("/n0/n1/"))
    #expect(shown(names, room: 1024, steps: 32).text.hasPrefix("…/n8/n9/"))
    #expect(shown(names, room: 1024, steps: 1).text == "…/n39")
    #expect(shown([], room: 1024).text == "/")
    // Sizes that no kernel gives do not trap.
    var wrong = est_part()
    (wrong.size, wrong.offset, wrong.path_sizes.all) = (.max, .max, 1)
    #expect([0x61, 0].withUnsafeBytes { cgroupPath(wrong, $0) }.bytes.isEmpty == false)
  }

  @Test func `A cut path of an executable does not start with a slash`() {
    let names = Array("ssh\0sbin\0usr\0".utf8)
    #expect(names.withUnsafeBytes { Trace.path(cutAtRoot: $0) }.text == "…/usr/sbin/ssh")
    #expect([UInt8]().withUnsafeBytes { Trace.path(cutAtRoot: $0) }.text == "…")
  }
}

/// Random numbers that come again with their seed.
private struct LinearGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 33) ^ (state << 21)
  }
}
