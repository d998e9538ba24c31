internal import Events
internal import Filtering

/// The state of the output pane, which takes the place of the log while it is open. Its position is the number of a
/// line, which stays valid while lines come and are forgotten.
struct OutputState: Sendable {
  /// The traced command; nil without one.
  var command: CommandInView?
  /// The output until now.
  var live = OutputStore()
  /// Whether the pane is shown.
  var isOpen = false
  /// The line with the cursor; nil before there is any.
  var cursor: Int?
  /// The line of the cursor in the pane, from 0.
  var line = 0
  /// How far the lines are scrolled sideways, in columns.
  var sideways = 0
  /// Whether the end stays in view.
  var isFollowing = true
  /// What was searched last.
  var search: TextPattern?
  /// Whether matches of the search are highlighted.
  var showsMatches = false

  /// The position, to return to it.
  var position: OutputPosition {
    get { OutputPosition(cursor: cursor, line: line, sideways: sideways, isFollowing: isFollowing) }
    set {
      (cursor, line, sideways, isFollowing) = (newValue.cursor, newValue.line, newValue.sideways, newValue.isFollowing)
    }
  }
}

/// A position of the output pane, see `OutputState`.
struct OutputPosition: Hashable, Sendable {
  var cursor: Int?
  var line: Int
  var sideways: Int
  var isFollowing: Bool
}

extension AppState {
  /// The output on the screen: that of the frozen view, or all of it.
  var shownOutput: OutputStore { frozen?.output ?? output.live }

  /// The keys of the log pane go to the output.
  var isInOutput: Bool { output.isOpen && focus == .log }

  /// The traced command, before the first event.
  package mutating func start(_ command: CommandInView) { output.command = command }

  /// Changes the output that is shown.
  mutating func updateShownOutput(_ change: (inout OutputStore) -> Void) {
    if frozen == nil { change(&output.live) } else { change(&frozen!.output) }
  }

  /// The rows up to the moment that is shown; all of them in a view that is not at another moment.
  var outputRowsOfMoment: Int {
    let store = shownOutput
    return frozen.map { store.rowCount(upTo: $0.time) } ?? store.rowCount
  }

  /// The row on top of the output pane.
  var outputTop: Int {
    guard !output.isFollowing, let cursor = output.cursor else {
      return max(outputRowsOfMoment - rows(of: .log), 0)
    }
    let store = shownOutput
    return max(min(store.row(of: cursor), store.rowCount - 1) - output.line, 0)
  }

  /// The row of the cursor; the last row of the moment while that is followed.
  var outputRow: Int {
    guard !output.isFollowing, let cursor = output.cursor else { return outputRowsOfMoment - 1 }
    let store = shownOutput
    return min(store.row(of: cursor), store.rowCount - 1)
  }

  /// The line under the cursor, or the last one while the end is followed; nil if there is none.
  var outputLine: OutputLine? {
    let store = shownOutput
    return store.number(atRow: outputRow).flatMap { store.line($0) }
  }

  /// Keeps the cursor on a line, and the pane without emptiness.
  mutating func reconcileOutput() {
    guard output.isOpen, !output.isFollowing, let cursor = output.cursor else { return }
    let store = shownOutput
    let count = store.rowCount
    let row = min(store.row(of: cursor), count - 1)
    guard let number = store.number(atRow: row) else {
      // The filter may still find some.
      if !store.hasWork { output.isFollowing = true }
      return
    }
    output.cursor = number
    output.line = Self.line(of: row, at: output.line, count: count, height: rows(of: .log))
  }

  /// Puts the cursor on a row, which stays where it is on the screen if it is in view.
  mutating func selectOutputRow(_ row: Int) {
    guard let number = shownOutput.number(atRow: row) else { return }
    let top = outputTop
    output.cursor = number
    output.isFollowing = false
    output.line = min(max(row - top, 0), max(rows(of: .log) - 1, 0))
  }

  mutating func moveInOutput(by rows: Int) {
    let count = shownOutput.rowCount
    guard count > 0 else { return }
    // As in the log: while the end is followed, the first step up stays on the last line.
    let row = output.isFollowing && rows < 0 ? outputRowsOfMoment : outputRow
    let target = Self.sum(row, rows, below: count)
    selectOutputRow(target)
    if rows > 0, target == count - 1, outputRowsOfMoment == count { output.isFollowing = true }
  }

  mutating func scrollOutput(by rows: Int, height: Int) {
    let store = shownOutput
    let count = store.rowCount
    let last = max(count - height, 0)
    let top = max(min(outputTop + rows, last), 0)
    guard count > 0, top != outputTop else { return }
    guard rows < 0 || top < last || outputRowsOfMoment < count else {
      output.isFollowing = true
      return
    }
    let kept = max(min(outputRow, top + height - 1, count - 1), top)
    output.cursor = store.number(atRow: kept)
    output.isFollowing = false
    output.line = kept - top
  }

  /// The first click selects, the next one goes to the moment of the line.
  mutating func pressOutput(row: Int, hadFocus: Bool) {
    guard let number = shownOutput.number(atRow: row) else { return }
    if hadFocus, !output.isFollowing, number == output.cursor { return goToOutputMoment() }
    selectOutputRow(row)
  }
}

// The shell's news.
extension AppState {
  /// Takes output. The screen changes only if it shows output.
  mutating func apply(_ news: [OutputNews]) {
    let wasEmpty = output.live.isEmpty
    for piece in news { output.live.append(piece) }
    if !isFrozen, output.isOpen || wasEmpty || output.command?.end != nil { generation += 1 }
  }

  mutating func apply(_ end: CommandEnd) {
    output.command?.end = end
    generation += 1
  }

  /// The last lines that the traced command and its descendants printed, for its detail: if it failed, since they mostly
  /// say why.
  func lastOutput(of node: (pid: Int32, start: UInt64, hasEnded: Bool)) -> [DisplayText] {
    guard let command = output.command, let end = command.end, !end.isSuccess, node.hasEnded,
      node.pid == command.pid, node.start <= command.start
    else { return [] }
    return shownOutput.lastLines(3).map { line in line.text.runs.map(\.text).joined() }
  }
}
