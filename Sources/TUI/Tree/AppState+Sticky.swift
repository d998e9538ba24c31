internal import Events
internal import Tree

// The ancestors of the first row in view stay on top of the pane when they scroll off: at most three lines. They cover
// the rows whose place they take: these count as scrolled off, so nothing else depends on them but the line on which
// the selection may be, and the length of a page.

extension AppState {
  /// The most lines for ancestors: the setting, and a quarter of the pane. A low pane has none.
  var stickyLimit: Int {
    let height = rows(of: .tree)
    return height < Self.leastForSticky ? 0 : min(settings.stickyAncestors, height / 4)
  }

  /// The rows that a pane needs to have such lines.
  private static let leastForSticky = 8

  /// The ancestors over the rows from one on.
  func stickyRows(from top: Int) -> [OutlineRow] { shown.ancestors(overRowsFrom: top, limit: stickyLimit) }

  /// Moves the selection down to the first line that no ancestor covers, and derives these lines.
  mutating func reconcileSticky(row: Int) {
    tree.sticky = stickyRows(from: row - tree.line)
    while tree.line < tree.sticky.count, tree.line < row {
      tree.line += 1
      tree.sticky = stickyRows(from: row - tree.line)
    }
  }

  /// The rows of the tree pane in view, from its first line to its last.
  var rowsInView: [OutlineRow] {
    guard let box = layout[.tree] else { return [] }
    let top = treeTop
    return tree.sticky + shown.rows(top + tree.sticky.count..<max(top + box.rows, top + tree.sticky.count))
  }

  /// The rows of a page: as many as leave no row between the page before and the page after it out of view.
  func treePage(_ direction: Direction) -> Int {
    let height = rows(of: .tree)
    let page = max(height - 1, 1)
    guard stickyLimit > 0, let row = highlighted.flatMap({ shown.row(of: $0) }) else { return page }
    let (top, count) = (treeTop, shown.rowCount)
    for step in stride(from: page, to: max(page - stickyLimit, 1), by: -1) {
      if direction == .forward {
        let next = min(max(row + step, 0), count - 1)
        let newTop = max(top, next - height + 1)
        if newTop + stickyRows(from: newTop).count <= top + height { return step }
      } else {
        let next = max(row - step, 0)
        var newTop = min(top, next)
        while newTop > 0, next - newTop < stickyRows(from: newTop).count { newTop -= 1 }
        if newTop + height >= top + tree.sticky.count { return step }
      }
    }
    return max(page - stickyLimit, 1)
  }
}

// Where the selection may be: with a scope neither on this program nor on the parent outside of the scope, of which
// nothing is known.

extension AppState {
  /// Whether a process may be selected: not this program and its parent, unless one of them has the only row.
  func canStand(on id: ProcessID) -> Bool {
    shown.rowCount <= 1 || !isAboveScope(id)
  }

  private func isAboveScope(_ id: ProcessID) -> Bool {
    guard let scopeStart, let node = shown.tree[id] else { return false }
    return node.isOutside(ofScopeSince: scopeStart) || id.pid == ownPID && id.startTime < scopeStart
  }

  /// Where the selection begins. A traced command may share its row with what it started: then it is the command.
  var firstStandable: ProcessID? {
    guard let row = shown.row(at: firstStandableRow) else { return nil }
    return scopeStart == nil ? row.id : row.chain.first { !isAboveScope($0) } ?? row.id
  }

  /// The nearest row on which the selection may be, from a row on in a direction, else in the other one.
  func standableRow(from row: Int, _ direction: Direction) -> Int {
    let step = direction == .forward ? 1 : -1
    for step in [step, -step] {
      var row = row
      while let id = shown.row(at: row)?.id {
        if canStand(on: id) { return row }
        row += step
      }
    }
    return row
  }

  /// The row on which a view begins: the first process of which more than its identity is known.
  var firstStandableRow: Int {
    let rows = shown.rows(0..<32)
    return rows.firstIndex { row in
      guard let node = shown.tree[row.id], !node.isPlaceholder, canStand(on: row.id) else { return false }
      return mode == .live || !Self.isRecorder(node)
    } ?? 0
  }

  /// Whether a process of a recording is the program that recorded it.
  private static func isRecorder(_ node: ProcessNode) -> Bool {
    node.marks.contains(.fromProc) && node.execCount == 0 && node.facts.comm == "execsnoop-top"
  }
}
