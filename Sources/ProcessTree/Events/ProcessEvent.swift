/// Everything that can happen to the tree. It enters as values: from the kernel, from /proc, from a recording.
public enum ProcessEvent: Sendable, Hashable {
  /// A process was created (`sched_process_fork`, not for threads).
  case fork(ForkEvent)
  /// A process now runs another program (`sched_process_exec`).
  case exec(ExecEvent)
  /// An execve or execveat came back with an error; the process runs on as it was.
  case failedExec(FailedExecEvent)
  /// The last thread of a process ended (`sched_process_exit` with no thread left).
  case exit(ExitEvent)
  /// A process that ran before tracing began (or whose events were lost), as /proc shows it.
  case existing(ExistingProcess)
  /// Records that could not be kept since the last such event.
  case lost(LostEvent)
  /// Who runs, read after a loss.
  case census(CensusEvent)

  /// When it happened, in nanoseconds since boot (`CLOCK_BOOTTIME`).
  public var time: UInt64 {
    switch self {
    case .fork(let event): event.time
    case .exec(let event): event.time
    case .failedExec(let event): event.time
    case .exit(let event): event.time
    case .existing(let event): event.time
    case .lost(let event): event.time
    case .census(let event): event.time
    }
  }
}

/// Who a process is, as every kernel event states it, so that one event alone is enough to place a process in the
/// tree when those before it were lost.
public struct ProcessFacts: Sendable, Hashable {
  public var id: ProcessID
  /// The parent at the moment of the event: `task_struct.real_parent` (never a tracer). At a fork this is the
  /// original parent, later it may be a reaper. Nil for the first processes of the machine, whose parent is pid 0.
  public var parent: ProcessID?
  public var comm: Comm
  public var uid: UInt32
  public var euid: UInt32
  public var gid: UInt32
  /// The audit login uid; nil where nobody logged in (`AUDIT_UID_UNSET`) or the kernel keeps none.
  public var auditUID: UInt32?
  public var session: Int32
  public var processGroup: Int32
  /// The pid inside its own PID namespace; the same as `id.pid` outside containers.
  public var innerPID: Int32
  /// The controlling terminal without `/dev/`, such as `pts/3`; nil where there is none.
  public var tty: RawBytes?
  /// The cgroup v2 path, from the root of the hierarchy; nil where not known.
  public var cgroup: RawBytes?
  /// The name of `uid` on this machine; nil where there is none.
  public var user: RawBytes?
  /// `PF_KTHREAD`: a thread of the kernel, without a program.
  public var isKernelThread: Bool

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

/// A process began, as a copy of its parent.
public struct ForkEvent: Sendable, Hashable {
  public var time: UInt64
  public var process: ProcessFacts
  /// The main thread of its parent is known to have forked it: what it began with is what its parent is. Not so where
  /// another thread did, or a process that asked for a sibling (`CLONE_PARENT`).
  public var isByParent: Bool

  public init(time: UInt64, process: ProcessFacts, isByParent: Bool = false) {
    self.time = time
    self.process = process
    self.isByParent = isByParent
  }
}

/// A process began to run another program.
public struct ExecEvent: Sendable, Hashable {
  /// The same as `image.time`.
  public var time: UInt64 { image.time }
  /// The facts after the exec; `comm` is the new one.
  public var process: ProcessFacts
  public var image: ProcessImage

  public init(process: ProcessFacts, image: ProcessImage) {
    self.process = process
    self.image = image
  }
}

/// A process asked for another program and did not get it: it goes on with the one that it has.
public struct FailedExecEvent: Sendable, Hashable {
  /// The same as `image.time`.
  public var time: UInt64 { image.time }
  public var process: ProcessFacts
  /// The errno, positive: `ENOENT` is 2.
  public var errno: Int32
  /// What was asked for: file, argv and cwd; `exe` and `interpreter` are not known. `comm` is the caller's.
  public var image: ProcessImage

