import Testing

@testable import Events
@testable import Tree

/// Processes that are forgotten because of limits.
@Suite
struct RetentionTests {
  @Test func `Processes that exited first are forgotten first`() {
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

  @Test func `Running processes are never forgotten`() {
    var story = Story(limits: Limits(processes: 2))
    story.fork(1, of: nil)
    for pid in 2...9 as ClosedRange<Int32> { story.fork(pid, of: 1) }
    #expect(story.tree.totals.processes == 9)
    for pid in 2...9 as ClosedRange<Int32> { story.exit(pid, at: UInt64(pid) + 20) }
    #expect(story.children(1) == [9])
  }

  @Test func `An exited process stays while a descendant runs, and is forgotten with the last one`() {
    var story = Story(limits: Limits(processes: 4))
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.fork(3, of: 2)
    story.fork(6, of: 2)
    story.exit(2, at: 10, reaper: 1)
    story.fork(4, of: 1)
    #expect(story.children(2) == [3, 6])
    story.exit(3, at: 11)
    #expect(story.children(2) == [6])
    story.exit(6, at: 12)
    story.fork(5, of: 1)
    story.fork(7, of: 1)
    #expect(story.children(1) == [4, 5, 7])
    #expect(story.tree.totals.forgotten == 3)
  }

  @Test func `A chain in which only the last process runs stays within the limit`() throws {
    var story = Story(limits: Limits(processes: 10))
    story.fork(1, of: nil)
    for pid in 2...200 as ClosedRange<Int32> {
      story.fork(pid, of: pid - 1)
      if pid > 2 { story.exit(pid - 1, at: UInt64(pid), reaper: 1) }
    }
    #expect(story.tree.totals.processes == 10)
    #expect(story.tree.totals.forgotten == 190)
    let lineage = story.tree.lineage(of: process(200)).map(\.pid)
    #expect(lineage == Array((192...199).reversed()) + [1])
    // Left out processes are marked, and count for the depth.
    #expect(try story.node(192).gaps == .parents && story.node(192).marks.contains(.incomplete))
    #expect(try story.node(193).gaps == [])
    #expect(story.tree.depth(of: process(200)) == 199)
  }

  @Test func `Kept processes, and those of a pinned moment, stay in a chain`() {
    var story = Story(limits: Limits(processes: 4))
    story.tree.keep([process(3)])
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.fork(3, of: 2)
    story.tree.pin(at: 3)
    for pid in 4...40 as ClosedRange<Int32> {
      story.fork(pid, of: pid - 1)
      story.exit(pid - 2, at: UInt64(pid), reaper: 1)
    }
    #expect(story.tree.contains(process(2)) && story.tree.contains(process(3)))
    story.tree.unpin()
    for pid in 41...80 as ClosedRange<Int32> {
      story.fork(pid, of: pid - 1)
      story.exit(pid - 2, at: UInt64(pid), reaper: 1)
    }
    #expect(!story.tree.contains(process(2)) && story.tree.contains(process(3)))
    #expect(story.tree.totals.processes <= 5)
  }

  @Test func `A placeholder without descendants is forgotten`() {
    var story = Story(limits: Limits(processes: 2))
    story.exec(20, ["a"], at: 21, parent: 7)
    story.exit(20, at: 22, parent: 7)
    story.fork(30, of: nil)
    story.fork(31, of: 30)
    #expect(story.tree.topLevelProcesses == [process(30)])
  }

  @Test func `A process that names a forgotten parent makes a placeholder of it`() throws {
    var story = Story(limits: Limits(processes: 1))
    story.fork(1, of: nil)
    story.fork(2, of: nil)
    story.exit(1, at: 5)
    #expect(story.tree[process(1)] == nil)
    story.exec(3, ["late"], at: 6, parent: 1)
    #expect(try story.node(1).isPlaceholder)
  }

  @Test func `A limit of 0 still applies every event`() {
    var story = Story(limits: Limits(processes: 0, logLines: 0))
    story.fork(1, of: nil)
    story.exit(1, at: 5)
    #expect(story.tree.totals.processes == 0)
    #expect(story.tree.totals.exits == 1)
    #expect(story.outline.rowCount == 0)
  }

  @Test func `An event can insert a process and forget it again`() {
    var story = Story(limits: Limits(processes: 0))
    let change = story.exit(1, at: 5)
    #expect(change.steps.map(\.kind) == [.inserted, .changed, .forgotten])
    #expect(story.outline.matchCount == 0)
  }

  @Test func `Marked processes are forgotten last`() {
    var story = Story(limits: Limits(processes: 3))
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.fork(3, of: 1)
    story.tree.keep([process(2)])
    story.exit(2, at: 10)
    story.exit(3, at: 11)
    story.fork(4, of: 1)
    #expect(story.children(1) == [2, 4])
    story.fork(5, of: 1)
    #expect(story.children(1) == [4, 5], "running processes are kept above the limit")
  }

  @Test func `A process that is no longer marked returns to its place in the queue`() {
    var story = Story(limits: Limits(processes: 3))
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.fork(3, of: 1)
    story.tree.keep([process(2)])
    story.exit(2, at: 10)
    story.exit(3, at: 11)
    story.fork(4, of: 1)
    story.exit(4, at: 12)
    story.tree.keep([])
    story.fork(5, of: 1)
    #expect(story.children(1) == [4, 5])
  }

  @Test func `Nothing of a pinned moment is forgotten until it is unpinned`() {
    var story = Story(limits: Limits(processes: 2))
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.exit(2, at: 10)
    story.tree.pin(at: 20)
    for pid in 30...60 as ClosedRange<Int32> {
      story.fork(pid, of: 1)
      story.exit(pid, at: UInt64(pid) + 1)
    }
    #expect(story.tree[process(2)] != nil)
    // Two pinned processes, and the two of the limit.
    #expect(story.tree.totals.processes == 4)
    story.tree.unpin()
    story.fork(70, of: 1)
    #expect(story.children(1) == [70])
  }

  @Test func `Memory is limited, and equal environments count once`() {
    let limit = 200_000
    var tree = ProcessTree(limits: Limits(memory: limit, logLines: 10))
    let environment = StringVector(Array(repeating: "NAME=value", count: 500))
    func exec(_ pid: Int32, _ argv: String, _ env: StringVector?) {
      let facts = ProcessFacts(id: process(pid), parent: nil, comm: "sh")
      let image = ProcessImage(time: UInt64(pid), comm: "sh", argv: StringVector([argv]), env: env)
      _ = tree.apply(.exec(ExecEvent(process: facts, image: image)))
      _ = tree.apply(.exit(ExitEvent(time: UInt64(pid) + 1, process: facts, status: ExitStatus(code: 0))))
    }
    let empty = tree.memory
    for pid in 1...50 as ClosedRange<Int32> { exec(pid, "a", environment) }
    #expect(tree.totals.forgotten == 0)
    #expect(tree.memory - empty < 50 * 600 + 6000)
    for pid in 100...1000 as ClosedRange<Int32> {
      exec(pid, String(repeating: "x", count: 3000), nil)
      #expect(tree.memory <= limit)
    }
    #expect(tree.totals.forgotten > 800)
    #expect(tree._checkInvariants() == [])
    for pid in 2000...6000 as ClosedRange<Int32> { exec(pid, "", nil) }
    #expect(tree.programs.bytes < 4000 * 200, "forgotten programs are subtracted")
  }
}
