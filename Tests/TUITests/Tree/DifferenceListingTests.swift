import Comparison
import Events
import Testing
import Tree

@testable import TUI

/// The lines of `diff`.
@Suite
struct DifferenceListingTests {
  private let second: UInt64 = 1_000_000_000

  /// A `make` with children of these commands and statuses.
  private func run(_ children: [(argv: [String], status: Int32, milliseconds: UInt64)]) -> ComparedRun {
    var tree = ProcessTree()
    func start(_ id: ProcessID, _ parent: ProcessID?, _ argv: [String]) -> ProcessFacts {
      let facts = ProcessFacts(id: id, parent: parent, comm: Comm(argv[0].utf8))
      _ = tree.apply(.fork(ForkEvent(time: id.startTime, process: facts)))
      _ = tree.apply(
        .exec(
          ExecEvent(
            process: facts,
            image: ProcessImage(time: id.startTime + 1, comm: facts.comm, argv: StringVector(argv)))))
      return facts
    }
    let make = start(ProcessID(pid: 10, startTime: second), nil, ["make"])
    for (index, child) in children.enumerated() {
      let id = ProcessID(pid: Int32(20 + index), startTime: second + UInt64(index + 1) * 1000)
      let facts = start(id, make.id, child.argv)
      _ = tree.apply(
        .exit(
          ExitEvent(
            time: id.startTime + child.milliseconds * 1_000_000, process: facts,
            status: ExitStatus(code: child.status))))
    }
    _ = tree.apply(.exit(ExitEvent(time: second * 3, process: make, status: ExitStatus(code: 0))))
    return ComparedRun(tree, now: second * 3)
  }

  private func lines(_ a: ComparedRun, _ b: ComparedRun, _ glyphs: Glyphs = .utf8) -> [String] {
    var listing = DifferenceListing(RunComparison(a, b), glyphs: glyphs)
    var lines: [String] = []
    listing.forEachLine { line in
      lines.append(line.runs.map(\.text.string).joined())
      return true
    }
    return lines
  }

  @Test func `A tree of what differs, with its ancestors`() {
    let a = run([
      (["cc", "-O1", "a.c"], 0, 1), (["cc", "-O1", "b.c"], 0, 1), (["old"], 0, 5), (["slow"], 0, 100),
    ])
    let b = run([
      (["cc", "-O1", "a.c"], 0, 1), (["cc", "-O2", "b.c"], 1, 1), (["new", "\u{1b}[2J"], 0, 6), (["slow"], 0, 1100),
    ])
    #expect(
      lines(a, b)
        == [
          "          A         B  COMMAND",
          "       2.0s      2.0s  make",
          "~     1.0ms     1.0ms  ├─ cc -O2 b.c",
          "                       │  arguments: -O1 -> -O2",
          "                       │  status: exit 0 -> exit 1",
          "-     5.0ms            ├─ old",
          "+               6.0ms  ├─ new '\\x1b[2J'",
          "~     100ms      1.1s  └─ slow",
          "                          1.0s slower, 50 % of the whole run time",
          "1 only in A, 1 only in B, 2 changed; 4 processes are in both",
        ].map { $0 })
    #expect(lines(a, a) == [])
    #expect(lines(a, b, .ascii)[5] == "-     5.0ms            |- old")
  }
}
