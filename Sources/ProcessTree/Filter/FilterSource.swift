/// Where a filter finds facts: its only window on data. A conformance reads the storage of processes or of the log, and
/// nothing else in the language does.
protocol FilterSource {
  /// What is asked about.
  associatedtype Item
  /// The tree that the item's process stands in.
  associatedtype Tree: FilterTree

  /// A number; nil where not known. Of what is larger than an `Int64` the largest there is.
  /// - Parameter now: nanoseconds since boot; nil where not known.
  func number(_ number: FilterNumber, of item: Item, now: UInt64?) -> Int64?

  /// Lends bytes, without an allocation; nil where they are not known. Vectors are as `StringVector` has them, the
  /// strings closed by NULs.
  func withBytes<Result>(
    _ text: FilterBytes, of item: Item, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result?

  /// The item's process in its tree; nil where it is not in it.
  func withNode<Result>(of item: Item, _ body: (Tree, Int32) -> Result) -> Result?
}

/// A tree of which a filter can ask how its processes stand to each other. Nodes have numbers, small ones.
protocol FilterTree: FilterSource where Item == Int32, Tree == Self {
  /// The original parent; nil of a root.
  func parent(of node: Int32) -> Int32?
  func firstChild(of node: Int32) -> Int32?
  func nextSibling(of node: Int32) -> Int32?
}

/// The numbers that a source is asked for.
enum FilterNumber: Sendable {
  case pid, originalParentPID, presentParentPID, uid, euid, gid, auditUID, session
  case exitCode, signal
  /// Positive: of the newest exec that failed.
  case errno
  /// 0 where an exec succeeded; else nil.
  case success
  /// How many execs succeeded.
  case execs
  /// Nanoseconds since boot.
  case start
  /// Nanoseconds.
  case duration, age, cpuTime
  /// Bytes.
  case peakMemory
  case depth, children
  /// Bits: `FilterEvents`, `FilterState`, `Marks`.
  case events, state, marks
}

/// The bytes that a source is asked for.
enum FilterBytes: Sendable {
  case comm, exe, file, interpreter, cwd, user, tty, cgroup
  case argv, env
}
