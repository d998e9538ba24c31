internal import Events
internal import Tree

/// All rows of a pane as plain text, including those out of view: what `w` writes. Nothing is cut to a width.
enum PaneText {
  /// The rows of the pane with the focus. - Complexity: O(rows and what they hold).
  static func of(_ state: AppState) -> CopiedText {
    switch state.focus {
    case .tree where state.top.isOpen: top(state)
    case .tree: tree(state)
    case .log where state.output.isOpen: output(state)
    case .log: log(state)
    case .detail: detail(state)
    }
  }

  /// Wider than any line: arguments are two megabytes at most.
  private static let unlimited = 1 << 24
  /// Rows read from the tree at a time.
  private static let chunk = 1024

  private static func tree(_ state: AppState) -> CopiedText {
    let data = state.shown
    let chosen = state.settings.columns
    // The status of a process is always written.
    let columns = chosen.shown.contains(.status) ? chosen.shown : chosen.shown + [.status]
    var lines = TextLines()
    func cell(_ text: DisplayText, _ column: TreeColumn) {
      // Two more columns for the sign.
      let width = column.hasOwnWidth ? chosen.width(of: column) + (column == .status ? 2 : 0) : data.pidDigits
      lines.append((TreeCell.isRight(column) ? text.paddedLeft(to: width) : text.padded(to: width)) + " ")
    }
    for column in columns { cell(TreeCell.header(column), column) }
    lines.append("COMMAND")
    lines.endLine()
    let commands = CommandColumn(
      state: state, columns: TreeColumns(width: unlimited, pidDigits: data.pidDigits, choice: chosen))
    let count = data.rowCount
    for start in stride(from: 0, to: count, by: chunk) {
      for entry in data.rows(start..<min(start + chunk, count)) {
        guard let node = data.tree[entry.id] else { continue }
        if entry.collapsedCount > 0 {
          for column in columns { cell(column == .status ? state.glyphs.exited : "", column) }
          append(entry.collapsedText(state.glyphs, .listing), to: &lines)
          lines.endLine()
          continue
        }
        let status = StatusText(
          of: node, now: state.shownTime, scopeStart: state.scopeStart, glyphs: state.glyphs)
        for column in columns {
          let text =
            column == .status
            ? "\(status.sign) \(status.word)"
            : TreeCell(column, of: node, now: state.shownTime, glyphs: state.glyphs).text
          cell(text, column)
        }
        append(commands.text(entry, node, limit: unlimited), to: &lines)
        if entry.hiddenBelow > 0 { lines.append(" +\(number: entry.hiddenBelow, grouped: true)") }
        lines.endLine()
      }
    }
    return CopiedText(lines.utf8, name: "the tree, \(number: count, grouped: true) rows")
  }

  private static func top(_ state: AppState) -> CopiedText {
    var lines = TextLines()
    for line in state.top.table.map({ TopListing(of: $0, glyphs: state.glyphs).lines }) ?? [] {
      append(line, to: &lines)
      lines.endLine()
    }
    return CopiedText(lines.utf8, name: "the top table, \(number: state.top.rows.count, grouped: true) rows")
  }

  private static func log(_ state: AppState) -> CopiedText {
    let data = state.shown
    let digits = data.pidDigits
    let text = LogText(state: state)
    var lines = TextLines()
    func row(
      _ time: DisplayText, _ kind: DisplayText, _ comm: DisplayText, _ pid: DisplayText, _ parent: DisplayText,
      _ result: DisplayText
    ) {
      lines.append(time.padded(to: 23) + " " + kind.padded(to: LogColumns.kindWidth + 2) + " ")
      lines.append(comm.padded(to: LogColumns.commWidth) + " " + pid.paddedLeft(to: digits) + " ")
      lines.append(parent.paddedLeft(to: digits) + " " + result.paddedLeft(to: LogColumns.returnWidth) + " ")
    }
    row("TIME", "EVENT", "COMM", "PID", "PPID", "RET")
    lines.append("ARGS")
    lines.endLine()
    let count = data.logCount
    for index in 0..<count {
      guard let entry = data.logEntry(atRow: index) else { continue }
      let look = LogText.Look(of: entry, isFound: text.isFound(entry), glyphs: state.glyphs)
      row(
        .date(state.clock.moment(at: entry.time)), "\(look.sign) \(look.word)",
        entry.id == nil ? "" : .word(entry.comm), entry.id.map { DisplayText(number: $0.pid) } ?? "",
        entry.parentPID.map { DisplayText(number: $0) } ?? "",
        LogText.result(of: entry).map { DisplayText(number: $0) } ?? "")
      append(text.arguments(of: entry, limit: unlimited), to: &lines)
      lines.endLine()
    }
    return CopiedText(lines.utf8, name: "the log, \(number: count, grouped: true) lines")
  }

  /// The rows as they are shown, for whatever else than `w` asks for them: that writes the bytes that were printed.
  private static func output(_ state: AppState) -> CopiedText {
    let store = state.shownOutput
    var lines = TextLines()
    let count = store.rowCount
    for row in 0..<count {
      guard let line = store.number(atRow: row).flatMap({ store.line($0) }) else { continue }
      append(line.text, to: &lines)
      lines.endLine()
    }
    return CopiedText(lines.utf8, name: "the output, \(number: count, grouped: true) lines")
  }

  private static func detail(_ state: AppState) -> CopiedText {
    var lines = TextLines()
    for line in state.detailLines {
      append(line, to: &lines)
      lines.endLine()
    }
    let name: DisplayText =
      state.detailIsOfGroup ? "the detail of the group" : "the detail of pid \(state.selectedNode?.id.pid ?? 0)"
    return CopiedText(lines.utf8, name: name)
  }

  private static func append(_ text: StyledText, to lines: inout TextLines) {
    for run in text.runs { lines.append(run.text) }
  }
}
