internal import Events
internal import Filtering
internal import Tree

/// The text of the tree's last column: the guides, the fold's sign and the command.
struct CommandColumn {
  let data: ViewData
  /// The moment that is shown, nanoseconds since boot.
  let now: UInt64
  let scopeStart: UInt64?
  let search: Filter?
  let glyphs: Glyphs
  /// The critical path, while it is shown.
  let path: CriticalPath?
  /// Of the column.
  let width: Int
  /// Whether a column of its own shows the status.
  let hasWord: Bool
  /// The selected process, which may share its row.
  let selection: ProcessID?
  let marked: Set<ProcessID>

  init(state: AppState, columns: TreeColumns) {
    data = state.shown
    now = state.shownTime
    scopeStart = state.scopeStart
    search = state.typedSearch.filter
    glyphs = state.glyphs
    path = state.timing?.path
    width = columns.commandWidth
    hasWord = columns.word != nil
    selection = state.tree.selection
    marked = state.tree.marked
  }

  /// How far the guides grow.
  var indentation: Indentation { Indentation(columns: width) }

  /// The guides, the fold's sign and the command line, up to `limit` columns.
  func text(_ row: OutlineRow, _ node: ProcessNode, limit: Int) -> StyledText {
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
    if path?.step(of: node.id) != nil { line.append("\(glyphs.critical) ", Style(.critical)) }
    // Without a column for the status word, an important word is shown before the command, behind the processes that
    // share its row: it is not theirs.
    var word = StyledText()
    let status = StatusText(of: node, now: now, scopeStart: scopeStart, glyphs: glyphs)
    // That of a failed exec is behind the command.
    if !hasWord, status.role == .failed, node.isNonzero {
      word.append("\(status.word) ", Style(row.isContext ? .dim : .failed))
    }
    let command = CommandText.line(
      of: node, limit: max(limit - line.width - word.width, 1), shortening: width - line.width - word.width,
      scopeStart: scopeStart, glyphs: glyphs)
    // A chain may take a quarter of the room, and all that the command leaves; the history only what both leave.
    let room = max(width - line.width - word.width, 0)
    line.append(chain(row, in: max(room - command.width, room / 4)))
    line.append(word)
    // A folded row says in that place what it hides.
    let rest = row.isFolded ? 0 : width - line.width - command.width
    line.append(CommandText.history(of: node, in: rest, glyphs: glyphs))
    line.append(looks(of: row, node, command))
    if node.execFailures > 0, node.lastFailureCounts, let failure = node.lastFailure {
      let note: DisplayText =
        " \(glyphs.failed) \(DisplayText(errnoName: failure.errno)) \(CommandText.file(of: failure.image))"
      line.append(note, Style(row.isContext ? .dim : .failed))
    }
    return line
  }

  /// The matches of a search are highlighted; exited processes and context rows are dimmed.
  private func looks(of row: OutlineRow, _ node: ProcessNode, _ command: StyledText) -> StyledText {
    if let search = search, search.matches(node, in: data.tree) {
      return command.restyled { $0.role == .commandName ? Style(.match) : $0 }
    }
    if row.isContext { return command.restyled { _ in Style(.dim) } }
    if let fade = fade(of: node) { return command.restyled { Style($0.role == .commandName ? fade.name : fade.rest) } }
    return command
  }

  private func fade(of node: ProcessNode) -> Fade? { Fade(of: node, now: now) }

  /// The columns of a process's row; nil where it has none.
  func columns(of id: ProcessID?, limit: Int) -> Int? {
    guard let row = id.flatMap({ data.row(of: $0) }), let entry = data.row(at: row),
      let node = data.tree[entry.id]
    else { return nil }
    return text(entry, node, limit: limit).width
  }

  /// The columns of the longest of some rows, with their guides.
  func longest(of rows: Range<Int>, limit: Int) -> Int {
    data.rows(rows).reduce(0) { longest, row in
      guard let node = data.tree[row.id] else { return longest }
      return max(longest, text(row, node, limit: limit).width)
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
