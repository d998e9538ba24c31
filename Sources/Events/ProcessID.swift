/// The identity of one process until the next boot.
///
/// A pid is reused; pid and start time identify a process. Everything that outlives an event (selection, folds, marks,
/// parent links) stores a `ProcessID`.
public struct ProcessID: Hashable, Sendable {
  /// The thread group id in the PID namespace of the tracer: the PID that `ps` shows.
  public let pid: Int32
  /// When the process was created, in nanoseconds since boot: `task_struct.start_boottime` of its leader.
  public let startTime: UInt64

  /// An identity.
  public init(pid: Int32, startTime: UInt64) {
    self.pid = pid
    self.startTime = startTime
  }
}

extension ProcessID: Comparable {
  /// By start time, then by pid: the order of siblings in the tree.
  public static func < (a: ProcessID, b: ProcessID) -> Bool {
    (a.startTime, a.pid) < (b.startTime, b.pid)
  }
}

extension ProcessID: CustomStringConvertible {
  /// `pid@startTime`, for tests and faults.
  public var description: String { "\(pid)@\(startTime)" }
}
