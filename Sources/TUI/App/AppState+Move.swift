internal import Tree

extension AppState {
  mutating func move(_ command: CommandID) {
    var page = max(rows(of: focus) - 1, 1)
    if focus == .tree, !top.isOpen, command == .pageUp || command == .pageDown {
      page = treePage(command == .pageUp ? .backward : .forward)
    }
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
    case .log: output.isOpen ? moveInOutput(by: rows) : moveInLog(by: rows)
    case .detail: detail.top = Self.sum(detail.top, rows, below: detailLines.count)
    }
  }

  /// A row moved by some, kept between 0 and `count - 1`.
  static func sum(_ row: Int, _ offset: Int, below count: Int) -> Int {
    max(min(row + offset, count - 1), 0)
  }
}

extension AppState {
  /// Columns that one key press scrolls.
  static let sidewaysStep = 8

  mutating func scrollSideways(_ command: CommandID) {
    guard focus != .detail else { return show("the detail wraps its lines: nothing to scroll sideways") }
    let position = focus == .tree ? tree.sideways : log.sideways
    let target =
      switch command {
      case .scrollLeft: position - Self.sidewaysStep
      case .scrollRight: position + Self.sidewaysStep
      case .scrollToStart: 0
      default: (selectedLine ?? longestLine) - visibleColumns
      }
    let clamped = max(target, 0)
    // Stops at the last column of the longest line in view. A pane that is scrolled further already stays there.
    let limited = command == .scrollRight ? min(clamped, max(position, longestLine - visibleColumns)) : clamped
    if focus == .tree { tree.sideways = limited } else { log.sideways = limited }
  }

  private var visibleColumns: Int {
    focus == .tree ? geometry.tree?.commandWidth ?? 0 : geometry.log(dates: logDates)?.argumentsWidth ?? 0
  }

  /// The width of the longest line on the screen, up to `longestMeasured`.
  private var longestLine: Int {
    let geometry = self.geometry
    guard let box = geometry.layout[focus] else { return 0 }
    if focus == .tree, let columns = geometry.tree {
      let top = treeTop
      return CommandColumn(state: self, columns: columns).longest(of: top..<top + box.rows, limit: Self.longestMeasured)
    }
    let top = logTop
    return LogText(state: self).longest(of: top..<top + max(box.rows, 0), limit: Self.longestMeasured)
  }

  /// The width of the selected line; nil if none is selected. `$` scrolls to its end, not to the end of the longest
  /// line: one line with endless arguments would scroll all others out of view.
  private var selectedLine: Int? {
    let geometry = self.geometry
    guard geometry.layout[focus] != nil else { return nil }
    if focus == .tree, let columns = geometry.tree {
      return CommandColumn(state: self, columns: columns).columns(of: highlighted, limit: Self.longestMeasured)
    }
    guard !log.isFollowing, let cursor = log.cursor, let entry = shown.logEntry(atRow: shown.logRow(of: cursor)) else {
      return nil
    }
    return LogText(state: self).arguments(of: entry, limit: Self.longestMeasured).width
  }

  /// A line may be two megabytes long; measuring stops here.
  static let longestMeasured = 20_000
}
