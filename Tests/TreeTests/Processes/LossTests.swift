import Testing

@testable import Events
@testable import Tree

/// Losses and resyncs.
@Suite
struct LossTests {
  private func lost(
    _ kind: LostRecord.Kind, _ pid: Int32, of parent: Int32? = nil, at time: UInt64, comm: Comm = "sh", uid: UInt32 = 0
  ) -> LostRecord {
    LostRecord(
      kind: kind, time: time, id: process(pid), parent: parent.map { process($0) }, comm: comm, uid: uid)
  }

  /// 1 ─ 2, with 2 running `make`.
  private func family() -> Story {
    var story = Story()
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.exec(2, ["make"], at: 3, parent: 1, user: "ana")
    return story
  }

  private func loss(
    _ records: [LostRecord], unnamed: UInt64 = 0, at time: UInt64 = 50, since: UInt64? = nil
  ) -> ProcessEvent {
    var counts = LossCounts(execs: unnamed)
    for record in records {
      switch record.kind {
      case .fork: counts.forks += 1
      case .exec: counts.execs += 1
      case .failedExec: counts.failedExecs += 1
      case .exit: counts.exits += 1
      }
    }
    return .lost(LostEvent(time: time, since: since, counts: counts, records: records, unnamed: unnamed))
  }

  private func census(
    _ pids: [Int32], at time: UInt64, parents: [Int32: Int32] = [:], unsure: [Int32] = []
  ) -> ProcessEvent {
    .census(
      CensusEvent(
        time: time,
        alive: pids.map { pid in CensusEvent.Living(id: process(pid), parent: parents[pid].map { process($0) }) },
        unsure: unsure))
  }

  @Test func `A lost fork places the child below its parent with inherited facts, and marks it`() throws {
    var story = family()
    story.apply(loss([lost(.fork, 9, of: 2, at: 9, comm: "make")]))
    let node = try story.node(9)
    #expect(node.parent == process(2))
    #expect(node.isRunning && !node.isPlaceholder)
    #expect(node.gaps == .fork)
    #expect(node.marks == [.inferred, .incomplete])
    #expect(node.facts.comm == "make" && node.facts.user == "ana")
    #expect(node.imageIsInherited && node.image.map(story.name) == "make")
    #expect(try story.node(2).gaps == [])
    #expect(story.tree.totals.forks == 2, "it was not seen")
  }

  @Test func `A lost fork corrects the parent of a later event`() throws {
    var story = family()
    story.exec(9, ["cc"], at: 12, parent: 1)
    #expect(try story.node(9).parent == process(1))
    story.apply(loss([lost(.fork, 9, of: 2, at: 9)]))
    #expect(try story.node(9).parent == process(2))
    #expect(try story.node(9).presentParent == process(1))
    #expect(try story.node(9).image.map(story.name) == "cc")
  }

  @Test func `A lost exit ends its process with unknown status`() throws {
    var story = family()
    story.apply(loss([lost(.exit, 2, of: 1, at: 20)]))
    #expect(try story.node(2).end == ProcessEnd(time: 20, status: nil, usage: nil))
    #expect(try story.node(2).gaps == .exit)
    #expect(story.tree.totals.exits == 0)
    #expect(story.tree.totals.running == 1)
  }

  @Test func `A guessed exit gets its exact time, and a seen exit stays`() throws {
    var story = family()
    story.fork(process(2, started: 30), of: process(1))
    #expect(try story.node(2).end?.time == 30)
    story.apply(loss([lost(.exit, 2, of: 1, at: 20)]))
    #expect(try story.node(2).end?.time == 20)
    story.fork(3, of: 1)
    story.exit(3, at: 40, code: 1)
    story.apply(loss([lost(.exit, 3, of: 1, at: 45)]))
    #expect(try story.node(3).end?.time == 40)
  }

