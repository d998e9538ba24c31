extension AppState {
  /// Columns that one key press scrolls.
  static let sidewaysStep = 8

  mutating func scrollSideways(_ command: CommandID) {
    guard focus != .detail else { return say("the detail wraps its lines, there is nothing to the side") }
    let position = focus == .tree ? tree.sideways : log.sideways
    let target =
      switch command {
      case .scrollLeft: position - Self.sidewaysStep
      case .scrollRight: position + Self.sidewaysStep
      case .scrollToStart: 0
      default: (selectedLine ?? longestLine) - visibleColumns
      }
    let clamped = max(target, 0)
    // Not beyond the last column of the longest line in view; but what is scrolled further already may stay there.
    let limited = command == .scrollRight ? min(clamped, max(position, longestLine - visibleColumns)) : clamped
    if focus == .tree { tree.sideways = limited } else { log.sideways = limited }
  }

  private var visibleColumns: Int {
    guard let box = layout[focus] else { return 0 }
    return focus == .tree
      ? treeColumns(in: box).commandWidth
      : LogColumns(
        width: box.columns, pidDigits: shown.pidDigits, dates: logDates(rows: box.rows).width
      ).argumentsWidth
  }

  /// The columns of the longest line on the screen, as far as it is ever looked at.
  private var longestLine: Int {
    guard let box = layout[focus] else { return 0 }
    return focus == .tree
      ? TreePane(state: self, box: box).longestCommand(limit: Self.longestMeasured)
      : LogPane(state: self, box: box).longestArguments(limit: Self.longestMeasured)
  }

  /// The columns of the selected line; nil where none is selected. To its end `$` goes: one line with endless arguments
  /// would leave nothing of the others in view.
  private var selectedLine: Int? {
    guard let box = layout[focus] else { return nil }
    if focus == .tree { return TreePane(state: self, box: box).selectedCommand(limit: Self.longestMeasured) }
    guard !log.isFollowing, let cursor = log.cursor, let entry = shown.logEntry(atRow: shown.logRow(of: cursor)) else {
      return nil
    }
    return LogPane(state: self, box: box).arguments(of: entry, limit: Self.longestMeasured).width
  }

  /// A line may be two megabytes long; measuring stops here.
  static let longestMeasured = 20_000
}
