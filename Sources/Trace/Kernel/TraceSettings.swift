/// What to capture. It is fixed before the programs are loaded.
public struct TraceSettings: Sendable {
  /// Size of the ring in bytes: a power of two and a multiple of the page size. 16 MiB hold about a second of the
  /// heaviest exec storm measured on two cores.
  public var ringSize: UInt32 = 16 << 20
  /// The most bytes of each argv to keep; its full length is always known.
  public var maxArguments: UInt32 = 2 << 20
  /// Whether environments are captured.
  public var environment = true
  /// Whether failed execs are captured. Where only a system call tracepoint reports them, this slows every system call.
  public var failedExecs = true
  /// Whether to leave out forks and exits: enough for a list of execs, at less cost.
  public var execsOnly = false
  /// Whether exits by a signal say what sent it. Leave it out where the kernel refuses the hook.
  package var killers = true
  /// Which processes are traced.
  public var scope = TraceScope()
  /// How many bytes to keep of what each process writes to its standard output and error; 0: nothing is captured, and
  /// no program for it is loaded.
  public var outputLimit: UInt32 = 0
  /// Whether the scope is that of a command which this program started.
  public var isOfCommand = false

  /// Which of the two compiled programs to load; nil for the one that suits the running kernel. For tests.
  package var flavour: ObjectFlavour?
  /// The only hook for failed execs to use; nil for the best that works. For tests.
  package var failedExecHook: FailedExecHook?
  /// How writes are seen; nil for the best that works. For tests.
  var outputHook: OutputPrograms.Hook?
  /// Which programs get stand-by copies; nil for those that the running kernel may preempt. For tests.
  package var preemption: Preemption?

  /// Whether the kernel side can ignore forks and exits: they are not requested, and no scope depends on them.
  var needsOnlyExecs: Bool { execsOnly && scope.isWholeSystem }

  /// Whether signals are traced: exits have to be reported too.
  var tracesSignals: Bool { killers && !execsOnly }

  /// The inode number of this program's PID namespace; 0 for the initial one.
  var pidNamespace: UInt32 {
    Namespaces.own.isPIDInitial ? 0 : Namespaces.own.pid.map { UInt32(truncatingIfNeeded: $0) } ?? 0
  }

  /// Whether the kernel side has to find the namespace or cgroup of this program.
  var asksOwnPlace: Bool { pidNamespace != 0 || scope.cgroup != nil }

  /// The defaults: everything, on the whole system.
  public init() {}
}

/// The two compiled forms of the kernel side.
package enum ObjectFlavour: Sendable, CaseIterable {
  /// With the helper bpf_loop: Linux 5.17 and later.
  case withLoop
  /// With bounded loops, which the verifier walks: every kernel.
  case withoutLoop
}

/// How failed execs are reported, the best first.
public enum FailedExecHook: Sendable, Equatable {
  /// fexit programs on execve and execveat: no cost to other system calls.
  case fexit
  /// The sys_exit_execve tracepoints: every system call of the system takes a slower path.
  case tracepoint
  /// Not requested.
  case off
  /// No hook works on this kernel; with the errno of the last attempt.
  case unavailable(errno: Int32)

  /// One line for the user.
  public var description: String {
    switch self {
    case .fexit: "failed execs by fexit"
    case .tracepoint: "failed execs by sys_exit tracepoint"
    case .off: "failed execs not traced"
    case .unavailable(let errno): "failed execs cannot be seen here (errno \(errno))"
    }
  }
}
