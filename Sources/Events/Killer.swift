/// What sent the signal that ended a process (the tracepoint `signal_generate`).
///
/// Indirect, since most exits have none: an event with an optional killer grows by one pointer.
public indirect enum Killer: Sendable, Hashable {
  /// A process, possibly the one that ended.
  case process(Sender)
  /// The kernel: a fault, a limit, a timer of the process, seccomp. `code` is the signal's `si_code`, 0 for none.
  case kernel(code: Int32)
  /// The terminal of the process: a key such as Ctrl-C, or its hangup. Its name without `/dev/`, nil where unknown.
  case terminal(RawBytes?)
  /// The kernel, because memory was exhausted.
  case outOfMemory(Memory)
  /// Unknown, because some senders were not recorded.
  case lost

  /// The process that sent a signal.
  public struct Sender: Sendable, Hashable {
    /// Its identity; nil for a process without a pid in the PID namespace of the tracer.
    public var id: ProcessID?
    /// Its name when it sent the signal.
    public var comm: Comm
    /// Its real user.
    public var uid: UInt32
    /// The name of `uid`; nil where there is none.
    public var user: RawBytes?
    /// Whether the kernel sent the signal because this process exited: it was a parent (`PR_SET_PDEATHSIG`), the init
    /// of the PID namespace, or a tracer (`PTRACE_O_EXITKILL`).
    public var isExiting: Bool

    /// A sender.
    public init(id: ProcessID?, comm: Comm, uid: UInt32, user: RawBytes? = nil, isExiting: Bool = false) {
      self.id = id
      self.comm = comm
      self.uid = uid
      self.user = user
      self.isExiting = isExiting
    }
  }

  /// The resident memory of a process when the kernel ended it, in bytes. On Linux 6.2 and later the kernel's counts
  /// may lack some pages for each CPU.
  public struct Memory: Sendable, Hashable {
    /// Anonymous pages, such as the heap.
    public var anonymous: UInt64
    /// Pages of files.
    public var file: UInt64
    /// Pages of shared memory.
    public var shared: UInt64
    /// The memory limit of its cgroup or one above that was reached; nil where the whole machine had too little memory.
    public var limit: UInt64?

    /// A measurement; 0 where left out.
    public init(anonymous: UInt64 = 0, file: UInt64 = 0, shared: UInt64 = 0, limit: UInt64? = nil) {
      self.anonymous = anonymous
      self.file = file
      self.shared = shared
      self.limit = limit
    }

    /// All resident memory, in bytes; the greatest number where it overflows.
    public var total: UInt64 {
      [file, shared].reduce(anonymous) { sum, part in
        let (total, overflows) = sum.addingReportingOverflow(part)
        return overflows ? .max : total
      }
    }
  }

  /// Why the kernel sends this signal, in two or three words; nil where the signal does not tell, and for other killers.
  public func cause(of signal: Int32) -> StaticString? {
    guard case .kernel(let code) = self else { return nil }
    switch signal {
    case 4, 5, 7, 8, 11: return "fault"  // SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV
    case 13: return "closed pipe"  // SIGPIPE
    case 14, 26, 27: return "timer"  // SIGALRM, SIGVTALRM, SIGPROF
    case 24: return "CPU time limit"  // SIGXCPU
    case 25: return "file size limit"  // SIGXFSZ
    case 31: return "seccomp"  // SIGSYS
    default: return code == Self.timerCode ? "timer" : nil
    }
  }

  /// `SI_TIMER` of include/uapi/asm-generic/siginfo.h.
  private static let timerCode: Int32 = -2

  /// The words of a killer that is no process, as filters and tables show them; nil for a process and where it is
  /// unknown.
  public var word: StaticString? {
    switch self {
    case .process, .lost: nil
    case .kernel: "kernel"
    case .terminal: "terminal"
    case .outOfMemory: "oom"
    }
  }
}
