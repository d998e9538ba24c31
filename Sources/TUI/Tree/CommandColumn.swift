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
  /// Of the column.
  let width: Int
  /// Whether a column of its own shows the status.
  let hasWord: Bool

  init(state: AppState, columns: TreeColumns) {
    data = state.shown
    now = state.shownTime
    scopeStart = state.scopeStart
    search = state.typedSearch.filter
    glyphs = state.glyphs
    width = columns.commandWidth
    hasWord = columns.word != nil
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
    // Without a column for the status word, an important word is shown before the command.
    let status = StatusText(of: node, now: now, scopeStart: scopeStart, glyphs: glyphs)
    if !hasWord, status.role == .failed {
      line.append("\(status.word) ", Style(row.isContext ? .dim : .failed))
    }
    let command = CommandText.line(
      of: node, limit: max(limit - line.width, 1), shortening: width - line.width,
      scopeStart: scopeStart, glyphs: glyphs)
    line.append(looks(of: row, node, command))
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
