import Testing

@testable import Events
@testable import Tree

/// The displayed rows.
@Suite
struct OutlineTests {
  /// A build: make with two compilers, and a shell with a pipeline.
  private func build() -> Story {
    var story = Story()
    story.fork(1, of: nil)
    story.exec(1, ["init"], at: 1)
    story.fork(10, of: 1)
    story.exec(10, ["make"], at: 10)
    story.fork(20, of: 10)
    story.exec(20, ["cc"], at: 20)
    story.fork(21, of: 20)
    story.exec(21, ["as"], at: 21)
    story.fork(30, of: 10)
    story.exec(30, ["cc"], at: 30)
    story.fork(40, of: 1)
    story.exec(40, ["sh"], at: 40)
    story.fork(41, of: 40)
    story.exec(41, ["grep"], at: 41)
    return story
  }

  @Test func `Rows have the order of the tree`() {
    #expect(
      build().drawing == """
        1 init
        ├ 10 make
        │ ├ 20 cc
        │ │ └ 21 as
        │ └ 30 cc
        └ 40 sh
          └ 41 grep
        """)
  }

  @Test func `A range of rows equals that part of all rows`() {
    let story = build()
    let all = story.outline.rows(0..<100, in: story.tree)
    #expect(all.count == 7)
    for low in 0...7 {
      for high in low...7 {
        #expect(story.outline.rows(low..<high, in: story.tree) == Array(all[low..<high]))
      }
    }
    #expect(story.outline.rows(7..<20, in: story.tree).isEmpty)
    #expect(story.outline.rows(-3..<2, in: story.tree).count == 2)
  }

  @Test func `Every row is found by its process`() {
    let story = build()
    for (index, row) in story.outline.rows(0..<7, in: story.tree).enumerated() {
      #expect(story.outline.row(of: row.id, in: story.tree) == index)
    }
    #expect(story.outline.row(of: process(99), in: story.tree) == nil)
  }

  @Test func `A fold hides the descendants and shows their number`() {
    var story = build()
    story.outline.setFolded(true, process(10), in: story.tree)
    #expect(story.drawing == "1 init\n├ 10 make +3\n└ 40 sh\n  └ 41 grep")
    #expect(story.outline.row(of: process(21), in: story.tree) == nil)
    #expect(story.outline.nearestVisible(process(21), in: story.tree) == process(10))
    story.outline.setFolded(false, process(10), in: story.tree)
    #expect(story.outline.rowCount == 7)
  }

  @Test func `The outermost fold is the nearest visible ancestor`() {
    var story = build()
    story.outline.setFolded(true, process(20), in: story.tree)
    story.outline.setFolded(true, process(10), in: story.tree)
    #expect(story.outline.nearestVisible(process(21), in: story.tree) == process(10))
    story.outline.setFolded(false, process(10), in: story.tree)
    #expect(story.outline.nearestVisible(process(21), in: story.tree) == process(20))
  }

  @Test func `Folds stay while descendants start and exit`() {
    var story = build()
    story.outline.setFolded(true, process(10), in: story.tree)
    story.fork(50, of: 20)
    story.exit(21, at: 60)
    #expect(story.drawing == "1 init\n├ 10 make +4\n└ 40 sh\n  └ 41 grep")
  }

  @Test func `A fold is forgotten with its process, and a new process with its pid is not folded`() {
    var story = Story(limits: Limits(processes: 2))
    story.fork(1, of: nil)
    story.fork(2, of: 1)
    story.outline.setFolded(true, process(2), in: story.tree)
    story.exit(2, at: 5)
    story.fork(process(2, started: 9), of: process(1))
    #expect(story.outline.folds.isEmpty)
  }

  @Test func `All descendants can be folded and unfolded at once`() {
    var story = build()
    story.outline.setFolded(true, allBelow: process(10), in: story.tree)
    #expect(story.outline.folds == [process(10), process(20)])
    #expect(story.outline._checkInvariants(in: story.tree) == [])
    story.outline.setFolded(false, process(10), in: story.tree)
    #expect(story.drawing == "1 init\n├ 10 make\n│ ├ 20 cc +1\n│ └ 30 cc\n└ 40 sh\n  └ 41 grep")
    story.outline.setFolded(false, allBelow: process(1), in: story.tree)
    #expect(story.outline.folds.isEmpty)
    #expect(story.outline.rowCount == 7)
  }

  @Test func `All processes can be folded`() {
    var story = build()
    story.outline.setAllFolded(true, in: story.tree)
    #expect(story.drawing == "1 init +6")
    story.outline.setAllFolded(false, in: story.tree)
    #expect(story.outline.rowCount == 7)
  }

  @Test func `Folds can be set in another view of the same tree`() {
    var story = build()
    var other = Outline()
    other.rebuild(from: story.tree)
    let unfolded = other.foldState
    story.outline.setFolded(true, process(10), in: story.tree)
    other.setFoldState(story.outline.foldState, in: story.tree)
    #expect(other.rowCount == story.outline.rowCount && other.rowCount < 7)
    #expect(other._checkInvariants(in: story.tree) == [])
    other.setFoldState(unfolded, in: story.tree)
    #expect(other.rowCount == 7)
    #expect(other._checkInvariants(in: story.tree) == [])
  }

  @Test func `A folded process without children looks unfolded`() {
    var story = build()
    story.outline.setFolded(true, process(41), in: story.tree)
    let row = story.outline.rows(6..<7, in: story.tree).first
    #expect(row?.isFolded == false)
    #expect(row?.hiddenBelow == 0)
  }

  @Test func `Rows follow a process that moves to its original parent, and folds stay`() {
    var story = build()
    story.exec(60, ["daemon"], at: 60, parent: 1)
    story.fork(61, of: 60)
    story.outline.setFolded(true, process(60), in: story.tree)
    story.fork(60, of: 41, at: 60)
    #expect(story.drawing.hasSuffix("└ 40 sh\n  └ 41 grep\n    └ 60 daemon +1"))
  }
}

