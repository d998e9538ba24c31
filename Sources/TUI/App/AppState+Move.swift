internal import Tree

extension AppState {
  mutating func move(_ command: CommandID) {
    let page = max(rows(of: focus) - 1, 1)
    switch command {
    case .up: move(by: -1)
    case .down: move(by: 1)
    case .pageUp: move(by: -page)
    case .pageDown: move(by: page)
    case .halfPageUp: move(by: -max(page / 2, 1))
    case .halfPageDown: move(by: max(page / 2, 1))
    case .first: move(by: Int.min / 2)
    default: move(by: Int.max / 2)
    }
  }

  private mutating func move(by rows: Int) {
    switch focus {
    case .tree: top.isOpen ? moveInTop(by: rows) : moveInTree(by: rows)
    case .log: moveInLog(by: rows)
    case .detail: detail.top = Self.sum(detail.top, rows, below: detailLines.count)
    }
  }

  private mutating func moveInTree(by rows: Int) {
    if rows < 0 { tree.isFollowing = false }
    guard let id = highlighted, let row = shown.row(of: id) else { return }
    let target = Self.sum(row, rows, below: shown.outline.rowCount)
    guard let id = shown.row(at: target)?.id else { return }
    target == row ? select(id) : choose(id)
  }

  private mutating func moveInLog(by rows: Int) {
    let count = shown.logCount
    guard count > 0 else { return }
    let isFollowing = tree.isFollowing
    let row = log.isFollowing ? (rows < 0 ? count : count - 1) : log.cursor.map { shown.logRow(of: $0) } ?? count - 1
    let target = Self.sum(row, rows, below: count)
    selectLogRow(target)
    guard rows > 0, target == count - 1 else { return }
    log.isFollowing = true
    logAnchor = nil
    // A cursor at the end follows new entries.
    tree.isFollowing = isFollowing
  }

  /// A row moved by some, kept between 0 and `count - 1`.
  static func sum(_ row: Int, _ offset: Int, below count: Int) -> Int {
    max(min(row + offset, count - 1), 0)
  }
}
