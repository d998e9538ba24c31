import Testing

@testable import Events
@testable import Tree

/// The place of a process in the tree.
@Suite
struct PlaceTests {
  @Test func `A forked process is below its original parent and has its parent's program`() throws {
    var story = Story()
    story.fork(1, of: nil)
    story.exec(1, ["init"], at: 5)
    story.fork(10, of: 1)
    let child = try story.node(10)
    #expect(child.parent == process(1))
    #expect(child.imageIsInherited)
    #expect(child.image?.argv == StringVector(["init"]))
    #expect(child.images.isEmpty)
    #expect(child.marks == [])
  }

  @Test func `The inherited program is the parent's program at the fork, not a later one`() throws {
    var story = Story()
    story.fork(1, of: nil)
    story.exec(1, ["first"], at: 5)
    story.exec(1, ["second"], at: 20)
    story.fork(10, of: 1, at: 10)
    #expect(story.name(try #require(story.node(10).image)) == "first")
  }

  @Test func `Siblings are in the order of start, then pid`() {
    var story = Story()
    story.fork(1, of: nil)
    for pid in [30, 10, 20, 40, 25] as [Int32] { story.fork(pid, of: 1) }
    story.fork(process(50, started: 25), of: process(1))
    story.fork(process(5, started: 25), of: process(1))
    #expect(story.children(1) == [10, 20, 5, 25, 50, 30, 40])
  }

  @Test func `An exec whose fork was lost places its process and is marked as inferred`() throws {
    var story = Story()
    story.fork(1, of: nil)
    story.exec(9, ["lost"], at: 12, parent: 1)
    #expect(try story.node(9).marks == .inferred)
    #expect(story.children(1) == [9])
  }

  @Test func `An unknown parent becomes a placeholder with its children below it`() throws {
    var story = Story()
    story.exec(20, ["a"], at: 21, parent: 7)
    story.exec(21, ["b"], at: 22, parent: 7)
    let placeholder = try story.node(7)
    #expect(placeholder.isPlaceholder)
    #expect(placeholder.marks == .inferred)
    #expect(placeholder.facts.comm.isEmpty)
    #expect(story.drawing == "7\n├ 20 a\n└ 21 b")
  }

  @Test func `A placeholder is completed and moved by its own events`() throws {
    var story = Story()
    story.fork(1, of: nil)
    story.exec(20, ["make"], at: 21, parent: 7)
    let change = story.exec(7, ["sh"], at: 23, parent: 1)
    #expect(change.steps.map(\.kind) == [.moved, .changed])
    #expect(try !story.node(7).isPlaceholder)
    #expect(story.drawing == "1\n└ 7 sh\n  └ 20 make")
  }

  @Test func `A late fork moves its process to the original parent`() throws {
    var story = Story()
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.exec(9, ["daemon"], at: 30, parent: 1)
    #expect(story.children(1) == [2, 9])
    story.fork(9, of: 2)
    let node = try story.node(9)
    #expect(story.children(1) == [2])
    #expect(story.children(2) == [9])
    #expect(node.marks == [])
    #expect(node.presentParent == process(1), "the later event names the present parent")
    #expect(!node.imageIsInherited)
  }

  @Test func `A second fork of one process is ignored`() {
    var story = Story()
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.fork(3, of: 1)
    #expect(story.fork(3, of: 2).isEmpty)
    #expect(story.children(1) == [2, 3])
    #expect(story.tree.totals.forks == 3)
    #expect(story.logged == [.fork, .fork, .fork])
  }

  @Test func `A process that names itself as parent becomes top-level`() throws {
    var story = Story()
    story.fork(4, of: 4)
    #expect(story.tree.topLevelProcesses == [process(4)])
    #expect(try story.node(4).presentParent == nil)
  }

  @Test func `A cycle of parents is prevented`() throws {
    var story = Story()
    story.exec(1, ["a"], at: 10, parent: 2)
    story.exec(2, ["b"], at: 11, parent: 3)
    story.exec(3, ["c"], at: 12, parent: 1)
    story.fork(3, of: 1, at: 13)
    #expect(story.drawing == "3 c\n└ 2 b\n  └ 1 a")
    #expect(story.tree.lineage(of: process(1)) == [process(2), process(3)])
  }

  @Test func `A chain of 5,000 processes in reverse order has right sums and can be walked, folded and forgotten`() {
    var tree = ProcessTree(limits: Limits(processes: 4990))
    var outline = Outline()
    let facts = (0...5000 as ClosedRange<Int32>).map {
      ProcessFacts(id: process($0), parent: $0 < 2 ? nil : process($0 - 1), comm: "deep")
    }
    for pid in (1...5000).reversed() {
      outline.apply(tree.apply(.fork(ForkEvent(time: UInt64(pid), process: facts[pid]))), in: tree)
    }
    tree.updateSums()
    outline.update(in: tree)
    #expect(tree[process(1)]?.below == SubtreeCounts(processes: 4999, running: 4999))
    #expect(tree.depth(of: process(5000)) == 4999)
    let bottom = outline.rows(4999..<5000, in: tree)
    #expect(bottom.map(\.id) == [process(5000)])
    #expect(bottom.map(\.guides.count) == [OutlineRow.guideLimit])
    #expect(outline.row(of: process(5000), in: tree) == 4999)
    outline.setFolded(true, allBelow: process(4000), in: tree)
    #expect(outline.rowCount == 4000)
    outline.setAllFolded(true, in: tree)
    #expect(outline.rowCount == 1)
    for pid in 4900...5000 {
      let exit = ExitEvent(time: 10_000, process: facts[pid], status: ExitStatus(code: 0))
      outline.apply(tree.apply(.exit(exit)), in: tree)
    }
    #expect(tree.totals.processes == 4990)
    #expect(tree.lineage(of: process(4990)).count == 4989)
    #expect(tree._checkInvariants() == [])
    #expect(outline._checkInvariants(in: tree) == [])
  }
}