  @Test func `A lost exec makes the program outdated until /proc shows the new one`() throws {
    var story = family()
    story.apply(loss([lost(.exec, 2, of: 1, at: 20, comm: "cc")]))
    #expect(try story.node(2).imageIsOutdated)
    #expect(try story.node(2).facts.comm == "cc")
    #expect(story.programs(2) == ["make"])
    story.existing(2, of: 1, ["cc", "-c"], readAt: 30)
    #expect(try !story.node(2).imageIsOutdated)
    #expect(story.programs(2) == ["make", "cc"])
    #expect(try story.node(2).image?.marks == .fromProc)
    #expect(try story.node(2).gaps == .exec)
    #expect(try story.node(2).execCount == 1)
  }

  @Test func `Before a loss nothing is missing`() throws {
    var story = family()
    story.fork(3, of: 1)
    story.exec(2, ["cc"], at: 15)
    story.exec(3, ["ld"], at: 16)
    story.apply(
      loss([lost(.exec, 2, of: 1, at: 20), lost(.failedExec, 2, of: 1, at: 21), lost(.exit, 3, of: 1, at: 22)]))
    #expect(try story.node(2).gaps == [.exec, .failedExec] && story.node(3).gaps == .exit)
    let before = story.tree.asOf(18)
    #expect(before[process(2)]?.gaps == [] && before[process(3)]?.gaps == [])
    #expect(story.tree.asOf(20)[process(2)]?.gaps == .exec)
  }

  @Test func `A program that /proc showed before a lost exec does not replace it; a seen exec does`() throws {
    var story = family()
    story.apply(loss([lost(.exec, 2, of: 1, at: 20)]))
    story.existing(2, of: 1, ["old"], readAt: 19)
    #expect(try story.node(2).imageIsOutdated)
    story.exec(2, ["ld"], at: 40)
    #expect(try !story.node(2).imageIsOutdated)
    #expect(story.programs(2) == ["make", "ld"])
  }

  @Test func `A late exec replaces the program of /proc, unless another exec was lost in between`() throws {
    var story = family()
    story.apply(loss([], unnamed: 1, since: 2))
    story.existing(2, of: 1, ["cc"], readAt: 60)
    story.exec(2, ["cc", "-c"], at: 55)
    #expect(try story.node(2).image?.argv.reduce(0) { count, _ in count + 1 } == 2)
    #expect(story.programs(2) == ["make", "cc"])

    var other = family()
    other.apply(loss([lost(.exec, 2, of: 1, at: 20)]))
    other.existing(2, of: 1, ["cc"], readAt: 60)
    other.exec(2, ["sh"], at: 15)
    #expect(other.programs(2) == ["make", "sh", "cc"])
  }

  @Test func `After a loss without names, another program in /proc shows a lost exec`() throws {
    var story = family()
    story.existing(2, of: 1, ["cc"], readAt: 30)
    #expect(story.programs(2) == ["make"], "without a loss, events count more than /proc")
    story.apply(loss([], unnamed: 1, since: 10))
    #expect(story.tree.mayLackEvents(process(2)))
    story.existing(2, of: 1, ["cc"], readAt: 60)
    #expect(story.programs(2) == ["make", "cc"])
    #expect(try story.node(2).gaps == .exec)
  }

  @Test func `Another title of the same program is not an exec`() throws {
    var story = family()
    story.apply(loss([], unnamed: 1, since: 10))
    let image = ProcessImage(
      time: 60, comm: "make", exe: "/bin/make", argv: StringVector(["make: working"]), marks: .fromProc)
    let facts = ProcessFacts(id: process(2), parent: process(1), comm: "make")
    story.apply(.existing(ExistingProcess(time: 60, process: facts, image: image)))
    #expect(story.programs(2) == ["make"])
    #expect(try story.node(2).gaps == [])
  }

  @Test func `A loss without names affects the processes that existed then`() {
    var story = family()
    story.exit(2, at: 20)
    story.fork(3, of: 1)
    story.apply(loss([], unnamed: 2, at: 50, since: 40))
    story.fork(process(4, started: 60), of: process(1))
    #expect(story.tree.blindTime == 40...50)
    #expect(!story.tree.mayLackEvents(process(2)))
    #expect(story.tree.mayLackEvents(process(3)))
    #expect(!story.tree.mayLackEvents(process(4, started: 60)))
  }

