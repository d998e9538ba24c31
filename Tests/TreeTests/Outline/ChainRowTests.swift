import Testing

@testable import Events
@testable import Filtering
@testable import Tree

/// A chain of only children shares one row.
@Suite
struct ChainRowTests {
  /// 1 init with 2 cron and 10 sudo, bash, make, which starts two compilers.
  private func build(merges: Bool = true) -> Story {
    var story = Story()
    story.outline.setMergesChains(merges, in: story.tree)
    story.fork(1, of: nil)
    story.exec(1, ["init"], at: 1)
    story.fork(2, of: 1)
    story.exec(2, ["cron"], at: 2)
    for (pid, name) in [(10, "sudo"), (11, "bash"), (12, "make")] as [(Int32, String)] {
      story.fork(pid, of: pid == 10 ? 1 : pid - 1)
      story.exec(pid, [name], at: UInt64(pid))
    }
    story.fork(20, of: 12)
    story.exec(20, ["cc"], at: 20)
    story.fork(21, of: 12)
    story.exec(21, ["ld"], at: 21)
    return story
  }

  private let merged = """
    1 init
    ├ 2 cron
    └ 10 > 11 > 12 make
      ├ 20 cc
      └ 21 ld
    """

  @Test func `The last process has the row, and its children are one level deeper`() {
    let story = build()
    #expect(story.drawing == merged)
    #expect(story.outline.rowCount == 5)
    #expect(build(merges: false).outline.rowCount == 7)
  }

  @Test func `Each process of a chain is found on its row`() {
    let story = build()
    for pid in 10...12 as ClosedRange<Int32> {
      #expect(story.outline.row(of: process(pid), in: story.tree) == 2)
      #expect(story.outline.nearestVisible(process(pid), in: story.tree) == process(12))
    }
    #expect(story.outline.chain(of: process(12), in: story.tree) == [process(10), process(11)])
    #expect(story.outline.chain(of: process(21), in: story.tree) == [])
    #expect(story.outline.row(of: process(21), in: story.tree) == 4)
  }

  @Test func `A second child dissolves the chain, and its end does not restore it`() {
    var story = build()
    story.fork(30, of: 11)
    #expect(story.drawing.contains("└ 10 > 11 bash\n  ├ 12 make\n"))
    story.exit(30, at: 31)
    #expect(story.drawing.contains("└ 10 > 11 bash\n  ├ 12 make\n"))
  }

  @Test func `A chain is opened and closed at any of its processes`() {
    for pid in 10...12 as ClosedRange<Int32> {
      var story = build()
      story.outline.setSplit(true, chainOf: process(pid), in: story.tree)
      #expect(story.outline.rowCount == 7)
      #expect((10...12).allSatisfy { story.outline.isInOpenChain(process($0), in: story.tree) })
      #expect(!story.outline.isInOpenChain(process(20), in: story.tree))
      #expect(story.outline._checkInvariants(in: story.tree) == [])
      story.outline.setSplit(false, chainOf: process(pid), in: story.tree)
      #expect(story.drawing == merged && story.outline.split.isEmpty)
    }
  }

  @Test func `An opened chain is forgotten with its processes`() {
    var story = Story(limits: Limits(processes: 2))
    story.outline.setMergesChains(true, in: story.tree)
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.fork(3, of: 2)
    story.outline.setSplit(true, chainOf: process(3), in: story.tree)
    for pid in [3, 2] as [Int32] { story.exit(pid, at: 9) }
    story.fork(4, of: 1)
    #expect(story.outline.split.allSatisfy { story.tree.contains($0) })
  }

  @Test func `A process that failed has its own row`() {
    var story = build()
    for pid in [20, 21, 12] as [Int32] { story.exit(pid, at: 40) }
    #expect(story.drawing.contains("└ 10 > 11 bash\n  └ 12 make\n"))
    story.exit(11, at: 41, code: 2)
    #expect(story.drawing.contains("└ 10 sudo\n  └ 11 bash\n    └ 12 make\n"))
    story.exit(10, at: 42)
    #expect(story.drawing.contains("└ 10 > 11 bash\n  └ 12 make\n"))
  }

  @Test func `A running process does not share the row of an exited one`() {
    var story = Story()
    story.outline.setMergesChains(true, in: story.tree)
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.fork(3, of: 2)
    #expect(story.drawing == "1 > 2 > 3")
    story.exit(3, at: 4)
    #expect(story.drawing == "1 > 2\n└ 3")
    story.exit(2, at: 5)
    #expect(story.drawing == "1\n└ 2 > 3")
    story.exit(1, at: 6)
    #expect(story.drawing == "1 > 2 > 3")
  }

  @Test func `A daemon shares the row with its exited parents`() {
    var story = Story()
    story.outline.setMergesChains(true, in: story.tree)
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.fork(3, of: 2)
    story.exit(2, at: 4, reaper: 1)
    #expect(story.drawing == "1 > 2 > 3")
  }

  @Test func `A process whose last exec failed has its own row until it runs a program`() {
    var story = Story()
    story.outline.setMergesChains(true, in: story.tree)
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.fork(3, of: 2)
    story.fail(2, ["none"], errno: 2, at: 5)
    #expect(story.drawing == "1 > 2\n└ 3")
    story.exec(2, ["sh"], at: 6)
    #expect(story.drawing == "1 > 2 > 3")
  }

