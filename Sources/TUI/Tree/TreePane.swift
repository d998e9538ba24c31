internal import Events
internal import Filtering
internal import Tree

/// The tree: one process per row, with fixed columns on the left and the command, with its guides, on the right.
struct TreePane {
  let state: AppState
  let box: Layout.Box
  private let columns: TreeColumns
  private let commands: CommandColumn
  private let gantt: GanttColumn?
  private let data: ViewData
  private let highlighted: ProcessID?
  private let now: UInt64
  private var glyphs: Glyphs { state.glyphs }

  init(state: AppState, box: Layout.Box) {
    self.state = state
    self.box = box
    data = state.shown
    columns = state.geometry.tree ?? TreeColumns(width: box.columns, pidDigits: data.pidDigits, needs: data.needs)
    commands = CommandColumn(state: state, columns: columns)
    gantt = GanttColumn(state: state)
    highlighted = state.highlighted
    now = state.shownTime
  }

  func draw(into frame: inout Frame) {
    let sticky = state.tree.sticky.prefix(box.rows)
    let top = state.treeTop + sticky.count
    let rows = data.rows(top..<top + box.rows - sticky.count)
    drawTitle(top: top, rows: box.rows - sticky.count, into: &frame)
    drawHeader(into: &frame)
    drawCrumbs(into: &frame)
    if let line = box.concurrency { gantt?.drawConcurrency(row: line, box: box, into: &frame) }
    for (line, row) in (sticky + rows).enumerated() {
      guard let node = data.tree[row.id] else { continue }
      draw(row, node, at: box.top + line, into: &frame)
      if line < sticky.count { dim(line: box.top + line, into: &frame) }
    }
    if rows.isEmpty, box.rows > 0 { drawEmptiness(into: &frame) }
  }

  /// Draws one row of those in view, in place of all of them.
  func draw(only line: Int, into frame: inout Frame) {
    guard let row = data.row(at: state.treeTop + line), let node = data.tree[row.id] else { return }
    draw(row, node, at: box.top, into: &frame)
  }

  private func drawCrumbs(into frame: inout Frame) {
    guard let row = box.crumbs, let crumbs = state.crumbs else { return }
    frame.put(crumbs.text, row: row, column: box.column + 1, style: Style(.dim), width: max(box.columns - 1, 0))
  }

  /// An ancestor that stays on top looks as if it were in the background.
  private func dim(line: Int, into frame: inout Frame) {
    frame.restyle(row: line, column: box.column, width: box.columns) { Style(.dim, $0.emphasis.subtracting(.bold)) }
  }

  private func drawTitle(top: Int, rows: Int, into frame: inout Frame) {
    guard let row = box.title else { return }
    let totals = data.tree.totals
    var notes: [DisplayText] = ["\(number: totals.running, grouped: true) running"]
    if let order = AppState.orderName(data.outline.order) { notes.append(order) }
    if state.tree.isFollowing, !state.isFrozen { notes.append("following") }
    if data.tree.blindTime != nil { notes.append("incomplete") }
    PaneTitle(
      pane: .tree, isFocused: state.focus == .tree, notes: notes,
      position: PaneTitle.position(top: top, rows: rows, count: data.rowCount)
    ).draw(row: row, column: box.column, width: box.columns, glyphs: glyphs, into: &frame)
  }

  private func drawHeader(into frame: inout Frame) {
    guard let row = box.header else { return }
    let style = Style(.label)
    for place in columns.places { put(TreeCell.header(place.column), at: place, row, style, into: &frame) }
    if columns.word != nil { frame.put("STATUS", row: row, column: box.column + columns.sign, style: style) }
    frame.put(
      "COMMAND", row: row, column: box.column + columns.command, style: style, width: columns.commandWidth)
    gantt?.drawHeader(row: row, box: box, into: &frame)
  }

  static let noMatch: DisplayText = "no process matches the filter"
  static let noProcess: DisplayText = "waiting for the first process"

