import Testing

@testable import Events
@testable import Tree

/// The programs of a process.
@Suite
struct ProgramTests {
  @Test func `Several execs of one pid are one node with its history`() throws {
    var story = Story()
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.exec(2, ["setsid", "git"], at: 5)
    story.exec(2, ["git", "status"], at: 6)
    #expect(story.programs(2) == ["setsid", "git"])
    #expect(try story.node(2).execCount == 2)
    #expect(try story.node(2).facts.comm == "git")
    #expect(story.drawing == "1\n└ 2 git")
  }

  @Test func `A late exec is inserted by its time`() {
    var story = Story()
    story.exec(2, ["c"], at: 30)
    story.exec(2, ["a"], at: 10)
    story.exec(2, ["b"], at: 20)
    #expect(story.programs(2) == ["a", "b", "c"])
  }

  @Test func `The exec history is limited and counts dropped programs`() throws {
    var story = Story(limits: Limits(execHistory: 3))
    for time in 1...10 as ClosedRange<UInt64> { story.exec(2, ["run\(time)"], at: time) }
    #expect(story.programs(2) == ["run8", "run9", "run10"])
    #expect(try story.node(2).droppedImages == 7)
    #expect(try story.node(2).execCount == 10)
  }

  @Test func `An exec history of one program keeps the newest`() throws {
    var story = Story(limits: Limits(execHistory: 1))
    story.exec(2, ["a"], at: 1)
    story.exec(2, ["b"], at: 2)
    #expect(story.programs(2) == ["b"])
    #expect(try story.node(2).droppedImages == 1)
  }

  @Test func `A failed exec does not change the program, is counted, and the newest failure is kept`() throws {
    var story = Story()
    story.exec(2, ["sh"], at: 5)
    story.fail(2, ["nosuch"], errno: 2, at: 8)
    story.fail(2, ["denied"], errno: 13, at: 9)
    story.fail(2, ["late"], errno: 8, at: 7)
    let node = try story.node(2)
    #expect(story.programs(2) == ["sh"])
    #expect(node.failedExecCount == 3)
    #expect(node.lastFailure?.errno == 13)
    #expect(story.tree.totals.failedExecs == 3)
  }

  @Test func `An exec event from before /proc was read replaces what /proc showed`() {
    var story = Story()
    story.existing(2, of: 1, ["rewritten"], readAt: 100)
    story.exec(2, ["true"], at: 100, parent: 1)
    #expect(story.programs(2) == ["true"])
  }

  @Test func `Two exec events from before /proc was read replace the program of /proc`() {
    var story = Story()
    story.existing(2, of: 1, ["git"], readAt: 100)
    story.exec(2, ["setsid"], at: 90, parent: 1)
    story.exec(2, ["git"], at: 95, parent: 1)
    #expect(story.programs(2) == ["setsid", "git"])
  }

  @Test func `An exec event from after /proc was read comes after what /proc showed`() {
    var story = Story()
    story.existing(2, of: 1, ["sh"], readAt: 100)
    story.exec(2, ["ls"], at: 101, parent: 1)
    #expect(story.programs(2) == ["sh", "ls"])
  }

  @Test func `An exec by a thread leaves the process running under its pid`() throws {
    var story = Story()
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.exec(2, ["threads"], at: 5, parent: 1)
    story.exec(2, ["after"], at: 6, parent: 1)
    #expect(try story.node(2).isRunning)
    #expect(story.tree.totals.running == 2)
  }

  @Test func `/proc only adds unknown facts to a process that had events`() throws {
    var story = Story()
    story.fork(1, of: nil)
    story.exec(2, ["real"], at: 50, parent: 1)
    story.existing(2, of: 1, ["rewritten"], readAt: 60)
    let node = try story.node(2)
    #expect(story.programs(2) == ["real"])
    #expect(node.facts.user == "root")
    #expect(node.marks == .fromProc)
  }

  @Test func `/proc gives a program to a process with failed execs only`() {
    var story = Story()
    story.fail(2, ["nosuch"], errno: 2, at: 50, parent: 1)
    story.existing(2, of: 1, ["sh"], readAt: 60)
    #expect(story.programs(2) == ["sh"])
  }

  @Test func `/proc does not replace the facts of a fork`() throws {
    var story = Story()
    story.fork(1, of: nil)
    story.exec(1, ["init"], at: 2)
    story.fork(5, of: 1)
    story.existing(5, of: 1, ["rewritten"], readAt: 60)
    #expect(try story.node(5).imageIsInherited)
    #expect(try story.node(5).marks == [])
  }

  @Test func `A kernel thread has no program`() throws {
    var story = Story()
    story.existing(2, of: nil, ["kthreadd"], readAt: 60, isKernelThread: true)
    #expect(try story.node(2).isKernelThread)
    #expect(try story.node(2).image == nil)
  }

  @Test func `Processes from /proc are marked and have no log entry`() throws {
    var story = Story()
    #expect(story.existing(2, of: 1, ["sh"], readAt: 60).logged == nil)
    #expect(try story.node(2).marks == .fromProc)
    #expect(story.tree.log.isEmpty)
  }
}
