import Testing

@testable import ProcessTree

@Suite("What is forgotten when there is too much")
struct RetentionTests {
  @Test func `the first to end go first`() {
    var story = Story(limits: Limits(processes: 3))
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.fork(3, of: 1)
    story.exit(3, at: 10)
    story.exit(2, at: 11)
    let change = story.fork(4, of: 1)
    #expect(change.steps.last?.kind == .forgotten)
    #expect(change.steps.last?.id == process(3))
    #expect(change.steps.last?.parent == process(1))
    #expect(story.children(1) == [2, 4])
    #expect(story.tree.totals.forgotten == 1)
    #expect(story.tree[process(3)] == nil)
  }

  @Test func `what runs is never forgotten`() {
    var story = Story(limits: Limits(processes: 2))
    story.fork(1, of: nil)
    for pid in 2...9 as ClosedRange<Int32> { story.fork(pid, of: 1) }
    #expect(story.tree.totals.processes == 9)
    for pid in 2...9 as ClosedRange<Int32> { story.exit(pid, at: UInt64(pid) + 20) }
    #expect(story.children(1) == [9])
  }

  @Test func `an ended process stays while something below it runs, and goes with the last of it`() {
    var story = Story(limits: Limits(processes: 3))
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.fork(3, of: 2)
    story.exit(2, at: 10, reaper: 1)
    story.fork(4, of: 1)
    #expect(story.children(2) == [3])
    story.exit(3, at: 11)
    #expect(story.children(1) == [2, 4])
    story.fork(5, of: 1)
    #expect(story.children(1) == [4, 5])
    #expect(story.tree.totals.forgotten == 2)
  }

  @Test func `a placeholder goes when nothing stands below it any more`() {
    var story = Story(limits: Limits(processes: 2))
    story.exec(20, ["a"], at: 21, parent: 7)
    story.exit(20, at: 22, parent: 7)
    story.fork(30, of: nil)
    story.fork(31, of: 30)
    #expect(story.tree.roots == [process(30)])
  }

  @Test func `a process that names a forgotten one makes it known again by its name`() throws {
    var story = Story(limits: Limits(processes: 1))
    story.fork(1, of: nil)
    story.fork(2, of: nil)
    story.exit(1, at: 5)
    #expect(story.tree[process(1)] == nil)
    story.exec(3, ["late"], at: 6, parent: 1)
    #expect(try story.node(1).isPlaceholder)
  }

  @Test func `a limit of nothing still applies every event`() {
    var story = Story(limits: Limits(processes: 0, logLines: 0))
    story.fork(1, of: nil)
    story.exit(1, at: 5)
    #expect(story.tree.totals.processes == 0)
    #expect(story.tree.totals.exits == 1)
    #expect(story.outline.rowCount == 0)
  }

  @Test func `an event can insert a process and forget it again`() {
    var story = Story(limits: Limits(processes: 0))
    let change = story.exit(1, at: 5)
    #expect(change.steps.map(\.kind) == [.inserted, .changed, .forgotten])
    #expect(story.outline.matchCount == 0)
  }
}
