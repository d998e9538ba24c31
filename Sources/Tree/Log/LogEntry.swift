public import Events

/// One event of the log. It contains all its data, so it remains valid when its process is forgotten.
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
    /// Indirect: it is seven times as large as the other payloads, and rare.
    indirect case lost(LossCounts)
  }

  /// The number of entries before this one since the start, including forgotten ones.
  public let sequence: UInt64
  /// Nanoseconds since boot.
  public let time: UInt64
  /// The process; nil for `lost`.
  public let id: ProcessID?
  /// The pid of its parent at the event; nil where unknown.
  public let parentPID: Int32?
  /// The comm at the event; the new one for an exec.
  public let comm: Comm
  /// The real user at the event.
  public let uid: UInt32
  /// The name of the user; nil where unknown.
  public let user: RawBytes?
  /// The cgroup at the event; nil where unknown.
  public let cgroup: RawBytes?
  /// The new program of an exec, the requested program of a failed exec, else the program that the process ran. Nil
  /// where unknown.
  public let image: ProcessImage?
  let payload: Payload

  /// When a forked process started, which is a moment before the event; nil for other kinds.
  var birth: UInt64? {
    if case .fork = payload { id?.startTime } else { nil }
  }

  /// Its size in memory, in bytes. The tree may hold the program of an exec too.
  var size: Int { MemoryLayout<LogEntry>.stride &+ (carriesImage ? image?.size ?? 0 : 0) }

  private var carriesImage: Bool {
    switch payload {
    case .exec, .failedExec: true
    case .fork, .exit, .lost: false
    }
  }

  /// What happened. The properties below are nil for other kinds.
  public var kind: Kind {
    switch payload {
    case .fork: .fork
    case .exec: .exec
    case .failedExec: .failedExec
    case .exit: .exit
    case .lost: .lost
    }
  }

  /// The errno of a failed exec; positive.
  public var errno: Int32? {
    if case .failedExec(let errno) = payload { errno } else { nil }
  }

  /// The status of an exit.
  public var status: ExitStatus? {
    if case .exit(let status, _) = payload { status } else { nil }
  }

  /// How long an exited process ran, in nanoseconds.
  public var runTime: UInt64? {
    if case .exit(_, let runTime) = payload { runTime } else { nil }
  }

  /// The counts of a loss.
  public var lost: LossCounts? {
    if case .lost(let counts) = payload { counts } else { nil }
  }
}