  public init(process: ProcessFacts, errno: Int32, image: ProcessImage) {
    self.process = process
    self.errno = errno
    self.image = image
  }
}

/// A process ended.
public struct ExitEvent: Sendable, Hashable {
  public var time: UInt64
  public var process: ProcessFacts
  public var status: ExitStatus
  public var usage: ResourceUsage
  /// Who takes over the children that are still alive: the nearest subreaper above, or the namespace's init. Nil
  /// where it has none, or where not known.
  public var reaper: ProcessID?

  public init(
    time: UInt64, process: ProcessFacts, status: ExitStatus, usage: ResourceUsage = ResourceUsage(),
    reaper: ProcessID? = nil
  ) {
    self.time = time
    self.process = process
    self.status = status
    self.usage = usage
    self.reaper = reaper
  }
}

/// A wait status, as `wait(2)` gives it.
public struct ExitStatus: Sendable, Hashable {
  public let waitStatus: Int32

  public init(waitStatus: Int32) { self.waitStatus = waitStatus }
  public init(code: Int32) { self.waitStatus = (code & 0xff) << 8 }
  public init(signal: Int32, core: Bool = false) { self.waitStatus = (signal & 0x7f) | (core ? 0x80 : 0) }

  /// The exit code, 0 to 255; 0 when a signal ended it.
  public var code: Int32 { (waitStatus >> 8) & 0xff }
  /// The signal that ended it, 0 for none.
  public var signal: Int32 { waitStatus & 0x7f }
  public var dumpedCore: Bool { waitStatus & 0x80 != 0 }
  public var isSuccess: Bool { waitStatus & 0xffff == 0 }
}

/// What a process used in all, at its end. Its own threads only, not its children.
public struct ResourceUsage: Sendable, Hashable {
  /// CPU time in user and in kernel mode, nanoseconds.
  public var userTime: UInt64
  public var systemTime: UInt64
  /// Peak resident memory, bytes.
  public var peakMemory: UInt64
  public var minorFaults: UInt64
  public var majorFaults: UInt64
  /// Bytes that reached or came from storage (`read_bytes` and `write_bytes` of /proc/PID/io).
  public var readBytes: UInt64
  public var writtenBytes: UInt64

  public init(
    userTime: UInt64 = 0, systemTime: UInt64 = 0, peakMemory: UInt64 = 0, minorFaults: UInt64 = 0,
    majorFaults: UInt64 = 0, readBytes: UInt64 = 0, writtenBytes: UInt64 = 0
  ) {
    self.userTime = userTime
    self.systemTime = systemTime
    self.peakMemory = peakMemory
    self.minorFaults = minorFaults
    self.majorFaults = majorFaults
    self.readBytes = readBytes
    self.writtenBytes = writtenBytes
  }

  /// Their sum; the largest number there is where it would be more.
  public var cpuTime: UInt64 {
    let (sum, overflow) = userTime.addingReportingOverflow(systemTime)
    return overflow ? .max : sum
  }
}

/// A process found running. Its image is what /proc shows, which may be newer than exec events still on their way:
/// an exec event whose time is not after the image's describes this image or one before it. An image that could not be
/// read is marked `.incomplete`.
public struct ExistingProcess: Sendable, Hashable {
  /// From when on the facts are true, nanoseconds since boot; /proc was read after that, at the image's time.
  public var time: UInt64
  public var process: ProcessFacts
  public var image: ProcessImage
  /// The process is traced already: facts that change without an event (user, name, title, directory, deleted files) were
  /// looked at again. It tells nothing of execs.
  public var isAgain: Bool
  /// As `ProcessFacts.isKernelThread`.
  public var isKernelThread: Bool { process.isKernelThread }

  public init(
    time: UInt64, process: ProcessFacts, image: ProcessImage, isKernelThread: Bool = false, isAgain: Bool = false
  ) {
    self.time = time
    self.process = process
    self.image = image
    self.isAgain = isAgain
    if isKernelThread { self.process.isKernelThread = true }
  }
}
