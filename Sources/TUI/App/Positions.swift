internal import Events

/// The position of the tree pane. It is the selected process and its line on the screen, not a row number, so the
/// selection stays in its place while rows come and go above it.
struct TreePosition: Hashable, Sendable {
  /// The selected process; nil only while there is none at all.
  var selection: ProcessID?
  /// The line of the selection in the pane, from 0.
  var line: Int = 0
  /// How far the command column is scrolled sideways, in columns.
  var sideways: Int = 0
  /// Whether the newest process is selected when it starts.
  var isFollowing = false
}

/// The position of the log pane: in sequence numbers, which stay valid while entries come and are forgotten.
struct LogPosition: Hashable, Sendable {
  /// The entry with the cursor; nil before there is any.
  var cursor: UInt64?
  /// The line of the cursor in the pane, from 0. Counted from the bottom while following.
  var line: Int = 0
  var sideways: Int = 0
  /// Whether the end stays in view.
  var isFollowing = true
}

/// The position of the detail pane: its top line.
struct DetailPosition: Hashable, Sendable {
  /// The process of the lines; the position is reset for another process.
  var subject: ProcessID?
  var top: Int = 0
  /// Which of the lines that lead to another process is chosen.
  var link: Int?
}
