import Events
import TestSupport
import Testing

@testable import Comparison

/// What is set aside of a command, and what is not.
@Suite struct NormaliserTests {
  private func normal(_ text: String, isPort: Bool = false) -> String {
    let normaliser = CommandNormaliser(pids: [4711, 12], directory: Array("/home/a/src".utf8))
    var result: [UInt8] = []
    Array(text.utf8).withUnsafeBufferPointer { normaliser.append($0, isPort: isPort, to: &result) }
    return String(decoding: result, as: UTF8.self)
  }

  @Test(arguments: [
    ("/tmp/ccAbCdEf.o", "/tmp/<tmp>.o"), ("/tmp/ccabcdef.o", "/tmp/<tmp>.o"), ("/tmp/tmp.2ofzUxeNXl", "/tmp/tmp.<tmp>"),
    ("-plugin-opt=-fresolution=/tmp/cc8Xyz12.res", "-plugin-opt=-fresolution=/tmp/<tmp>.res"),
    ("/tmp/build-x7Yq2z/main.c", "/tmp/build-<tmp>/main.c"), ("/var/tmp/rpm-tmp.Ab12cd", "/var/tmp/rpm-tmp.<tmp>"),
    ("--jobserver-auth=fifo:/tmp/GMfifo31337", "--jobserver-auth=fifo:/tmp/<tmp>"),
    ("/tmp/install.sh", "/tmp/install.sh"), ("/srv/tmp/ccAbCdEf.o", "/srv/tmp/ccAbCdEf.o"),
    ("kill 4711", "kill <number>"), ("/proc/99/status", "/proc/<number>/status"), ("sleep 47", "sleep 47"),
    ("-j12", "-j12"), ("0123456789abcdef", "<hash>"), ("deadbeef", "deadbeef"), ("v1.2.3", "v1.2.3"),
    ("5f3b2c1", "<hash>"), ("8ceab89c-6d3f-4d08-a2c7-1b0c2f3e4d5a", "<uuid>"), ("2026-11-30", "<time>"),
    ("2026-11-30T12:34:56.789Z", "<time>"), ("at 12:34:56 sharp", "at <time> sharp"),
    ("http://localhost:43521/x", "http://localhost:<number>/x"), ("--port=8080", "--port=<number>"),
    ("-p 80:80", "-p 80:80"), ("/home/a/src/main.c", "<dir>/main.c"), ("-I/home/a/src", "-I<dir>"),
    ("-I /home/a/src2", "-I /home/a/src2"), ("x=/home/a/src", "x=<dir>"), ("file-1.o", "file-1.o"),
    ("/dev/fd/63", "/dev/fd/<number>"), ("1700000000", "<hash>"),
  ])
  func `What is set aside`(text: String, expected: String) {
    #expect(normal(text) == expected)
    #expect(normal(normal(text)) == expected)
  }

  @Test func `A number after an option for a port is set aside`() {
    #expect(normal("8080", isPort: true) == "<number>")
    #expect(normal("80", isPort: true) == "80")
    #expect(Array("--listen-port".utf8).withUnsafeBufferPointer(CommandNormaliser.announcesPort))
  }

  @Test func `Any bytes are taken`() {
    let normaliser = CommandNormaliser(pids: [1], directory: [])
    for seed in Seeds.first(400) {
      var generator = SeededGenerator(seed: seed)
      let alphabet = Array("/tmp/cc0a9F-:.T =é".utf8) + [0xff, 0x00]
      let bytes = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
        generator.once(in: 3)
          ? UInt8.random(in: 0...255, using: &generator) : alphabet.randomElement(using: &generator) ?? 0
      }
      var result: [UInt8] = []
      bytes.withUnsafeBufferPointer { normaliser.append($0, to: &result) }
      #expect(result.count <= bytes.count * 8 + 8)
    }
  }
}

/// The longest common subsequence, beside a table of all prefixes.
@Suite struct SubsequenceTests {
  @Test func `The longest one is found`() {
    for seed in Seeds.first(2000) {
      var generator = SeededGenerator(seed: seed)
      let x = (0..<Int.random(in: 0...20, using: &generator)).map { _ in Int.random(in: 0...4, using: &generator) }
      let y = (0..<Int.random(in: 0...20, using: &generator)).map { _ in Int.random(in: 0...4, using: &generator) }
      let found = SiblingMatch.commonSubsequence(x, y, mostEdits: 100)
      #expect(found.count == Self.longest(x, y), "\(seed): \(x) \(y) \(found)")
      #expect(found.allSatisfy { x[$0.0] == y[$0.1] })
      #expect(zip(found, found.dropFirst()).allSatisfy { $0.0 < $1.0 && $0.1 < $1.1 })
    }
  }

  private static func longest(_ x: [Int], _ y: [Int]) -> Int {
    var table = Array(repeating: Array(repeating: 0, count: y.count + 1), count: x.count + 1)
    for (i, one) in x.enumerated() {
      for (j, other) in y.enumerated() {
        table[i + 1][j + 1] = one == other ? table[i][j] + 1 : max(table[i][j + 1], table[i + 1][j])
      }
    }
    return table[x.count][y.count]
  }
}
