import Testing

@testable import Events
@testable import Tree

/// Limits for a whole run.
@Suite
struct BudgetTests {
  private static let second: UInt64 = 1_000_000_000

  @Test(
    arguments: [
      ("dur<30s", .dur, 30 * second - 1, "<30s"), ("dur<=30s", .dur, 30 * second, "<=30s"),
      (" dur < 1.5s ", .dur, 1_499_999_999, "<1.5s"), ("DUR<2m", .dur, 120 * second - 1, "<2m"),
      ("cpu<=250ms", .cpu, 250_000_000, "<=250ms"), ("cpu<=3us", .cpu, 3000, "<=3us"),
      ("dur<1h", .dur, 3600 * second - 1, "<1h"),
      ("mem<=512M", .mem, 512 << 20, "<=512M"), ("mem<=1.5GiB", .mem, 3 << 29, "<=1.5GiB"),
      ("mem<1kb", .mem, 1023, "<1kb"),
      ("mem<=1000", .mem, 1000, "<=1000"), ("execs<1000", .execs, 999, "<1000"), ("processes<=3", .processes, 3, "<=3"),
      ("failed=0", .failed, 0, "=0"), ("nonzero==0", .nonzero, 0, "==0"), ("killed<1", .killed, 0, "<1"),
      ("dur<=0", .dur, 0, "<=0"), ("execs<0", .execs, nil, "<0"),
    ] as [(String, Budget.Measure, UInt64?, String)])
  func `A limit`(text: String, measure: Budget.Measure, highest: UInt64?, shown: String) throws {
    let limits = try Budget(text).limits
    #expect(limits == [Budget.Limit(measure: measure, highest: highest, text: shown)])
  }

  @Test(arguments: [
    ("", "a limit is empty"), ("dur<1s,", "a limit is empty"), (",", "a limit is empty"),
    ("dur", "dur without < or <= is no upper limit"), ("dur>1s", "dur with > is no upper limit"),
    ("dur!=1s", "dur with != is no upper limit"), ("dur<<1s", "dur with << is no upper limit"),
    ("dur:1s", "dur with : is no upper limit"), ("execs=5", "execs=5 is no upper limit: write execs<=5"),
    ("time<1s", "time is not measured: use one of dur, cpu, mem, processes, execs, failed, nonzero, killed"),
    ("<1s", "<1s is not measured"), ("1", "1 is not measured"),
    ("dur<", "expected a time such as 30s after dur<"), ("dur<5", "expected a time such as 30s after dur<"),
    ("dur<1x", "expected a time such as 30s after dur<"), ("dur<1.s", "expected a time such as 30s after dur<"),
    ("dur<-1s", "expected a time such as 30s after dur<"), ("mem<5Q", "expected a size such as 512M after mem<"),
    ("execs<1.5", "expected a number after execs<"), ("execs<1k", "expected a number after execs<"),
    ("execs<99999999999999999999", "the number after execs< is too large"),
    ("dur<99999999999h", "the number after dur< is too large"), ("mem<99999999T", "the number after mem< is too large"),
    ("execs<1 000", "expected a number after execs<"), ("dur<\u{0661}s", "expected a time such as 30s after dur<"),
  ])
  func `A bad limit is one line`(text: String, message: String) {
    let error = #expect(throws: BudgetError.self) { try Budget(text) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("\n") == false)
  }

  @Test func `Exceeded limits are named in their order`() throws {
    var sums = RunSums()
    (sums.duration, sums.execs, sums.nonzero) = (30 * Self.second, 1000, 1)
    let budget = try Budget("execs<1000,dur<=30s,nonzero=0,mem<1M,processes<0")
    #expect(budget.exceeded(by: sums).map(\.limit.text) == ["<1000", "=0", "<0"])
    #expect(budget.exceeded(by: sums).map(\.value) == [1000, 1, 0])
    #expect(try Budget("dur<30s").exceeded(by: sums).count == 1)
  }

  @Test func `The sums of a run are those below its root, without what ran before`() throws {
    var story = Story()
    let before = ProcessFacts(id: process(1), parent: nil, comm: "init")
    story.apply(
      .existing(
        ExistingProcess(
          time: 5, process: before,
          image: ProcessImage(time: 5, comm: "init", argv: StringVector(["init"]), marks: .fromProc))))
    story.fork(10, of: 1)
    // A search through PATH that found its program is no failure.
    story.fail(10, ["make"], errno: 2, at: 10)
    story.exec(10, ["make"], at: 11)
    story.fork(20, of: 10)
    story.exec(20, ["cc"], at: 21)
    story.fail(20, ["cc1"], errno: 2, at: 22)
    let killed = ProcessFacts(id: process(20), parent: process(10), comm: "cc")
    story.apply(
      .exit(
        ExitEvent(
          time: 30, process: killed, status: ExitStatus(signal: 9),
          usage: ResourceUsage(userTime: 3, systemTime: 4, peakMemory: 4096))))
    story.exit(10, at: 40, code: 2, comm: "make")
    story.fork(50, of: 1)
    let sums = RunSums(of: story.tree, below: process(10), span: 5...100)
    #expect(sums.duration == 30 && sums.processes == 2 && sums.execs == 2 && sums.nonzero == 2 && sums.killed == 1)
    #expect(sums.failedExecs == 1)
    #expect(sums.cpuTime == 7 && sums.peakMemory == 4096)
    let all = RunSums(of: story.tree, span: 5...100)
    #expect(all.duration == 95 && all.processes == 3 && all.execs == 2 && all.nonzero == 2)
  }
}
