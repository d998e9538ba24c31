internal import Events
internal import Tree

/// The time axis of the run times in the tree.
struct RunTimes: Hashable, Sendable {
  /// The process whose start and exit define the axis; nil for the whole log.
  var top: ProcessID?
  /// The start of the axis, nanoseconds since boot: the start of the process, or of the log if the process is older.
  var start: UInt64
}
