/// The identity of one process for as long as the machine is up.
///
/// A pid alone is reused; a pid together with the moment its process was created is not. Everything that has to
/// outlive an event (selection, folds, marks, parent links) holds a `ProcessID`.
public struct ProcessID: Hashable, Sendable {
  /// The thread group id in the PID namespace of the tracer: what `ps` shows as PID beside it.
  public let pid: Int32
  /// When the process was created, in nanoseconds since boot: `task_struct.start_boottime` of its leader.
  public let startTime: UInt64

  public init(pid: Int32, startTime: UInt64) {
    self.pid = pid
    self.startTime = startTime
  }
}

extension ProcessID: Comparable {
  /// By start time, then by pid: the order in which siblings stand in the tree.
  public static func < (a: ProcessID, b: ProcessID) -> Bool {
    (a.startTime, a.pid) < (b.startTime, b.pid)
  }
}

extension ProcessID: CustomStringConvertible {
  public var description: String { "\(pid)@\(startTime)" }
}
