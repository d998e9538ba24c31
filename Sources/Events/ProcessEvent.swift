/// Everything that can happen to the tree: values from the kernel, from /proc or from a recording.
public enum ProcessEvent: Sendable, Hashable {
  /// A process was created (`sched_process_fork`, not for threads).
  case fork(ForkEvent)
  /// A process now runs another program (`sched_process_exec`).
  case exec(ExecEvent)
  /// An execve or execveat returned an error; the process continues unchanged.
  case failedExec(FailedExecEvent)
  /// The last thread of a process exited (`sched_process_exit` with no thread left).
  case exit(ExitEvent)
  /// A process that was running before tracing started (or whose events were lost), as /proc shows it.
  case existing(ExistingProcess)
  /// Records that were lost since the last such event.
  case lost(LostEvent)
  /// All running processes, read after a loss.
  case census(CensusEvent)
  /// A process wrote to its standard output or error. Only where the user asked for it.
  case output(OutputEvent)
  /// What is known about a machine. The kernel reports no such event: it precedes the events of the machine.
  case host(HostEvent)

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
    case .output(let event): event.time
    case .host(let event): event.time
    }
  }
}

/// A process started, as a copy of its parent.
public struct ForkEvent: Sendable, Hashable {
  /// When, in nanoseconds since boot.
  public var time: UInt64
  /// The new process.
  public var process: ProcessFacts
  /// Whether the parent's main thread is known to have forked it, so that it started with the parent's facts. False
  /// if another thread forked it, or a process that made a sibling (`CLONE_PARENT`).
  public var isByParent: Bool

  /// A fork.
  public init(time: UInt64, process: ProcessFacts, isByParent: Bool = false) {
    self.time = time
    self.process = process
    self.isByParent = isByParent
  }
}

/// A process executed another program.
public struct ExecEvent: Sendable, Hashable {
  /// The same as `image.time`.
  public var time: UInt64 { image.time }
  /// The facts after the exec, with the new `comm`.
  public var process: ProcessFacts
  /// The new program.
  public var image: ProcessImage

  /// An exec.
  public init(process: ProcessFacts, image: ProcessImage) {
    self.process = process
    self.image = image
  }
}

/// A process tried to execute another program and failed: it continues with the present one.
public struct FailedExecEvent: Sendable, Hashable {
  /// The same as `image.time`.
  public var time: UInt64 { image.time }
  /// The process.
  public var process: ProcessFacts
  /// The errno, positive: `ENOENT` is 2.
  public var errno: Int32
  /// The requested program: file, argv and cwd; `exe` and `interpreter` are not known. `comm` is the caller's.
  public var image: ProcessImage

  /// A failed exec.
  public init(process: ProcessFacts, errno: Int32, image: ProcessImage) {
    self.process = process
    self.errno = errno
    self.image = image
  }
}

/// A process exited.
public struct ExitEvent: Sendable, Hashable {
  /// When, in nanoseconds since boot.
  public var time: UInt64
  /// The process.
  public var process: ProcessFacts
  /// Its exit status.
  public var status: ExitStatus
  /// Its resource usage; nil where unknown, as in most traces of other programs.
  public var usage: ResourceUsage?
  /// The reaper of its running children: the nearest subreaper above, or the init of the namespace. Nil without
  /// children, and where unknown.
  public var reaper: ProcessID?
  /// What sent the signal that ended it; nil without a signal, and where unknown.
  public var killer: Killer?

  /// An exit.
  public init(
    time: UInt64, process: ProcessFacts, status: ExitStatus, usage: ResourceUsage? = ResourceUsage(),
    reaper: ProcessID? = nil, killer: Killer? = nil
  ) {
    self.time = time
    self.process = process
    self.status = status
    self.usage = usage
    self.reaper = reaper
    self.killer = killer
  }
}

/// A wait status, as in `wait(2)`.
public struct ExitStatus: Sendable, Hashable {
  /// The status as `wait(2)` returns it.
  public let waitStatus: Int32

