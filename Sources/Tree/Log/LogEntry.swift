public import Events

/// One event of the log. It contains all its data, so it remains valid when its process is forgotten.
public struct LogEntry: Sendable {
  /// What happened.
  public enum Kind: Sendable, Hashable {
    case fork, exec, failedExec, exit, lost
  }

  enum Payload: Sendable {
    case fork
    /// - Parameter found: how many failed execs of the process count no longer.
    case exec(found: Int32)
    case failedExec(Try)
    case exit(status: ExitStatus, runTime: UInt64)
    /// Indirect: it is seven times as large as the other payloads, and rare.
    indirect case lost(LossCounts)
  }

  /// A failed exec, which is one try of a search (`ExecSearch`).
  struct Try: Sendable {
    let errno: Int32
    /// The errno that tells most of the whole search: of several errors the one that ended it, or EACCES.
    var shown: Int32
    /// At the first try of a search the number of its tries; at a later one the negative distance to the first entry.
    var link: Int32 = 1
    /// Whether it added one to the failed execs of its process.
    var counts = false
    /// Whether a program was executed after the search.
    var isFound = false
    /// Whether it stands for a search whose first try the log has forgotten.
    var isOpen = false

    init(errno: Int32) { (self.errno, shown) = (errno, errno) }
  }

  /// Stands for an unknown run time.
  static let unknownTime = UInt64.max

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
  var payload: Payload

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
    if case .failedExec(let item) = payload { item.errno } else { nil }
  }

  /// The status of an exit.
  public var status: ExitStatus? {
    if case .exit(let status, _) = payload { status } else { nil }
  }

  /// How long an exited process ran, in nanoseconds; nil where the trace has no times.
  public var runTime: UInt64? {
    guard case .exit(_, let runTime) = payload, runTime != Self.unknownTime else { return nil }
    return runTime
  }

  /// The counts of a loss.
  public var lost: LossCounts? {
    if case .lost(let counts) = payload { counts } else { nil }
  }
}

// MARK: - Searches

// The first failed exec of a search stands for all of them in a display of the log. The others stay entries, because
// each is an event.
extension LogEntry {
  /// How many tries the entry stands for: more than 1 at the first failed exec of a search for a program through
  /// directories. 0 for a later try, and for other kinds.
  public var tries: Int {
    if case .failedExec(let item) = payload { max(Int(item.link), 0) } else { 0 }
  }

  /// Whether it is a later try of a search whose first try is an entry of its own.
  public var isLaterTry: Bool { firstTry != nil }

  /// The sequence of the first try of its search; nil for the first try itself, and for other kinds.
  public var firstTry: UInt64? {
    guard case .failedExec(let item) = payload, item.link < 0 else { return nil }
    return sequence &- UInt64(item.link.magnitude)
  }

  /// Whether its process executed a program after the failed exec, which then counts as no failure.
  public var isFound: Bool {
    if case .failedExec(let item) = payload { item.isFound } else { false }
  }

  /// The errno to show for a search: that of its last try if it ended the search, else EACCES if any try had that, else
  /// that of its first try.
  public var searchErrno: Int32? {
    if case .failedExec(let item) = payload { item.shown } else { nil }
  }

  /// Whether it shows a failure: an exit with another code than 0 or by a signal, or the first try of a search that
  /// found no program.
  public var isFailure: Bool {
    switch payload {
    case .exit(let status, _): !status.isSuccess
    case .failedExec(let item): (item.counts || item.isOpen) && !item.isFound
    case .fork, .exec, .lost: false
    }
  }

  mutating func addTry(_ errno: Int32) {
    guard case .failedExec(var item) = payload else { return }
    if item.link < .max { item.link &+= 1 }
    if errno == ExecFailure.denied || !ExecFailure.goesOn(errno) { item.shown = errno }
    payload = .failedExec(item)
  }

  mutating func setFound() {
    guard case .failedExec(var item) = payload else { return }
    item.isFound = true
    payload = .failedExec(item)
  }
}
