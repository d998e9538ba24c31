internal import Events
internal import Tree

/// The state of the log pane. Its position is in sequence numbers, which stay valid while entries come and are
/// forgotten.
struct LogState: Hashable, Sendable {
  /// The entry with the cursor; nil before there is any.
  var cursor: UInt64?
  /// The line of the cursor in the pane, from 0. Counted from the bottom while following.
  var line = 0
  /// How far the arguments are scrolled sideways, in columns.
  var sideways = 0
  /// Whether the end stays in view.
  var isFollowing = true
  /// The position before a filter, until the filter has tested all entries.
  var anchor: LogPosition?

  /// The position, to return to it.
  var position: LogPosition {
    get { LogPosition(cursor: cursor, line: line, sideways: sideways, isFollowing: isFollowing) }
    set {
      (cursor, line, sideways, isFollowing) = (newValue.cursor, newValue.line, newValue.sideways, newValue.isFollowing)
    }
  }
}

/// A position of the log pane, see `LogState`.
struct LogPosition: Hashable, Sendable {
  var cursor: UInt64?
  var line: Int
  var sideways: Int
  var isFollowing: Bool
}

extension AppState {
  /// The row on top of the log pane.
  var logTop: Int {
    let count = shown.logCount
    guard !log.isFollowing, let cursor = log.cursor else { return max(count - rows(of: .log), 0) }
    return max(min(shown.logRow(of: cursor), count - 1) - log.line, 0)
  }

  mutating func reconcileLog() {
    let height = rows(of: .log)
    guard !log.isFollowing, let cursor = log.cursor else { return }
    let row = min(shown.logRow(of: cursor), shown.logCount - 1)
    guard let sequence = shown.logEntry(atRow: row)?.sequence else {
      // The filter may still find some.
      if log.anchor != nil { return }
      log.cursor = nil
      log.isFollowing = true
      return
    }
    log.cursor = sequence
    log.line = Self.line(of: row, at: log.line, count: shown.logCount, height: height)
  }

  mutating func moveInLog(by rows: Int) {
    let count = shown.logCount
    guard count > 0 else { return }
    let isFollowing = tree.isFollowing
    let row = log.isFollowing ? (rows < 0 ? count : count - 1) : log.cursor.map { shown.logRow(of: $0) } ?? count - 1
    let target = Self.sum(row, rows, below: count)
    selectLogRow(target)
    guard rows > 0, target == count - 1 else { return }
    log.isFollowing = true
    log.anchor = nil
    // A cursor at the end follows new entries.
    tree.isFollowing = isFollowing
  }

  /// The first click selects, the next one goes to the process in the tree.
  mutating func pressLog(row: Int, hadFocus: Bool) {
    guard let entry = shown.logEntry(atRow: row) else { return }
    if hadFocus, !log.isFollowing, entry.sequence == log.cursor { return changeFolds(.open) }
    selectLogRow(row)
  }

  /// The log's cursor does the same; at the end the log is followed again.
  mutating func scrollLog(by rows: Int, height: Int) {
    let count = shown.logCount
    let last = max(count - height, 0)
    let top = max(min(logTop + rows, last), 0)
    guard count > 0, top != logTop else { return }
    log.anchor = nil
    guard rows < 0 || top < last else {
      log.isFollowing = true
      return
    }
    let row = log.isFollowing ? count - 1 : log.cursor.map { shown.logRow(of: $0) } ?? count - 1
    let kept = max(min(row, top + height - 1, count - 1), top)
    log.cursor = shown.logEntry(atRow: kept)?.sequence
    log.isFollowing = false
    log.line = kept - top
  }

  /// Puts the cursor of the log on a row and selects the process of that entry, as `choose` does.
  mutating func selectLogRow(_ row: Int) {
    guard let entry = shown.logEntry(atRow: row) else { return }
    let top = logTop
    log.anchor = nil
    log.cursor = entry.sequence
    log.isFollowing = false
    log.line = min(max(row - top, 0), max(rows(of: .log) - 1, 0))
    tree.isFollowing = false
    if let id = entry.id, shown.tree[id] != nil { select(id) }
  }

  /// Whether the log's cursor is on an event of a process.
  func isUnderLogCursor(_ id: ProcessID) -> Bool {
    guard !log.isFollowing, let cursor = log.cursor else { return false }
    return shown.logEntry(atRow: shown.logRow(of: cursor))?.id == id
  }
}

// The position of the log while filters change: an entry that a filter hides is still the position, so that the log
// does not move with every typed letter. In time travel the position is the moment.

extension AppState {
  /// The position of the log, to return to under another filter. In time travel that is the event of the moment, as
  /// long as the cursor is on it or on its replacement.
  var logPlace: LogPosition {
    var place = log.position
    if let event = frozen?.event, log.cursor == listed(upTo: event) { place.cursor = event }
    return place
  }

  /// Restores a position of the log, as near as the filter allows.
  mutating func restore(log place: LogPosition) {
    log.anchor = place
    reconcileLogAnchor()
  }

  /// Keeps the position while a filter finds more entries.
  mutating func reconcileLogAnchor() {
    guard let place = log.anchor else { return }
    let sideways = log.sideways
    log.position = place
    log.sideways = sideways
    if let event = frozen?.event, place.cursor == event {
      log.cursor = listed(upTo: event)
      log.line = lineOfMoment(at: place.line)
    }
    if !shown.hasWork { log.anchor = nil }
  }

  /// The last listed entry that is not after another one; if there is none, the first. - Complexity: O(log entries).
  private func listed(upTo sequence: UInt64) -> UInt64? {
    let row = shown.logRow(of: sequence)
    let entry = shown.logEntry(atRow: row)
    return entry?.sequence == sequence ? sequence : (shown.logEntry(atRow: row - 1) ?? entry)?.sequence
  }
}
