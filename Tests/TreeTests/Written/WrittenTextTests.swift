import Events
import TestSupport
import Testing

@testable import Tree

/// What processes wrote, as the tree remembers it.
@Suite struct WrittenTextTests {
  private func id(_ pid: Int32) -> ProcessID { ProcessID(pid: pid, startTime: UInt64(pid)) }

  private func fork(_ pid: Int32) -> ProcessEvent {
    .fork(ForkEvent(time: UInt64(pid), process: ProcessFacts(id: id(pid), parent: nil, comm: "x", uid: 0)))
  }

  private func exit(_ pid: Int32, at time: UInt64) -> ProcessEvent {
    .exit(
      ExitEvent(
        time: time, process: ProcessFacts(id: id(pid), parent: nil, comm: "x", uid: 0), status: ExitStatus(code: 1)))
  }

  private func write(
    _ pid: Int32, _ text: String, at time: UInt64, _ stream: OutputEvent.Stream = .output, leftOut: UInt64 = 0
  ) -> ProcessEvent {
    .output(OutputEvent(time: time, process: id(pid), stream: stream, bytes: Array(text.utf8), leftOut: leftOut))
  }

  private func text(_ tree: ProcessTree, _ pid: Int32) -> String? {
    tree.writtenText(of: id(pid)).map { String(decoding: $0.parts().flatMap(\.bytes), as: UTF8.self) }
  }

  private func apply(_ events: [ProcessEvent], to tree: inout ProcessTree) {
    for event in events { _ = tree.apply(event) }
  }

  @Test func `Both streams in the order of their times, and nothing later than a moment`() {
    var tree = ProcessTree()
    apply(
      [
        fork(1), write(1, "a", at: 10), write(1, "b", at: 20, .error), write(1, "c", at: 30),
        write(1, "", at: 40, leftOut: 7),
      ], to: &tree)
    let text = tree.writtenText(of: id(1))
    #expect(text?.parts().map(\.stream) == [.output, .error, .output])
    #expect(text?.parts(until: 20).map { Array($0.bytes) } == [[0x61], [0x62]])
    #expect(text?.missing() == 7)
    #expect(text?.missing(until: 39) == 0)
    #expect(text?.missing(until: 40) == nil)
    #expect(tree.writtenText(of: id(2)) == nil)
  }

  @Test func `Output of an unknown process counts as lost, and that of a forgotten one is forgotten`() {
    var tree = ProcessTree(limits: Limits(processes: 1))
    apply([write(9, "x", at: 5)], to: &tree)
    #expect(tree.totals.lost == LossCounts(outputs: 1))
    #expect(tree.writtenText(of: id(9)) == nil)
    apply([fork(1), write(1, "x", at: 10), exit(1, at: 11), fork(2)], to: &tree)
    #expect(tree[id(1)] == nil && tree.writtenText(of: id(1)) == nil)
    #expect(tree.written.count == 0 && tree.written.size == 0)
  }

  @Test func `The events of a saved tree have what was written, among the others`() {
    var tree = ProcessTree()
    apply(
      [
        fork(1), write(1, "a", at: 10), write(1, "b", at: 20, .error), write(1, "", at: 25, leftOut: 9),
        exit(1, at: 30),
      ], to: &tree)
    let events = TreeEvents(of: tree).all
    #expect(events.map(\.time) == [1, 10, 20, 25, 30])
    var again = ProcessTree()
    apply(events, to: &again)
    #expect(text(again, 1) == "ab")
    #expect(again.writtenText(of: id(1))?.missing() == 9)
    #expect(again.writtenText(of: id(1))?.parts(until: 19).count == 1)
  }

  @Test func `The processes that exited first lose their output first`() {
    let line = String(repeating: "x", count: 1000)
    var tree = ProcessTree(limits: Limits(output: 5000))
    apply([1, 2, 3, 4].map(fork), to: &tree)
    apply([write(1, line, at: 10), write(2, line, at: 11), write(3, line, at: 12)], to: &tree)
    apply([exit(3, at: 20), exit(2, at: 21), write(4, line, at: 22), write(4, line, at: 23)], to: &tree)
    #expect(text(tree, 3) == "" && tree.writtenText(of: id(3))?.missing() == 1000)
    #expect(text(tree, 1) == line && text(tree, 2) == line && text(tree, 4) == line + line)
    apply([write(4, line, at: 24)], to: &tree)
    #expect(text(tree, 2) == "" && text(tree, 1) == line)
    // Where only running processes are left, the one that began first.
    apply([write(4, line, at: 25)], to: &tree)
    #expect(text(tree, 1) == "" && text(tree, 4) == String(repeating: line, count: 4))
  }

  @Test(arguments: Seeds.first(40)) func `The memory stays within its limit, and every byte is kept or counted`(
    seed: UInt64
  ) {
    var random = SeededGenerator(seed: seed)
    let limit = Int.random(in: 3000...20_000, using: &random)
    var tree = ProcessTree(limits: Limits(processes: Int.random(in: 5...40, using: &random), output: limit))
    var written: [ProcessID: Int] = [:]
    var running: [Int32] = []
    var next: Int32 = 1
    for step in 0..<1500 {
      let time = UInt64(100_000 + step)
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<2:
        _ = tree.apply(fork(next))
        running.append(next)
        next += 1
      case 2:
        guard let pid = running.randomElement(using: &random) else { continue }
        running.removeAll { $0 == pid }
        _ = tree.apply(exit(pid, at: time))
      default:
        guard next > 1 else { continue }
        let pid = Int32.random(in: 1..<next, using: &random)
        let count = Int.random(in: 0...700, using: &random)
        guard tree.contains(id(pid)) else { continue }
        _ = tree.apply(write(pid, String(repeating: "y", count: count), at: time))
        written[id(pid), default: 0] += count
      }
      // A process without its text still has an entry, as long as the tree has the process.
      #expect(tree.written.size <= limit + tree.written.count * 200)
      let texts = tree.allIDs.compactMap { tree.writtenText(of: $0) }
      #expect(texts.reduce(0) { $0 + $1.size } == tree.written.size)
      #expect(tree.written.count == texts.count)
    }
    for process in tree.allIDs {
      guard let text = tree.writtenText(of: process) else { continue }
      let kept = text.parts().reduce(0) { $0 + $1.bytes.count }
      #expect(UInt64(kept) + (text.missing() ?? 0) == UInt64(written[process] ?? 0))
    }
  }
}