  /// A status as `wait(2)` returns it.
  public init(waitStatus: Int32) { self.waitStatus = waitStatus }
  /// An exit with this code, 0 to 255.
  public init(code: Int32) { self.waitStatus = (code & 0xff) << 8 }
  /// An exit by this signal.
  /// - Parameter core: whether the kernel wrote a core dump.
  public init(signal: Int32, core: Bool = false) { self.waitStatus = (signal & 0x7f) | (core ? 0x80 : 0) }

  /// The exit code, 0 to 255; 0 after a signal.
  public var code: Int32 { (waitStatus >> 8) & 0xff }
  /// The signal that killed the process, 0 for none.
  public var signal: Int32 { waitStatus & 0x7f }
  /// Whether the kernel wrote a core dump.
  public var dumpedCore: Bool { waitStatus & 0x80 != 0 }
  /// Whether it exited with code 0.
  public var isSuccess: Bool { waitStatus & 0xffff == 0 }
}

/// The resources that a process used until its exit: its own threads, without its children.
public struct ResourceUsage: Sendable, Hashable {
  /// CPU time in user mode, in nanoseconds.
  public var userTime: UInt64
  /// CPU time in kernel mode, in nanoseconds.
  public var systemTime: UInt64
  /// Peak resident memory, in bytes.
  public var peakMemory: UInt64
  /// Page faults without input or output.
  public var minorFaults: UInt64
  /// Page faults with input or output.
  public var majorFaults: UInt64
  /// Bytes read from storage (`read_bytes` of /proc/PID/io).
  public var readBytes: UInt64
  /// Bytes written to storage (`write_bytes` of /proc/PID/io).
  public var writtenBytes: UInt64

  /// A usage; 0 where left out.
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

  /// The sum of user and system time; the greatest number where it overflows.
  public var cpuTime: UInt64 {
    let (sum, overflow) = userTime.addingReportingOverflow(systemTime)
    return overflow ? .max : sum
  }
}

/// A process found running. Its image is what /proc shows, which may be newer than exec events that are still to come:
/// an exec event whose time is not after the image's time describes this image or an earlier one. An image that could
/// not be read has the mark `.incomplete`.
public struct ExistingProcess: Sendable, Hashable {
  /// The time from which the facts are valid, in nanoseconds since boot. /proc was read later, at the image's time.
  public var time: UInt64
  /// The process.
  public var process: ProcessFacts
  /// Its program.
  public var image: ProcessImage
  /// Whether the process is already traced: facts that change without an event (user, name, title, directory, deleted
  /// files) were read again. It reports no execs.
  public var isAgain: Bool
  /// The same as `ProcessFacts.isKernelThread`.
  public var isKernelThread: Bool { process.isKernelThread }

  /// An existing process. `isKernelThread` sets the fact of that name; false leaves it as it is.
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

/// What a process wrote to its standard output or error in one system call, or a part of it.
///
/// The kernel side sends them only where the user asked for it, in the order of their times: each process's first bytes,
/// as far as they went to a terminal, a pipe or a socket.
public struct OutputEvent: Sendable, Hashable {
  /// A stream of a process, by the number of its descriptor.
  public enum Stream: UInt8, Sendable, Hashable, CaseIterable {
    /// Standard output, descriptor 1.
    case output = 1
    /// Standard error, descriptor 2.
    case error = 2
  }

  /// When the call returned, in nanoseconds since boot.
  public var time: UInt64
  /// The process.
  public var process: ProcessID
  /// Where it wrote to.
  public var stream: Stream
  /// What it wrote. Without bytes the event only says how much was left out.
  public var bytes: [UInt8]
  /// How many bytes the process had written until then that are in no event: because they were beyond the limit, could
  /// not be read, or had no room in the ring buffer.
  public var leftOut: UInt64

  /// A write.
  public init(time: UInt64, process: ProcessID, stream: Stream, bytes: [UInt8], leftOut: UInt64 = 0) {
    self.time = time
    self.process = process
    self.stream = stream
    self.bytes = bytes
    self.leftOut = leftOut
  }
}
