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
    /// Apart from the entry: it is seven times as large as what the others say, and hardly ever there.
    indirect case lost(LossCounts)
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

  /// Of a fork: when the process began, which is a moment before it is told of.
  var birth: UInt64? {
    if case .fork = payload { id?.startTime } else { nil }
  }

  /// In memory, in bytes. A program of an exec is in the tree too; when that has forgotten it, it is here alone.
  var size: Int { MemoryLayout<LogEntry>.stride &+ (carriesImage ? image?.size ?? 0 : 0) }

  private var carriesImage: Bool {
    switch payload {
    case .exec, .failedExec: true
    case .fork, .exit, .lost: false
    }
  }

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