  @Test func `A census ends the processes that it does not list, and no others`() throws {
    var story = family()
    for pid in 3...7 as ClosedRange<Int32> { story.fork(pid, of: 2) }
    story.fork(process(8, started: 90), of: process(2))
    story.apply(census([1, 2, 3], at: 80, unsure: [4]))
    #expect(try story.node(5).end == ProcessEnd(time: 80, status: nil, usage: nil))
    #expect(try story.node(5).gaps == .exit)
    #expect((5...7).allSatisfy { story.tree[process($0)]?.isRunning == false })
    #expect((1...4).allSatisfy { story.tree[process($0)]?.isRunning == true })
    #expect(story.tree[process(8, started: 90)]?.isRunning == true, "it started after the census")
    #expect(story.tree.totals.running == 5)
    #expect(!story.logged.contains(.exit))
  }

  @Test func `A census ends a process whose pid another process has`() throws {
    var story = family()
    story.apply(
      .census(
        CensusEvent(
          time: 80,
          alive: [
            .init(id: process(1), parent: nil), .init(id: process(2, started: 44), parent: process(1)),
          ])))
    #expect(try !story.node(2).isRunning)
    #expect(story.tree[process(2, started: 44)] == nil, "events after the census add it")
  }

  @Test func `A late exit replaces the guess of the census`() throws {
    var story = family()
    story.apply(census([1], at: 80))
    story.exit(2, at: 79, code: 3)
    #expect(try story.node(2).end?.status == ExitStatus(code: 3))
    #expect(try story.node(2).end?.time == 79)
    #expect(story.tree.totals.exits == 1)
    #expect(story.tree.totals.running == 1)
  }

  @Test func `A census sets present parents and keeps original ones`() throws {
    var story = family()
    story.fork(3, of: 2)
    story.apply(census([1, 3], at: 80, parents: [3: 1]))
    #expect(try story.node(3).presentParent == process(1))
    #expect(try story.node(3).parent == process(2))
  }

  @Test func `A placeholder ends without a gap`() throws {
    var story = Story()
    story.exec(9, ["a"], at: 12, parent: 5)
    story.apply(census([9], at: 80))
    #expect(try !story.node(5).isRunning)
    #expect(try story.node(5).gaps == [])
  }

  @Test func `Unseen processes follow the census`() throws {
    var story = family()
    story.apply(loss([], unnamed: 4, since: 3))
    story.apply(census([1, 2, 9], at: 80, parents: [9: 2]))
    story.existing(9, of: 2, ["daemon"], readAt: 81)
    #expect(try story.node(9).parent == process(2))
    #expect(try story.node(9).marks == .fromProc)
    #expect(story.programs(9) == ["daemon"])
  }

  @Test func `A program that /proc no longer showed leaves a gap, which a later fork event closes`() throws {
    var story = Story()
    let facts = ProcessFacts(id: process(9), parent: process(1), comm: "sh")
    let image = ProcessImage(time: 20, comm: "sh", marks: [.fromProc, .incomplete])
    story.apply(.existing(ExistingProcess(time: 19, process: facts, image: image)))
    #expect(try story.node(9).gaps == .program)
    #expect(try story.node(9).image == nil)
    story.fork(9, of: 1, at: 18)
    #expect(try story.node(9).gaps == [])
  }

  @Test func `A loss may name processes after it was counted, without a second log entry`() {
    var story = family()
    story.apply(.lost(LostEvent(time: 5, counts: LossCounts(exits: 1))))
    story.apply(.lost(LostEvent(time: 6, counts: LossCounts(), records: [lost(.exit, 2, of: 1, at: 4)])))
    #expect(story.logged.filter { $0 == .lost }.count == 1)
    #expect(story.tree.totals.lost.total == 1)
    #expect(story.tree[process(2)]?.isRunning == false)
  }
}
