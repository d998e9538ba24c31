/// One event as the log shows it. It holds all that it needs itself, so it outlives its process's node.
public struct LogEntry: Sendable {
  /// What happened.
  public enum Kind: Sendable, Hashable {
    case fork, exec, failedExec, exit, lost
  }

  enum Payload: Sendable {
    case fork
    case exec
    case failedExec(errno: Int32)
    case exit(status: ExitStatus, runTime: UInt64)
    case lost(LossCounts)
  }

  /// Counts every entry since the beginning, from 0; grows by one, also past what the log still holds.
  public let sequence: UInt64
  /// Nanoseconds since boot.
  public let time: UInt64
  /// The process; nil of `lost`.
  public let id: ProcessID?
  /// The pid of its parent at that moment; nil where not known.
  public let parentPID: Int32?
  /// At that moment; of an exec the new one.
  public let comm: Comm
  /// The user it ran as, and that user's name where there is one.
  public let uid: UInt32
  public let user: RawBytes?
  /// The cgroup it was in; nil where not known.
  public let cgroup: RawBytes?
  /// Of an exec the new program, of a failed exec what was asked for, else the program that the process ran. Nil
  /// where not known.
  public let image: ProcessImage?
  let payload: Payload

  /// What happened; the details of each kind are nil of the others.
  public var kind: Kind {
    switch payload {
    case .fork: .fork
    case .exec: .exec
    case .failedExec: .failedExec
    case .exit: .exit
    case .lost: .lost
    }
  }

  /// Of a failed exec; positive.
  public var errno: Int32? {
    if case .failedExec(let errno) = payload { errno } else { nil }
  }

  /// Of an exit.
  public var status: ExitStatus? {
    if case .exit(let status, _) = payload { status } else { nil }
  }

  /// Of an exit: how long the process ran, in nanoseconds.
  public var runTime: UInt64? {
    if case .exit(_, let runTime) = payload { runTime } else { nil }
  }

  /// Of `lost`.
  public var lost: LossCounts? {
    if case .lost(let counts) = payload { counts } else { nil }
  }
}