/// The displayed rows under a filter.
@Suite
struct FilteredOutlineTests {
  private func build() throws -> Story {
    var story = Story()
    story.fork(1, of: nil, comm: "init")
    story.exec(1, ["init"], at: 1)
    story.fork(10, of: 1)
    story.exec(10, ["make"], at: 10)
    story.fork(20, of: 10)
    story.exec(20, ["cc"], at: 20)
    story.fork(30, of: 10)
    story.exec(30, ["ld"], at: 30)
    story.fork(40, of: 1)
    story.exec(40, ["sh"], at: 40)
    try story.filter("comm=cc")
    return story
  }

  @Test func `Ancestors of matches stay as context`() throws {
    let story = try build()
    #expect(story.drawing == "~1 init\n└ ~10 make\n  └ 20 cc")
    #expect(story.outline.matchCount == 1)
  }

  @Test func `Folds stay under a filter and hide matches, which are still counted`() throws {
    var story = try build()
    story.outline.setFolded(true, process(10), in: story.tree)
    #expect(story.drawing == "~1 init\n└ ~10 make +1")
    #expect(story.outline.matchCount == 1)
    try story.filter(nil)
    #expect(story.drawing == "1 init\n├ 10 make +2\n└ 40 sh")
  }

  @Test func `A new match appears with its ancestors`() throws {
    var story = try build()
    story.fork(41, of: 40, comm: "sh")
    #expect(story.outline.rowCount == 3)
    story.exec(41, ["cc"], at: 42)
    #expect(story.drawing == "~1 init\n├ ~10 make\n│ └ 20 cc\n└ ~40 sh\n  └ 41 cc")
  }

  @Test func `A match that execs another program disappears with its ancestors`() throws {
    var story = try build()
    story.exec(20, ["as"], at: 25)
    #expect(story.drawing == "")
    #expect(story.outline.matchCount == 0)
    #expect(story.outline.nearestVisible(process(20), in: story.tree) == nil)
  }

  @Test func `The nearest visible process of a hidden one is its first displayed ancestor`() throws {
    let story = try build()
    #expect(story.outline.nearestVisible(process(30), in: story.tree) == process(10))
    #expect(story.outline.nearestVisible(process(40), in: story.tree) == process(1))
    #expect(story.outline.nearestVisible(process(20), in: story.tree) == process(20))
  }

  @Test func `A process in the middle can be the only match`() throws {
    var story = try build()
    try story.filter("comm=make")
    #expect(story.drawing == "~1 init\n└ 10 make")
    #expect(story.outline.rows(1..<2, in: story.tree).first?.hasChildren == false)
  }

  @Test func `Without a filter every process counts as a match`() throws {
    var story = try build()
    try story.filter(nil)
    #expect(story.outline.matchCount == 5)
  }
}
