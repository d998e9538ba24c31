internal import ProcessTree

/// The log: every event a row, in the columns of execsnoop.
struct LogPane {
  let state: AppState
  let box: Layout.Box
  private let columns: LogColumns
  private let picture: Picture
  private var glyphs: Glyphs { state.glyphs }

  init(state: AppState, box: Layout.Box) {
    self.state = state
    self.box = box
    picture = state.shown
    columns = LogColumns(width: box.columns, pidDigits: picture.pidDigits)
  }

  func draw(into frame: inout Frame) {
    let top = state.logTop
    let count = picture.logCount
    if let row = box.title {
      PaneTitle(
        pane: .log, isFocused: state.focus == .log,
        notes: state.log.isFollowing && !state.isFrozen ? ["following"] : [],
        position: PaneTitle.position(top: top, rows: box.rows, count: count)
      ).draw(row: row, column: box.column, width: box.columns, glyphs: glyphs, into: &frame)
    }
    drawHeader(into: &frame)
    for line in 0..<max(min(box.rows, count - top), 0) {
      if let entry = picture.logEntry(atRow: top + line) { draw(entry, at: box.top + line, into: &frame) }
    }
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
    let look = Look(of: entry, glyphs: glyphs)
    func put(_ text: DisplayText, _ column: Int?, _ style: Style, _ width: Int) {
      guard let column else { return }
      let fitted = text.fitted(to: width, mark: glyphs.ellipsis)
      frame.put(fitted, row: line, column: box.column + column, style: style)
    }
    func putRight(_ text: DisplayText, _ column: Int?, _ style: Style, _ width: Int) {
      if let column { frame.putRight(text, row: line, column: box.column + column, style: style, width: width) }
    }
    let moment = state.clock.moment(at: entry.time)
    put(.timeOfDay(moment, milliseconds: columns.hasMilliseconds), columns.time, Style(.dim), 12)
    put(look.sign, columns.sign, Style(look.role), 1)
    put(look.word, columns.kind, Style(look.role), LogColumns.kindWidth)
    if entry.id != nil {
      put(DisplayText(entry.comm), columns.comm, look.text, LogColumns.commWidth)
    }
    if let id = entry.id {
      putRight(DisplayText(number: id.pid), columns.pid, look.text, columns.pidWidth)
    }
    if let parent = entry.parentPID {
      putRight(DisplayText(number: parent), columns.parent, Style(.dim), columns.pidWidth)
    }
    if let result = Self.result(of: entry) {
      putRight(
        DisplayText(number: result), columns.result, Style(result == 0 ? look.text.role : .failed),
        LogColumns.returnWidth)
    }
    let isMarked = entry.id.map { state.marked.contains($0) } ?? false
    let row = PaneRow(row: line, column: box.column, width: box.columns, glyphs: glyphs, isMarked: isMarked)
    let sideways = state.log.sideways
    row.put(
      arguments(of: entry, limit: sideways + columns.argumentsWidth + 1), at: columns.arguments,
      width: columns.argumentsWidth, sideways: sideways, into: &frame)
    if let event = state.frozen?.event, entry.sequence > event {
      // Yet to come, seen from the moment that is shown.
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

  /// What the event came to, as execsnoop prints it: 0 or the negative errno of an exec; of an exit its code.
  static func result(of entry: LogEntry) -> Int32? {
    switch entry.kind {
    case .exec: 0
    case .failedExec: entry.errno.map { 0 &- $0 }
    case .exit: entry.status.flatMap { $0.signal == 0 ? $0.code : nil }
    case .fork, .lost: nil
    }
  }

  func arguments(of entry: LogEntry, limit: Int) -> StyledText {
    var line = StyledText()
    switch entry.kind {
    case .exec, .fork: break
    case .failedExec:
      line.append("\(entry.errno.map { DisplayText(errnoName: $0) } ?? "failed") ", Style(.failed))
    case .exit:
      let status = StatusText(ended: entry.status, glyphs: glyphs)
      line.append(status.word, Style(status.role))
      if let runTime = entry.runTime { line.append(" after \(DisplayText.duration(runTime, glyphs))", Style(.dim)) }
      line.append(" ")
    case .lost:
      if let lost = entry.lost { line.append(LossText.line(lost), Style(.error)) }
      return line
    }
    guard let image = entry.image else { return line }
    if entry.kind == .failedExec, CommandText.needsFile(image) {
      line.append("\(DisplayText.argument(image.file.bytes, upTo: limit)): ", Style(.failed))
    }
    let command = CommandText.line(of: image, limit: max(limit - line.width, 1))
    if entry.kind != .lost, let search = state.search, search.matches(entry, in: picture.tree) {
      line.append(command.restyled { $0.role == .commandName ? Style(.match) : $0 })
      return line
    }
    switch entry.kind {
    case .exec, .failedExec: line.append(command)
    default: line.append(command.restyled { _ in Style(.dim) })
    }
    return line
  }

  /// The columns of the longest arguments in view.
  func longestArguments(limit: Int) -> Int {
    let top = state.logTop
    return (top..<top + max(box.rows, 0)).reduce(0) { longest, row in
      guard let entry = picture.logEntry(atRow: row) else { return longest }
      return max(longest, arguments(of: entry, limit: limit).width)
    }
  }

  /// The sign, the word and the roles of a kind of event.
  struct Look {
    var sign: DisplayText
    var word: DisplayText
    var role: Role
    var text: Style

    init(of entry: LogEntry, glyphs: Glyphs) {
      switch entry.kind {
      case .fork: (sign, word, role, text) = (glyphs.new, "fork", .dim, Style(.dim))
      case .exec: (sign, word, role, text) = (glyphs.running, "exec", .running, .text)
      case .failedExec: (sign, word, role, text) = (glyphs.failed, "fail", .failed, .text)
      case .exit:
        let isGood = entry.status?.isSuccess ?? true
        (sign, word, role, text) =
          (isGood ? glyphs.exited : glyphs.failed, "exit", isGood ? .dim : .failed, Style(.dim))
      case .lost: (sign, word, role, text) = ("!", "LOST", .error, Style(.error))
      }
    }
  }
}