  private func drawEmptiness(into frame: inout Frame) {
    var lines = [StyledText(data.filter == nil ? Self.noProcess : Self.noMatch, Style(.dim))]
    // Then the result is incomplete.
    if let trouble = data.filter?.trouble {
      let wrapped = DisplayText(typed: trouble.description).wrapped(to: max(box.columns - 1, 1))
      lines += wrapped.map { StyledText($0, Style(.warning)) }
    }
    // A filter tests the present program of a process; earlier programs and failed execs are in the log.
    let events = data.filter == nil ? 0 : data.logCount
    if events > 0 {
      let note: DisplayText = events == 1 ? "1 event in the log matches" : "\(.count(events)) events in the log match"
      lines.append(StyledText(note, Style(.dim)))
    }
    for (index, line) in lines.prefix(box.rows).enumerated() {
      frame.put(line, row: box.top + index, column: box.column + 1, width: max(box.columns - 1, 0))
    }
  }

  private func draw(_ row: OutlineRow, _ node: ProcessNode, at line: Int, into frame: inout Frame) {
    var paneRow = PaneRow(row: line, column: box.column, width: box.columns, glyphs: glyphs)
    if row.collapsedCount > 0 { return draw(collapsed: row, in: paneRow, into: &frame) }
    paneRow.isMarked = !state.tree.marked.isEmpty && data.processes(on: row).contains { state.tree.marked.contains($0) }
    let fade = fade(of: node)
    let plain = Style(row.isContext ? .dim : fade?.rest ?? .text)
    for place in columns.places {
      let cell = TreeCell(place.column, of: node, now: now, glyphs: glyphs)
      put(cell.text, at: place, line, cell.isDim && fade == nil ? Style(.dim) : plain, into: &frame)
    }
    drawStatus(node, isContext: row.isContext, at: line, into: &frame)

    var width = columns.commandWidth
    let command = commands.text(row, node, limit: state.tree.sideways + width + 1)
    if row.hiddenBelow > 0 {
      let note = FoldNote(of: row, node, isFiltered: data.filter != nil, glyphs: glyphs)
      let (taken, guides) = (
        command.width - state.tree.sideways, commands.indentation.width(depth: row.depth) + 2 - state.tree.sideways
      )
      if let note = note.text(in: width, beside: taken, guides: max(guides, 0)) {
        width -= note.width
        frame.put(note, row: line, column: box.column + columns.command + width)
      }
    }
    paneRow.put(command, at: columns.command, width: width, sideways: state.tree.sideways, into: &frame)
    paneRow.mark(into: &frame)
    let isSelected = row.id == highlighted
    if isSelected { paneRow.select(isFocused: state.focus == .tree, into: &frame) }
    gantt?.draw(node, isContext: row.isContext, isSelected: isSelected, row: line, box: box, into: &frame)
  }

  /// A collapsed row of exited children: `… 1,284 exited, ✗ 3 nonzero`.
  private func draw(collapsed row: OutlineRow, in paneRow: PaneRow, into frame: inout Frame) {
    paneRow.put(
      row.collapsedText(glyphs, commands.indentation), at: columns.command, width: columns.commandWidth,
      sideways: state.tree.sideways, into: &frame)
    frame.put(glyphs.exited, row: paneRow.row, column: box.column + columns.sign, style: Style(.dim))
    if row.id == highlighted { paneRow.select(isFocused: state.focus == .tree, into: &frame) }
  }

  private func drawStatus(_ node: ProcessNode, isContext: Bool, at line: Int, into frame: inout Frame) {
    let status = StatusText(of: node, now: now, scopeStart: state.scopeStart, glyphs: glyphs)
    let role = status.role == .exited ? fade(of: node)?.name ?? .exited : status.role
    let style = Style(isContext ? .dim : role)
    frame.put(status.sign, row: line, column: box.column + columns.sign, style: style)
    // The sign says that a process exited with 0.
    if let place = columns.word, status.sign != glyphs.exited { put(status.word, at: place, line, style, into: &frame) }
  }

  private func put(
    _ text: DisplayText, at place: TreeColumns.Place, _ line: Int, _ style: Style, into frame: inout Frame
  ) {
    let text = text.fitted(to: place.width, mark: glyphs.ellipsis)
    let column = box.column + place.start
    if TreeCell.isRight(place.column) {
      frame.putRight(text, row: line, column: column, style: style, width: place.width)
    } else {
      frame.put(text, row: line, column: column, style: style)
    }
  }

  private func fade(of node: ProcessNode) -> Fade? { Fade(of: node, now: now) }
}
