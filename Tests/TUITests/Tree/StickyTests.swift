import Events
import TestSupport
import Testing

@testable import TUI
@testable import Tree

/// The ancestors of the first row in view stay on top.
@Suite
struct StickyTests {
  /// Four levels of makes, the last of which has 60 compilers with a shell each.
  static let story = {
    var story = Story()
    var parent = story.id(1, at: 1)
    story.existing(parent, nil, ["/sbin/init"])
    for pid in 2...4 as ClosedRange<Int32> {
      story.existing(story.id(pid + 100, at: 1), parent, ["/bin/other\(pid)"])
      let make = story.id(pid, at: 2)
      story.existing(make, parent, ["/usr/bin/make\(pid)"])
      parent = make
    }
    for pid in 200..<260 as Range<Int32> {
      let sh = story.start(pid, from: parent, ["/bin/sh", "\(pid)"])
      _ = story.start(pid + 300, from: sh, ["/bin/cc", "\(pid)"])
      _ = story.start(pid + 600, from: sh, ["/bin/as", "\(pid)"])
    }
    return story
  }()

  private func state(_ size: Size = Size(columns: 100, rows: 40)) -> AppState {
    AppState.showing(Self.story, columns: size.columns, rows: size.rows)
  }

  @Test(arguments: ChainTests.sizes)
  func `On five screens`(size: Size) {
    var state = state(size)
    state.press(.pageDown, .pageDown, .pageDown)
    expectGolden(state.render(), "sticky-\(size.columns)x\(size.rows)")
  }

  @Test func `Three nearest ancestors, none at the top and none on a low screen`() {
    var state = state()
    #expect(state.tree.sticky.isEmpty)
    state.press(.pageDown, .pageDown)
    let below = state.shown.row(at: state.treeTop + state.tree.sticky.count)!
    let lineage = state.shown.tree.lineage(of: below.id)
    #expect(state.tree.sticky.map(\.id) == Array(lineage.prefix(3)).reversed())
    for size in [Size(columns: 40, rows: 10), Size(columns: 20, rows: 5)] {
      var low = self.state(size)
      low.press(.pageDown, .pageDown)
      #expect(low.tree.sticky.isEmpty)
    }
  }

  @Test func `The setting is the number of lines`() {
    for count in 0...3 {
      var state = state()
      var settings = Settings()
      settings.stickyAncestors = count
      state.start(settings, traits: TerminalTraits(), place: nil)
      state.press(.pageDown, .pageDown)
      #expect(state.tree.sticky.count == count)
    }
  }

  @Test func `A click on an ancestor selects it`() throws {
    var state = state()
    state.press(.pageDown, .pageDown)
    let (box, id) = (try #require(state.layout[.tree]), try #require(state.tree.sticky.last?.id))
    _ = state.reduce(
      .input(.mouse(MouseEvent(.press, at: Point(row: box.top + state.tree.sticky.count - 1, column: 20)))))
    #expect(state.tree.selection == id)
  }

  /// Whatever is pressed: the selection has a line of its own, and the lines are the ancestors of the row below them.
  @Test(arguments: Seeds.first(40))
  func `Keys never put the selection below an ancestor`(seed: UInt64) {
    var dice = SeededGenerator(seed: seed)
    var state = state(Size(columns: 100, rows: Int.random(in: 12...44, using: &dice)))
    let keys: [Key] = [
      .up, .down, .pageUp, .pageDown, .ctrl("u"), .ctrl("d"), .left, .right, .character("u"), .character("b"),
      .character("-"), .character("+"), .home, .end,
    ]
    for step in 0..<120 {
      if dice.once(in: 4), let box = state.layout[.tree] {
        let kind: MouseEvent.Kind = [.wheelUp, .wheelDown, .press].randomElement(using: &dice)!
        let row = box.top + Int.random(in: 0..<max(box.rows, 1), using: &dice)
        _ = state.reduce(.input(.mouse(MouseEvent(kind, at: Point(row: row, column: 5)))))
      } else {
        state.press(keys.randomElement(using: &dice)!)
      }
      let (sticky, top) = (state.tree.sticky, state.treeTop)
      #expect(sticky == state.stickyRows(from: top), "step \(step)")
      #expect(state.tree.line >= sticky.count && state.tree.line < max(state.rows(of: .tree), 1), "step \(step)")
      if let first = state.shown.row(at: top + sticky.count), !sticky.isEmpty {
        #expect(sticky.last!.depth < first.depth, "step \(step)")
      }
    }
  }

  @Test(arguments: [12, 20, 24, 40, 44])
  func `Pages leave no row out`(rows: Int) {
    var state = state(Size(columns: 100, rows: rows))
    var seen = Set(state.rowsInView.map(\.id))
    for _ in 0..<200 {
      state.press(.pageDown)
      seen.formUnion(state.rowsInView.map(\.id))
    }
    #expect(seen.count == state.shown.rowCount)
    seen = []
    for _ in 0..<200 {
      seen.formUnion(state.rowsInView.map(\.id))
      state.press(.pageUp)
    }
    #expect(seen.count == state.shown.rowCount)
  }
}
