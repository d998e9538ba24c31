internal import Tree

/// The top table: one group of processes a row, with numbers on the left and the name on the right.
struct TopPane {
  let state: AppState
  let box: Layout.Box
  private let columns: TopColumns
  private var top: TopState { state.top }
  private var glyphs: Glyphs { state.glyphs }

  init(state: AppState, box: Layout.Box) {
    self.state = state
    self.box = box
    columns =
      state.geometry.top
      ?? TopColumns(width: box.columns, sorted: state.top.order.column, hasPeriods: state.top.hasPeriods)
  }

  func draw(into frame: inout Frame) {
    drawTitle(into: &frame)
    drawHeader(into: &frame)
    for (line, row) in rows.enumerated() { draw(row, at: box.top + line, into: &frame) }
    if rows.isEmpty, box.rows > 0 {
      let text: DisplayText =
        state.topHasWork
        ? "computing the table" : state.shown.filter == nil ? TreePane.noProcess : TreePane.noMatch
      frame.put(text, row: box.top, column: box.column + 1, style: Style(.dim), width: max(box.columns - 1, 0))
    }
  }

  /// Draws one row of those in view, in place of all of them.
  func draw(only line: Int, into frame: inout Frame) {
    let row = top.first + line
    if top.rows.indices.contains(row) { draw(top.rows[row], at: box.top, into: &frame) }
  }

  /// The rows in view.
  private var rows: ArraySlice<TopRow> { top.rows(height: box.rows) }

  private func drawTitle(into frame: inout Frame) {
    guard let row = box.title else { return }
    let count = top.rows.count
    let groups: DisplayText = count == 1 ? "1 group" : "\(number: count, grouped: true) groups"
    var note: DisplayText = "\(groups) by \(TopListing.noun(of: top.grouping))"
    if top.rows.contains(where: { $0.key == .others }) { note += ", the rest are in (others)" }
    if state.topIsOfOther, let sum = top.sum {
      note += ", updating: \(number: Int(sum.share(of: state.shown.tree) * 100), grouped: false)%"
    }
    PaneTitle(
      pane: .tree, name: "Top", isFocused: state.focus == .tree,
      notes: columns.spread == nil ? [note] : [TopListing.scale(glyphs), note],
      position: PaneTitle.position(top: top.first, rows: box.rows, count: count)
    ).draw(row: row, column: box.column, width: box.columns, glyphs: glyphs, into: &frame)
  }

  /// The headings of the columns; an arrow before the heading of the sort column (after it for the name).
  private func drawHeader(into frame: inout Frame) {
    guard let row = box.header else { return }
    let arrow = top.order.isDescending ? glyphs.arrowDown : glyphs.arrowUp
    for place in columns.numbers {
      let isSorted = place.column == top.order.column
      let title = TopListing.title(of: place.column, by: top.grouping)
      frame.putRight(
        isSorted ? arrow + title : title, row: row, column: box.column + place.start - 1,
        style: Style(isSorted ? .title : .label), width: place.width + 1)
    }
    if let spread = columns.spread {
      frame.put(
        TopColumns.spreadTitle, row: row, column: box.column + spread, style: Style(.label),
        width: TopColumns.spreadWidth)
    }
    if let starter = columns.starter {
      frame.put(
        TopColumns.starterTitle, row: row, column: box.column + starter, style: Style(.label),
        width: TopColumns.starterWidth)
    }
    let title = TopListing.title(of: .name, by: top.grouping)
    let isSorted = top.order.column == .name
    frame.put(
      isSorted ? title + arrow : title, row: row, column: box.column + columns.name,
      style: Style(isSorted ? .title : .label), width: columns.nameWidth)
  }

  private func draw(_ row: TopRow, at line: Int, into frame: inout Frame) {
    for place in columns.numbers {
      let text = TopListing.cell(place.column, of: row, glyphs: glyphs).fitted(to: place.width, mark: glyphs.ellipsis)
      frame.putRight(
        text, row: line, column: box.column + place.start, style: TopListing.style(place.column, of: row),
        width: place.width)
    }
    if let spread = columns.spread {
      for step in 0..<RunTimeSpread.stepCount {
        let bar = glyphs.bar(row.runTimes[step], highest: row.runTimes.highest)
        frame.put(bar, row: line, column: box.column + spread + step, style: Style(.sparkline))
      }
    }
    if let starter = columns.starter {
      let text = TopListing.starter(of: row).fitted(to: TopColumns.starterWidth, mark: glyphs.ellipsis)
      frame.put(text, row: line, column: box.column + starter, style: Style(.text), width: TopColumns.starterWidth)
    }
    let paneRow = PaneRow(row: line, column: box.column, width: box.columns, glyphs: glyphs)
    let name = StyledText(TopListing.name(of: row), TopListing.style(.name, of: row))
    paneRow.put(name, at: columns.name, width: columns.nameWidth, sideways: top.sideways, into: &frame)
    if row.key == top.selection { paneRow.select(isFocused: state.focus == .tree, into: &frame) }
  }
}
