internal import Glibc

/// Why the machine cannot be traced, or a command not be started: what was tried, what the kernel said, and what the
/// user can do about it. One line when printed.
public struct TraceError: Error, Equatable, CustomStringConvertible {
  public enum Operation: Sendable, Equatable {
    /// The kernel offers no type information (BTF).
    case findBTF
    /// The caller lacks the privilege to trace.
    case needPrivilege
    /// It is root in a user namespace of its own only.
    case needInitialUserNamespace
    /// Nothing is mounted on /proc, or the processes of another PID namespace.
    case findProc, useForeignProc
    /// How far this time namespace is from the kernel's clock.
    case findBootTime
    /// The kernel side does not find the cgroup that is open.
    case findCgroup
    case open, load, attach, mapRing, readTasks
    /// SUDO_UID and SUDO_GID do not say who called: what is wrong with them.
    case invokingUser(String)
    /// To read who runs after a loss.
    case resync
    /// Too many processes are in scope.
    case fillScope
    /// The groups of the user who called sudo.
    case readGroups
    /// The embedded BPF object has no such variable, or of another size.
    case findVariable(String)
    case dropPrivileges
    case startCommand(String)
    case makeThread
  }

  public let operation: Operation
  /// The errno behind it, positive; 0 where there is none.
  public let errno: Int32

  public init(_ operation: Operation, errno: Int32) {
    self.operation = operation
    self.errno = abs(errno)
  }

  public var description: String {
    let reason = errno == 0 ? "" : ": " + Self.text(errno)
    switch operation {
    case .findBTF where access("/sys/kernel", F_OK) != 0: return "/sys is not mounted; mount -t sysfs sysfs /sys"
    case .findBTF:
      return "this kernel has no /sys/kernel/btf/vmlinux; use one built with CONFIG_DEBUG_INFO_BTF=y (5.8 or later)"
    case .needPrivilege:
      return "tracing needs root, or CAP_BPF and CAP_PERFMON; start it with sudo"
    case .needInitialUserNamespace:
      return "this is root of a user namespace only, which may not trace; start it as root outside of that"
    case .findProc: return "/proc is not mounted; mount -t proc proc /proc"
    case .useForeignProc:
      return "/proc shows another PID namespace; mount this one's (mount -t proc proc /proc, unshare --mount-proc)"
    case .findBootTime: return "cannot tell the time of this time namespace; start it in a child (unshare --fork)"
    case .open where errno == EMFILE, .load where errno == EMFILE, .attach where errno == EMFILE:
      return "cannot load the BPF programs\(reason)"
    case .findCgroup: return "cannot find the cgroup in the kernel; try again without --cgroup"
    case .resync: return "events were lost, and the running processes cannot be read\(reason); trying again"
    case .fillScope: return "too many processes are in scope\(reason); trace fewer of them"
    case .readGroups: return "cannot read the groups of the user\(reason); see `id`"
    case .open: return "cannot read the embedded BPF object\(reason)"
    case .findVariable(let name):
      return "the embedded BPF object has no `\(name)` of the expected size; build it again with `make clean build`"
    case .load where errno == ENOSYS: return "this kernel has no BPF; use one built with CONFIG_BPF_SYSCALL=y"
    case .load:
      return "the kernel refused the BPF programs\(reason); `execsnoop-top doctor` tells what this machine allows"
    case .attach:
      return "cannot attach to the scheduler's tracepoints\(reason); `execsnoop-top doctor` tells more"
    case .mapRing where errno == EMFILE: return "cannot map the ring buffer\(reason)"
    case .mapRing: return "cannot map the ring buffer\(reason); try a smaller --ring-size"
    case .readTasks: return "cannot walk the running processes\(reason)"
    case .invokingUser(let fault):
      return "\(fault): unset SUDO_UID and SUDO_GID, or start it with sudo; refusing to go on as root"
    case .dropPrivileges: return "cannot drop privileges\(reason); refusing to go on as root"
    case .startCommand(let name): return "cannot start \(Self.shown(name))\(reason)"
    case .makeThread: return "cannot start a thread\(reason)"
    }
  }

  /// A name that shows nothing by itself stands in quotes.
  private static func shown(_ name: String) -> String { name.allSatisfy(\.isWhitespace) ? "'\(name)'" : name }
  /// What the C library says of an errno; of too many open files the limit, too.
  static func text(_ errno: Int32) -> String {
    errno == EMFILE
      ? "too many open files: ulimit -n is \(OpenFiles.limit); raise it" : String(cString: strerror(errno))
  }
}