  @Test func `A process that was seen only as a parent has its own row`() {
    var story = Story()
    story.outline.setMergesChains(true, in: story.tree)
    story.fork(3, of: 2)
    #expect(story.drawing == "2\n└ 3")
  }

  @Test func `A folded process has its own row`() {
    var story = build()
    story.outline.setFolded(true, process(11), in: story.tree)
    #expect(story.drawing.hasSuffix("└ 10 > 11 bash +3"))
    #expect(story.outline.nearestVisible(process(12), in: story.tree) == process(11))
  }

  @Test func `Under a filter the ancestors of a match share its row, and matches do not`() throws {
    var story = build()
    try story.filter("comm=cc,bash")
    #expect(story.drawing == "1 > 10 > 11 bash\n└ 12 > 20 cc")
    #expect(story.outline.nearestVisible(process(12), in: story.tree) == process(20))
    #expect(story.outline.nearestVisible(process(2), in: story.tree) == process(11))
    try story.filter(nil)
    #expect(story.drawing == merged)
  }

  @Test func `A filter that is applied in slices makes the same chains`() throws {
    var story = build()
    let filter = try Filter.parse("comm=cc")
    story.outline.startFilter(filter, in: story.tree)
    while story.outline.continueFilter(1, in: story.tree) {
      #expect(story.outline.rows(0..<9, in: story.tree).count == story.outline.rowCount)
    }
    #expect(story.drawing == "1 > 10 > 11 > 12 > 20 cc")
    #expect(story.outline._checkInvariants(in: story.tree) == [])
  }

  @Test func `A long chain has a row for each 32 levels, which names the last processes of these`() {
    var story = Story()
    story.outline.setMergesChains(true, in: story.tree)
    for pid in 1...80 as ClosedRange<Int32> { story.fork(pid, of: pid == 1 ? nil : pid - 1) }
    let rows = story.outline.rows(0..<9, in: story.tree)
    #expect(rows.map(\.id) == [process(32), process(64), process(80)] && rows.map(\.depth) == [0, 1, 2])
    #expect(rows.map(\.chainCount) == [31, 31, 15])
    #expect(rows.first?.chain == (16...31).map { process($0) })
    #expect(story.outline._checkInvariants(in: story.tree) == [])
  }
}

/// The display of one subtree, and the ancestors that stay on top.
@Suite
struct TopOfOutlineTests {
  private func build() -> Story {
    var story = Story()
    story.fork(1, of: nil)
    for pid in 2...5 as ClosedRange<Int32> { story.fork(pid, of: pid - 1) }
    story.fork(6, of: 5)
    story.fork(7, of: 3)
    story.fork(8, of: 1)
    return story
  }

  @Test func `Only a process and its descendants have rows`() {
    var story = build()
    story.outline.setTop(process(3))
    #expect(story.drawing == "3\n├ 4\n│ └ 5\n│   └ 6\n└ 7")
    #expect(story.outline.rowCount(in: story.tree) == 5 && story.outline.rowCount == 8)
    #expect(story.outline.row(of: process(7), in: story.tree) == 4)
    #expect(story.outline.row(of: process(2), in: story.tree) == nil)
    #expect(story.outline.nearestVisible(process(8), in: story.tree) == nil)
    #expect(story.outline.isWithinTop(process(6), in: story.tree))
    #expect(!story.outline.isWithinTop(process(8), in: story.tree))
  }

  @Test func `The top in a chain begins the chain`() {
    var story = build()
    story.outline.setMergesChains(true, in: story.tree)
    #expect(story.drawing == "1\n├ 2 > 3\n│ ├ 4 > 5 > 6\n│ └ 7\n└ 8")
    story.outline.setTop(process(5))
    #expect(story.drawing == "5 > 6")
    story.outline.setTop(process(3))
    #expect(story.drawing == "3\n├ 4 > 5 > 6\n└ 7")
  }

  @Test func `Neither a fold above it nor its end hides the top`() {
    var story = build()
    story.outline.setExitedChildLimit(0, in: story.tree)
    story.outline.setTop(process(7))
    story.outline.setFolded(true, process(1), in: story.tree)
    story.exit(7, at: 9)
    #expect(story.drawing == "7")
    #expect(story.outline.row(of: process(7), in: story.tree) == 0)
    #expect(story.outline.nearestVisible(process(7), in: story.tree) == process(7))
  }

  @Test func `A top that the tree does not have shows the whole tree`() {
    var story = build()
    story.outline.setTop(process(99))
    #expect(story.outline.rowCount(in: story.tree) == 8)
    #expect(story.outline.row(of: process(8), in: story.tree) == 7)
  }

  @Test func `The nearest ancestors of the first row below them stay on top`() {
    let story = build()
    func over(_ first: Int, _ limit: Int) -> [Int32] {
      story.outline.ancestors(overRowsFrom: first, limit: limit, in: story.tree).map(\.id.pid)
    }
    // Rows: 1 2 3 4 5 6 7 8 at the depths 0 1 2 3 4 5 3 1.
    #expect(over(0, 3) == [])
    #expect(over(1, 3) == [2, 3, 4])
    #expect(over(1, 1) == [2])
    #expect(over(4, 3) == [1])
    #expect(over(7, 3) == [])
    #expect(over(3, 0) == [])
  }
}
