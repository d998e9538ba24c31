internal import ProcessTree

/// Where the tree pane stands. The place is held by the selected process and the line it stands on, not by row numbers,
/// so the selection stays where it is on the screen while rows come and go above it.
struct TreePosition: Hashable, Sendable {
  /// The selected process; nil only while there is none at all.
  var selection: ProcessID?
  /// The line of the pane on which the selection stands, from 0.
  var line: Int = 0
  /// How far the command column is scrolled sideways, in columns.
  var sideways: Int = 0
  /// Whether the newest process gets selected as it comes.
  var isFollowing = false
}

/// Where the log pane stands: by sequence numbers, which stay right while entries come and are forgotten.
struct LogPosition: Hashable, Sendable {
  /// The entry with the cursor; nil before there is any.
  var cursor: UInt64?
  /// The line of the pane on which the cursor stands, from 0. Counted from the bottom while following.
  var line: Int = 0
  var sideways: Int = 0
  /// Whether the end stays in view.
  var isFollowing = true
}

/// Where the detail pane stands: which line is on top.
struct DetailPosition: Hashable, Sendable {
  /// Of whom the lines are; it begins anew with another process.
  var subject: ProcessID?
  var top: Int = 0
  /// Which of the lines that lead to another process is chosen.
  var link: Int?
}
