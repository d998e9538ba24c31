import Events
import Glibc
import StormTruth
import TestSupport
import Testing
import Tree

extension KernelTests {
  /// The tree against the truth, process by process. `make bench` does the same with a million.
  @Suite struct StormTests {
    let scratch = Scratch()

    @Test func `Each of 50,000 processes appears once, with its parent and its arguments`() throws {
      let log = scratch["truth"], count = 50_000, arguments = ["a folder/with spaces", "", "\(getpid())"]
      let watch = try StormWatch()
      let fixture = try Fixture(["fixture", "storm", "\(count)", log, "0"] + arguments)
      watch.expect(storm: fixture.pid, count: count, arguments: arguments)
      try wait(for: "the end of the storm") {
        watch.receive()
        return watch.stormHasEnded
      }
      #expect(fixture.wait() == 0)
      let truth = Birth.all(in: log)
      #expect(truth.count == count && truth.allSatisfy { $0.parent == fixture.pid })
      let (verdict, lost) = watch.finish(truth: truth)
      #expect(verdict == StormCensus.Verdict())
      #expect(lost == 0)
    }

    @Test func `The census finds wrong trees`() throws {
      let storm = ProcessID(pid: 10, startTime: 1), other = ProcessID(pid: 11, startTime: 2)
      var tree = ProcessTree()
      var census = StormCensus(of: storm, count: 4)
      func live(_ pid: Int32, under parent: ProcessID, _ argv: [String], start: UInt64) {
        let facts = ProcessFacts(id: ProcessID(pid: pid, startTime: start), parent: parent, comm: "storm-child")
        let image = ProcessImage(time: start + 1, comm: "storm-child", argv: StringVector(argv))
        for event in [
          ProcessEvent.fork(ForkEvent(time: start, process: facts)),
          .exec(ExecEvent(process: facts, image: image)),
          .exit(ExitEvent(time: start + 2, process: facts, status: ExitStatus(code: 0))),
        ] {
          _ = tree.apply(event)
          census.look(after: event, in: tree)
        }
      }
      live(20, under: storm, ["storm-child", "serial", "0"], start: 100)
      live(21, under: other, ["storm-child", "serial", "1"], start: 200)
      live(22, under: storm, ["storm-child", "serial", "1"], start: 300)
      live(23, under: storm, ["storm-child", "serial", "2", "more"], start: 400)
      let truth = (0..<3).map { Birth(pid: 20 + $0, parent: 10, serial: Int($0), time: 1) }
      var expected = StormCensus.Verdict()
      expected.missing = 1
      expected.doubled = 1
      expected.wrongParents = 1
      expected.wrongArguments = 1
      expected.otherFaults = 1
      #expect(census.verdict(truth: truth) == expected)
    }
  }
}
