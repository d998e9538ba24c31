internal import ProcessTree

/// What the run times in the tree are shown of.
struct RunTimes: Hashable, Sendable {
  /// The process whose beginning and end are those of the axis; nil for all that happens.
  var top: ProcessID?
  /// Where the axis begins, nanoseconds since boot: with the process, or with the log where it ran before.
  var start: UInt64
}
