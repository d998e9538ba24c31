/// The identity of one process until the next boot.
///
/// A pid is reused; pid and start time identify a process. Everything that outlives an event (selection, folds, marks,
/// parent links) stores a `ProcessID`.
public struct ProcessID: Hashable, Sendable {
  /// The thread group id in the PID namespace of the tracer: the PID that `ps` shows.
  public let pid: Int32
  /// The number of its machine, where events of several are merged (`HostEvent`); 0 for the first or only one.
  public let host: UInt16
  /// When the process was created, in nanoseconds since boot: `task_struct.start_boottime` of its leader.
  public let startTime: UInt64

  /// An identity.
  public init(pid: Int32, startTime: UInt64, host: UInt16 = 0) {
    self.pid = pid
    self.startTime = startTime
    self.host = host
  }

  /// The identity of the row that a tree of several machines has for each: no process has pid 0.
  public init(rowOf host: UInt16) { self.init(pid: 0, startTime: 0, host: host) }

  /// Whether it is a machine and not a process.
  public var isHost: Bool { pid == 0 }
}

extension ProcessID: Comparable {
  /// By start time, then by pid, then by machine: the order of siblings in the tree.
  public static func < (a: ProcessID, b: ProcessID) -> Bool {
    (a.startTime, a.pid, a.host) < (b.startTime, b.pid, b.host)
  }
}

extension ProcessID: CustomStringConvertible {
  /// `pid@startTime`, and `/host` after that for all but the first machine: for tests and for messages about bugs.
  public var description: String { "\(pid)@\(startTime)\(host == 0 ? "" : "/\(host)")" }
}

/// The identity and credentials of a process, which every kernel event has, so that one event alone is enough to place
/// a process in the tree when earlier ones were lost.
public struct ProcessFacts: Sendable, Hashable {
  /// The identity.
  public var id: ProcessID
  /// The parent at the moment of the event: `task_struct.real_parent` (never a tracer). At a fork this is the original
  /// parent, later it may be a reaper. Nil for the first processes, whose parent is pid 0.
  public var parent: ProcessID?
  /// The kernel's name of the process.
  public var comm: Comm
  /// The real user; `unknownID` where a trace of another program does not tell.
  public var uid: UInt32
  /// The effective user.
  public var euid: UInt32
  /// The real group.
  public var gid: UInt32
  /// The audit login uid; nil where nobody logged in (`AUDIT_UID_UNSET`), or the kernel has none.
  public var auditUID: UInt32?
  /// The session id: the pid of its leader; `unknownSession` where a trace of another program does not tell.
  public var session: Int32
  /// The process group id; `unknownSession` where a trace of another program does not tell.
  public var processGroup: Int32
  /// The pid in its own PID namespace; the same as `id.pid` outside of containers.
  public var innerPID: Int32
  /// The controlling terminal without `/dev/`, such as `pts/3`; nil for none.
  public var tty: RawBytes?
  /// The cgroup v2 path, from the root of the hierarchy; nil where unknown.
  public var cgroup: RawBytes?
  /// The name of `uid` on this system; nil where there is none.
  public var user: RawBytes?
  /// Whether it is a kernel thread (`PF_KTHREAD`), without a program.
  public var isKernelThread: Bool

  /// The user or group that no process has (`INVALID_UID`): it is not known.
  public static let unknownID = UInt32.max

  /// The id of a user or group; nil where it is not known.
  public static func known(_ id: UInt32) -> UInt32? { id == unknownID ? nil : id }

  /// The session and the process group that no process has: they are not known.
  public static let unknownSession: Int32 = -1

  /// A session or process group; nil where it is not known.
  public static func known(session: Int32) -> Int32? { session < 0 ? nil : session }

  /// The comm; nil where a trace of another program does not tell it.
  public var knownComm: Comm? { comm.isEmpty && session < 0 ? nil : comm }

  /// Whether its parent is not known: it has none, but a trace of another program may only not tell it.
  public var parentIsUnknown: Bool { parent == nil && session < 0 }

  /// Facts. When left out, `euid` is `uid`, `innerPID` is `id.pid`, and other facts are 0 or unknown.
  public init(
    id: ProcessID, parent: ProcessID?, comm: Comm, uid: UInt32 = 0, euid: UInt32? = nil, gid: UInt32 = 0,
    auditUID: UInt32? = nil, session: Int32 = 0, processGroup: Int32 = 0, innerPID: Int32? = nil,
    tty: RawBytes? = nil, cgroup: RawBytes? = nil, user: RawBytes? = nil, isKernelThread: Bool = false
  ) {
    self.id = id
    self.parent = parent
    self.comm = comm
    self.uid = uid
    self.euid = euid ?? uid
    self.gid = gid
    self.auditUID = auditUID
    self.session = session
    self.processGroup = processGroup
    self.innerPID = innerPID ?? id.pid
    self.tty = tty
    self.cgroup = cgroup
    self.user = user
    self.isKernelThread = isKernelThread
  }
}
