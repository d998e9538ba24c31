internal import Events
internal import Tree

/// The log: one row per event, in the columns of execsnoop.
struct LogPane {
  let state: AppState
  let box: Layout.Box
  private let columns: LogColumns
  private let dates: WallClock.Dates
  private let text: LogText
  private let data: ViewData
  private var glyphs: Glyphs { state.glyphs }

  init(state: AppState, box: Layout.Box) {
    self.state = state
    self.box = box
    data = state.shown
    dates = state.logDates
    columns = LogColumns(width: box.columns, pidDigits: data.pidDigits, dates: dates.width)
    text = LogText(state: state)
  }

  func draw(into frame: inout Frame) {
    let top = state.logTop
    let count = data.logCount
    if let row = box.title {
      PaneTitle(
        pane: .log, isFocused: state.focus == .log,
        notes: state.log.isFollowing && !state.isFrozen ? ["following"] : [],
        position: PaneTitle.position(top: top, rows: box.rows, count: count)
      ).draw(row: row, column: box.column, width: box.columns, glyphs: glyphs, into: &frame)
    }
    drawHeader(into: &frame)
    for line in 0..<max(min(box.rows, count - top), 0) {
      if let entry = data.logEntry(atRow: top + line) { draw(entry, at: box.top + line, into: &frame) }
    }
  }

  /// Draws one row of those in view, in place of all of them.
  func draw(only line: Int, into frame: inout Frame) {
    if let entry = data.logEntry(atRow: state.logTop + line) { draw(entry, at: box.top, into: &frame) }
  }

  private func drawHeader(into frame: inout Frame) {
    guard let row = box.header else { return }
    let style = Style(.label)
    func put(_ text: DisplayText, _ column: Int?) {
      if let column { frame.put(text, row: row, column: box.column + column, style: style) }
    }
    func putRight(_ text: DisplayText, _ column: Int?, _ width: Int) {
      if let column { frame.putRight(text, row: row, column: box.column + column, style: style, width: width) }
    }
    put("TIME", columns.time)
    if columns.kind != nil { put("EVENT", columns.sign) }
    put("COMM", columns.comm)
    putRight("PID", columns.pid, columns.pidWidth)
    putRight("PPID", columns.parent, columns.pidWidth)
    putRight("RET", columns.result, LogColumns.returnWidth)
    put("ARGS", columns.arguments)
  }

  private func draw(_ entry: LogEntry, at line: Int, into frame: inout Frame) {
    let isFound = text.isFound(entry)
    let look = LogText.Look(of: entry, isFound: isFound, glyphs: glyphs)
    func put(_ text: DisplayText, _ column: Int?, _ style: Style, _ width: Int) {
      guard let column else { return }
      let fitted = text.fitted(to: width, mark: glyphs.ellipsis)
      frame.put(fitted, row: line, column: box.column + column, style: style)
    }
    func putRight(_ text: DisplayText, _ column: Int?, _ style: Style, _ width: Int) {
      if let column { frame.putRight(text, row: line, column: box.column + column, style: style, width: width) }
    }
    let moment = state.clock.moment(at: entry.time)
    let isTimed = entry.id.map { data.tree.hasTimes(ofHost: $0.host) } ?? true
    put(
      isTimed ? .dated(moment, dates, milliseconds: columns.hasMilliseconds) : "?", columns.time, Style(.dim),
      12 + dates.width)
    put(look.sign, columns.sign, Style(look.role), 1)
    put(look.word, columns.kind, Style(look.role), LogColumns.kindWidth)
    if entry.id != nil {
      let isUnknown = entry.comm.isEmpty && ProcessFacts.known(entry.uid) == nil
      put(isUnknown ? "?" : .word(entry.comm), columns.comm, look.text, LogColumns.commWidth)
    }
    if let id = entry.id {
      putRight(DisplayText(number: id.pid), columns.pid, look.text, columns.pidWidth)
    }
    if let parent = entry.parentPID {
      putRight(DisplayText(number: parent), columns.parent, Style(.dim), columns.pidWidth)
    }
    if let result = LogText.result(of: entry) {
      putRight(
        DisplayText(number: result), columns.result, Style(result == 0 || isFound ? look.text.role : .failed),
        LogColumns.returnWidth)
    }
    let isMarked = entry.id.map { state.tree.marked.contains($0) } ?? false
    let row = PaneRow(row: line, column: box.column, width: box.columns, glyphs: glyphs, isMarked: isMarked)
    let sideways = state.log.sideways
    row.put(
      text.arguments(of: entry, limit: sideways + columns.argumentsWidth + 1), at: columns.arguments,
      width: columns.argumentsWidth, sideways: sideways, into: &frame)
    if let event = state.frozen?.event, entry.sequence > event {
      // The event is later than the moment that is shown.
      frame.restyle(row: line, column: box.column, width: box.columns) { _ in Style(.dim) }
    }
    row.mark(into: &frame)
    drawSelection(entry, row, into: &frame)
  }

  private func drawSelection(_ entry: LogEntry, _ row: PaneRow, into frame: inout Frame) {
    let isCursor = !state.log.isFollowing && entry.sequence == state.log.cursor
    if isCursor, state.focus == .log || entry.sequence == state.frozen?.event {
      row.select(isFocused: state.focus == .log, into: &frame)
    } else if let id = entry.id, id == state.tree.selection {
      frame.put(row.pointer, row: row.row, column: row.column, style: Style(.title))
    }
  }
}
