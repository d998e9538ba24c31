import Testing
import Tree

@testable import TUI

/// The mouse in the top table.
@Suite
struct TopMouseTests {
  static let sizes = [Size(columns: 80, rows: 24), Size(columns: 120, rows: 40)]

  private func table(_ size: Size) -> AppState {
    var state = AppState.showing(.build(), columns: size.columns, rows: size.rows)
    state.press(.down, .down, .character("t"))
    return state
  }

  private func act(_ state: inout AppState, _ kind: MouseEvent.Kind, _ row: Int, _ column: Int) {
    _ = state.reduce(.input(.mouse(MouseEvent(kind, at: Point(row: row, column: column)))))
  }

  @Test(arguments: sizes)
  func `A click selects, the next one filters to the row`(size: Size) throws {
    var state = table(size)
    let tree = state.tree
    let box = try #require(state.layout[.tree])
    act(&state, .press, box.top + 2, 30)
    #expect(state.top.row == 2 && state.top.selection == state.top.rows[2].key)
    #expect(state.tree == tree && state.top.isOpen)
    var byKey = state
    byKey.press(.enter)
    act(&state, .press, box.top + 2, 30)
    #expect(!state.top.isOpen && !state.typedFilter.text.isEmpty)
    #expect(state.typedFilter.text == byKey.typedFilter.text && state.screen == byKey.screen)
  }

  @Test func `The click that brings the focus filters nothing`() throws {
    var state = table(Self.sizes[1])
    let box = try #require(state.layout[.tree])
    state.press(.character("3"))
    act(&state, .press, box.top, 30)
    #expect(state.focus == .tree && state.top.isOpen && state.typedFilter.text.isEmpty)
  }

  @Test func `Below the rows is nothing`() throws {
    var state = table(Size(columns: 120, rows: 60))
    let box = try #require(state.layout[.tree])
    try #require(box.rows > state.top.rows.count)
    act(&state, .press, box.top + state.top.rows.count, 30)
    #expect(state.top.row == 0 && state.top.isOpen)
  }

  @Test(arguments: sizes)
  func `The wheel scrolls the table`(size: Size) throws {
    var state = table(Size(columns: size.columns, rows: 14))
    let tree = state.tree
    let box = try #require(state.layout[.tree])
    let (count, selection) = (state.top.rows.count, state.top.selection)
    try #require(count > box.rows + 3)
    act(&state, .wheelDown, box.top, 30)
    #expect(state.top.first == 3 && state.top.row == 3 && state.top.selection == state.top.rows[3].key)
    for _ in 0..<20 { act(&state, .wheelDown, box.top, 30) }
    #expect(state.top.first == count - box.rows)
    for _ in 0..<20 { act(&state, .wheelUp, box.top, 30) }
    #expect(state.top.first == 0 && state.top.row == box.rows - 1 && state.top.selection != selection)
    #expect(state.tree == tree)
  }

  @Test(arguments: sizes)
  func `A click on a column's head sorts by it`(size: Size) throws {
    var state = table(size)
    let tree = state.tree
    let box = try #require(state.layout[.tree])
    let header = try #require(box.header)
    for column in TopColumns.order {
      let columns = TopColumns(width: box.columns, sorted: state.top.order.column)
      let place =
        column == .name
        ? columns.name + 1 : columns.numbers.first { $0.column == column }.map { $0.start + $0.width - 1 }
      guard let place, column != state.top.order.column else { continue }
      state.press(.down)
      act(&state, .press, header, box.column + place)
      #expect(state.top.order == TopOrder(column) && state.top.row == 0)
      act(&state, .press, header, box.column + place)
      #expect(state.top.order == TopOrder(column).reversed)
    }
    #expect(state.tree == tree && state.top.isOpen && state.focus == .tree)
  }

  /// Whoever presses a word or its arrow means that column.
  @Test func `A head is as wide as its word`() throws {
    let state = table(Self.sizes[1])
    let box = try #require(state.layout[.tree])
    let columns = TopColumns(width: box.columns, sorted: state.top.order.column)
    let header = state.render().text(row: try #require(box.header)).unicodeScalars.map { $0 }
    for place in columns.numbers {
      let title = TopListing.title(of: place.column, by: state.top.grouping)
      let end = box.column + place.start + place.width
      for column in end - title.width..<end {
        #expect(header[column] != " " && columns.column(at: column - box.column) == place.column)
      }
    }
    let wide = TopColumns(width: 150, sorted: .execs)
    #expect(wide.column(at: try #require(wide.spread) + 1) == nil)
  }
}
