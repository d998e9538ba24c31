import Testing

@testable import Events
@testable import Tree

/// The event log.
@Suite
struct LogTests {
  @Test func `Events are in the order of arrival, with increasing sequences`() {
    var story = Story()
    #expect(story.fork(1, of: nil).logged == 0)
    #expect(story.exec(1, ["a"], at: 2).logged == 1)
    #expect(story.fail(1, ["b"], errno: 2, at: 3).logged == 2)
    #expect(story.exit(1, at: 9, code: 4).logged == 3)
    #expect(story.logged == [.fork, .exec, .failedExec, .exit])
    #expect(story.tree.log.nextSequence == 4)
  }

  @Test func `The oldest entries are forgotten first, and the others keep their sequences`() {
    var story = Story(limits: Limits(logLines: 3))
    for pid in 1...5 as ClosedRange<Int32> { story.fork(pid, of: nil) }
    #expect(story.tree.log.firstSequence == 2)
    #expect(story.tree.log.forgotten == 2)
    #expect(story.tree.log[1] == nil)
    #expect(story.tree.log[2]?.id == process(3))
    #expect(story.tree.log[5] == nil)
    #expect(story.tree.log.entries.map(\.sequence) == [2, 3, 4])
  }

  @Test func `Each kind of entry has its own details`() {
    var story = Story()
    story.fork(2, of: 1)
    story.exec(2, ["git", "status"], at: 5, parent: 1)
    story.fail(2, ["nosuch"], errno: 2, at: 6, parent: 1)
    story.exit(2, at: 22, code: 3, parent: 1, comm: "git")
    let entries = story.tree.log.entries
    #expect(entries.map(\.parentPID) == [1, 1, 1, 1])
    #expect(entries.map(\.errno) == [nil, nil, 2, nil])
    #expect(entries.map(\.status) == [nil, nil, nil, ExitStatus(code: 3)])
    #expect(entries.map(\.runTime) == [nil, nil, nil, 20])
    #expect(entries.map { $0.image.map(story.name) } == [nil, "git", "nosuch", "git"])
  }

  @Test func `A filter shows matching entries, and follows new and forgotten ones`() throws {
    var story = Story(limits: Limits(logLines: 4))
    story.exec(1, ["git"], at: 2)
    story.exec(2, ["sh"], at: 3)
    try story.filter("comm=git")
    #expect(story.shown == [0])
    story.exec(3, ["git"], at: 4)
    story.exec(4, ["sh"], at: 5)
    story.exec(5, ["git"], at: 6)
    #expect(story.shown == [2, 4])
    #expect(story.lines.line(of: 3, in: story.tree) == 1)
    #expect(story.lines.line(of: 4, in: story.tree) == 1)
    #expect(story.lines.line(of: 9, in: story.tree) == 2)
    try story.filter(nil)
    #expect(story.shown == [1, 2, 3, 4])
    #expect(story.lines.line(of: 0, in: story.tree) == 0)
    #expect(story.lines.line(of: 3, in: story.tree) == 2)
    #expect(story.lines.entry(at: 4, in: story.tree) == nil)
  }

  @Test func `Forgotten entries leave the filtered view even if no new entry matches`() throws {
    var story = Story(limits: Limits(logLines: 2))
    try story.filter("comm=git")
    story.exec(1, ["git"], at: 2)
    story.exec(2, ["sh"], at: 3)
    story.exec(3, ["sh"], at: 4)
    #expect(story.shown == [])
  }

  @Test func `Losses are shown under every filter`() throws {
    var story = Story()
    try story.filter("comm=git")
    story.apply(.lost(LostEvent(time: 5, counts: LossCounts(forks: 1))))
    #expect(story.shown == [0])
  }
}
