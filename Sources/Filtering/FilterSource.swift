internal import Events

/// The data that a filter tests. Only conforming types read the storage of processes or of the log; the rest of the
/// language does not know it.
public protocol FilterSource {
  /// The type of the evaluated items.
  associatedtype Item
  /// The tree that contains the item's process.
  associatedtype Tree: FilterTree

  /// A number; nil where unknown. Values above the range of `Int64` become its maximum.
  /// - Parameter now: nanoseconds since boot; nil where unknown.
  func number(_ number: FilterNumber, of item: Item, now: UInt64?) -> Int64?

  /// Lends bytes without an allocation; nil where they are unknown. Vectors have the format of `StringVector`: strings
  /// closed by NULs.
  func withBytes<Result>(
    _ text: FilterBytes, of item: Item, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result?

  /// Calls `body` with the item's process in its tree; nil where it is not in the tree.
  func withNode<Result>(of item: Item, _ body: (Tree, Int32) -> Result) -> Result?
}

extension FilterSource {
  /// Lends the container or the unit that the cgroup's path names; nil where it names none.
  public func withOwner<Result>(
    _ text: FilterBytes, of item: Item, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result? {
    withBytes(.cgroup, of: item) { path in
      let owner = CgroupOwner(of: RawBytes(path))
      return (text == .container ? owner.container : owner.unit)?.withUnsafeBufferPointer(body)
    } ?? nil
  }
}

/// A tree whose relations a filter can follow. Nodes are small numbers.
public protocol FilterTree: FilterSource where Item == Int32, Tree == Self {
  /// The original parent; nil for a top-level process.
  func parent(of node: Int32) -> Int32?
  /// The first child; nil without children.
  func firstChild(of node: Int32) -> Int32?
  /// The next child of the same parent; nil after the last one.
  func nextSibling(of node: Int32) -> Int32?
}

/// The numbers of a source.
public enum FilterNumber: Sendable {
  case pid, originalParentPID, presentParentPID, uid, euid, gid, auditUID, session
  case exitCode, signal
  /// Positive: of the newest failed exec.
  case errno
  /// 0 where an exec succeeded; else nil.
  case success
  /// How many execs succeeded.
  case execs
  /// How many execs failed: a search for a program through directories as one, or as none if it found one.
  case execFailures
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

/// The bytes of a source.
public enum FilterBytes: Sendable {
  case comm, exe, file, interpreter, cwd, user, tty, cgroup
  /// The name of the machine.
  case host
  /// Parsed from the cgroup's path (`CgroupOwner`): no source stores them.
  case container, unit
  /// What sent the signal that ended the process: the comm of a process, or a word (`Killer.word`).
  case killer
  case argv, env
}
