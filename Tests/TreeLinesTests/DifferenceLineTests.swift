import Comparison
import Events
import Recording
import Testing
import Tree

@testable import TreeLines

/// The lines of `diff --json`.
@Suite
struct DifferenceLineTests {
  /// A process that ran for a time and exited.
  private func tree(_ argv: [String], status: Int32, seconds: UInt64) -> ComparedRun {
    var tree = ProcessTree()
    let facts = ProcessFacts(id: ProcessID(pid: 7, startTime: 1_000_000_000), parent: nil, comm: "cc")
    let end = 1_000_000_000 + seconds * 1_000_000_000
    _ = tree.apply(.fork(ForkEvent(time: 1_000_000_000, process: facts)))
    _ = tree.apply(
      .exec(ExecEvent(process: facts, image: ProcessImage(time: 1_000_000_001, comm: "cc", argv: StringVector(argv)))))
    _ = tree.apply(.exit(ExitEvent(time: end, process: facts, status: ExitStatus(code: status))))
    return ComparedRun(tree, now: end)
  }

  @Test func `A line has what differs and both processes`() {
    let comparison = RunComparison(
      tree(["cc", "-O1", "a.c"], status: 0, seconds: 2), tree(["cc", "-O2", "a.c", "\u{1b}"], status: 1, seconds: 3))
    var encoder = JSONLineEncoder(wallOffset: nil)
    for row in comparison.rows { encoder.append(row, of: comparison) }
    #expect(
      String(decoding: encoder.bytes, as: UTF8.self)
        == #"{"diff":"changed","depth":0,"changes":["args","status","dur"],"whole_ppm":500000,"#
        + #""args_removed":["-O1"],"args_added":["-O2","\u001b"],"#
        + #""a":{"pid":7,"start":1000000000,"comm":"cc","argv":["cc","-O1","a.c"],"failed":0,"exit":0,"dur":2000000000},"#
        + #""b":{"pid":7,"start":1000000000,"comm":"cc","argv":["cc","-O2","a.c","\u001b"],"failed":0,"exit":1,"#
        + #""dur":3000000000}}"# + "\n")
  }

  @Test func `A process of one recording stands alone`() {
    let empty = ComparedRun(ProcessTree(), now: 0)
    let comparison = RunComparison(empty, tree(["cc"], status: 0, seconds: 1))
    var encoder = JSONLineEncoder(wallOffset: nil)
    for row in comparison.rows { encoder.append(row, of: comparison) }
    #expect(
      String(decoding: encoder.bytes, as: UTF8.self)
        == #"{"diff":"b","depth":0,"b":{"pid":7,"start":1000000000,"comm":"cc","argv":["cc"],"failed":0,"exit":0,"#
        + #""dur":1000000000}}"# + "\n")
  }
}
