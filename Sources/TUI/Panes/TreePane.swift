internal import ProcessTree

/// The tree: one process a row, with fixed columns on the left and the command, with its guides, on the right.
struct TreePane {
  let state: AppState
  let box: Layout.Box
  private let columns: TreeColumns
  private let gantt: GanttColumn?
  private let picture: Picture
  private var glyphs: Glyphs { state.glyphs }

  init(state: AppState, box: Layout.Box) {
    self.state = state
    self.box = box
    picture = state.shown
    columns = state.treeColumns(in: box)
    gantt = GanttColumn(state: state, box: box)
  }

  func draw(into frame: inout Frame) {
    let top = state.treeTop
    let rows = picture.rows(top..<top + box.rows)
    drawTitle(top: top, into: &frame)
    drawHeader(into: &frame)
    for (line, row) in rows.enumerated() {
      guard let node = picture.tree[row.id] else { continue }
      draw(row, node, at: box.top + line, into: &frame)
    }
    if rows.isEmpty, box.rows > 0 { drawEmptiness(into: &frame) }
  }

  private func drawTitle(top: Int, into frame: inout Frame) {
    guard let row = box.title else { return }
    let totals = picture.tree.totals
    var notes: [DisplayText] = ["\(number: totals.running, grouped: true) running"]
    if let order = AppState.orderName(picture.outline.order) { notes.append(order) }
    if state.tree.isFollowing, !state.isFrozen { notes.append("following") }
    if picture.tree.blindTime != nil { notes.append("incomplete") }
    PaneTitle(
      pane: .tree, isFocused: state.focus == .tree, notes: notes,
      position: PaneTitle.position(top: top, rows: box.rows, count: picture.outline.rowCount)
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
    var lines = [StyledText(picture.filter == nil ? Self.noProcess : Self.noMatch, Style(.dim))]
    // Then that is no more than a guess.
    if let trouble = picture.filter?.trouble {
      let wrapped = DisplayText(typed: trouble.description).wrapped(to: max(box.columns - 1, 1))
      lines += wrapped.map { StyledText($0, Style(.warning)) }
    }
    // A process is what it runs now; what it ran before, or could not run, is in the log.
    let events = picture.filter == nil ? 0 : picture.logCount
    if events > 0 {
      let note: DisplayText = events == 1 ? "1 event in the log does" : "\(.count(events)) events in the log do"
      lines.append(StyledText(note, Style(.dim)))
    }
    for (index, line) in lines.prefix(box.rows).enumerated() {
      frame.put(line, row: box.top + index, column: box.column + 1, width: max(box.columns - 1, 0))
    }
  }

  private func draw(_ row: OutlineRow, _ node: ProcessNode, at line: Int, into frame: inout Frame) {
    var paneRow = PaneRow(row: line, column: box.column, width: box.columns, glyphs: glyphs)
    if row.stowed > 0 { return draw(stow: row, in: paneRow, into: &frame) }
    paneRow.isMarked = state.marked.contains(row.id)
    let fade = fade(of: node)
    let plain = Style(row.isContext ? .dim : fade?.rest ?? .text)
    for place in columns.places {
      let cell = TreeCell(place.column, of: node, now: state.shownTime, glyphs: glyphs)
      put(cell.text, at: place, line, cell.isDim && fade == nil ? Style(.dim) : plain, into: &frame)
    }
    drawStatus(node, isContext: row.isContext, at: line, into: &frame)

    var width = columns.commandWidth
    let command = command(row, node, limit: state.tree.sideways + width + 1)
    if row.hiddenBelow > 0 {
      let note = FoldNote(of: row, node, isFiltered: picture.filter != nil, glyphs: glyphs)
      let (taken, guides) = (
        command.width - state.tree.sideways, indentation.width(depth: row.depth) + 2 - state.tree.sideways
      )
      if let note = note.text(in: width, beside: taken, guides: max(guides, 0)) {
        width -= note.width
        frame.put(note, row: line, column: box.column + columns.command + width, style: Style(.dim))
      }
    }
    paneRow.put(command, at: columns.command, width: width, sideways: state.tree.sideways, into: &frame)
    gantt?.draw(node, isContext: row.isContext, row: line, box: box, into: &frame)
    paneRow.mark(into: &frame)
    if row.id == state.highlighted { paneRow.select(isFocused: state.focus == .tree, into: &frame) }
  }

  /// One row for many that are over: `… 1,284 exited, ✗ 3 nonzero`.
  private func draw(stow row: OutlineRow, in paneRow: PaneRow, into frame: inout Frame) {
    paneRow.put(
      row.stowText(glyphs, indentation), at: columns.command, width: columns.commandWidth,
      sideways: state.tree.sideways, into: &frame)
    frame.put(glyphs.exited, row: paneRow.row, column: box.column + columns.sign, style: Style(.dim))
    if row.id == state.highlighted { paneRow.select(isFocused: state.focus == .tree, into: &frame) }
  }

  private func drawStatus(_ node: ProcessNode, isContext: Bool, at line: Int, into frame: inout Frame) {
    let status = StatusText(of: node, now: state.shownTime, scopeStart: state.scopeStart, glyphs: glyphs)
    let role = status.role == .exited ? fade(of: node)?.name ?? .exited : status.role
    let style = Style(isContext ? .dim : role)
    frame.put(status.sign, row: line, column: box.column + columns.sign, style: style)
    if let place = columns.word { put(status.word, at: place, line, style, into: &frame) }
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

  private var indentation: Indentation { Indentation(columns: columns.commandWidth) }

  /// The guides, the fold's sign and the command line, up to `limit` columns.
  func command(_ row: OutlineRow, _ node: ProcessNode, limit: Int) -> StyledText {
    var line = StyledText()
    let guide = Style(.treeGuide)
    if row.depth > 0 { line.append(indentation.text(row, glyphs), guide) }
    if row.isFolded {
      line.append("\(glyphs.folded) ", Style(.new))
    } else if row.depth > 0 {
      line.append(" ", guide)
    }
    if let parent = node.presentParent, node.isRunning, parent != node.parent {
      line.append("\(glyphs.reparented)\(parent.pid) ", Style(.dim))
    }
    // Without a column for the word, it stands before the command wherever it is worth a look.
    let status = StatusText(of: node, now: state.shownTime, scopeStart: state.scopeStart, glyphs: glyphs)
    if columns.word == nil, status.role == .failed {
      line.append("\(status.word) ", Style(row.isContext ? .dim : .failed))
    }
    let command = CommandText.line(
      of: node, limit: max(limit - line.width, 1), shortening: columns.commandWidth - line.width,
      scopeStart: state.scopeStart, glyphs: glyphs)
    line.append(looks(of: row, node, command))
    return line
  }

  /// A search's matches stand out, and what is over or only leads to a match steps back.
  private func looks(of row: OutlineRow, _ node: ProcessNode, _ command: StyledText) -> StyledText {
    if let search = state.search, search.matches(node, in: picture.tree) {
      return command.restyled { $0.role == .commandName ? Style(.match) : $0 }
    }
    if row.isContext { return command.restyled { _ in Style(.dim) } }
    if let fade = fade(of: node) { return command.restyled { Style($0.role == .commandName ? fade.name : fade.rest) } }
    return command
  }

  private func fade(of node: ProcessNode) -> Fade? { Fade(of: node, now: state.shownTime) }

  /// The columns of the selected row's command; nil where none is.
  func selectedCommand(limit: Int) -> Int? {
    guard let row = state.highlighted.flatMap({ picture.row(of: $0) }), let entry = picture.row(at: row),
      let node = picture.tree[entry.id]
    else { return nil }
    return command(entry, node, limit: limit).width
  }

  /// The columns of the longest command in view, with its guides.
  func longestCommand(limit: Int) -> Int {
    let top = state.treeTop
    return picture.rows(top..<top + box.rows).reduce(0) { longest, row in
      guard let node = picture.tree[row.id] else { return longest }
      return max(longest, command(row, node, limit: limit).width)
    }
  }
}

extension StyledText {
  /// The same text in other styles.
  func restyled(_ change: (Style) -> Style) -> StyledText {
    var result = StyledText()
    for run in runs { result.append(run.text, change(run.style)) }
    return result
  }
}
