internal import Glibc

/// Why the system cannot be traced, or a command cannot be started: what failed, the errno, and what the user can do
/// about it. `description` is one line.
public struct TraceError: Error, Equatable, CustomStringConvertible {
  /// What failed.
  public enum Operation: Sendable, Equatable {
    /// The kernel has no type information (BTF).
    case findBTF
    /// The caller lacks the privilege to trace.
    case needPrivilege
    /// The caller is root in a user namespace only.
    case needInitialUserNamespace
    /// /proc is not mounted, or shows another PID namespace.
    case findProc, useForeignProc
    /// The offset of this time namespace from the kernel's clock is unknown.
    case findBootTime
    /// The kernel side does not find the open cgroup.
    case findCgroup
    /// Steps of opening the trace: the embedded object, its programs, their hooks, the ring buffer, the running tasks.
    case open, load, attach, mapRing, readTasks
    /// SUDO_UID and SUDO_GID do not name a user and a group; with what is wrong.
    case invokingUser(String)
    /// The running processes cannot be listed after a loss.
    case resync
    /// Too many processes are in scope.
    case fillScope
    /// The groups of the user who called sudo cannot be read.
    case readGroups
    /// The embedded BPF object has no variable of this name and the expected size.
    case findVariable(String)
    /// The kernel refuses to drop privileges.
    case dropPrivileges
    /// The command of this name cannot be started.
    case startCommand(String)
    /// No thread or descriptor can be made.
    case makeThread
  }

  /// What failed.
  public let operation: Operation
  /// The errno, positive; 0 where there is none.
  public let errno: Int32

  /// An error of this operation.
  /// - Parameter errno: positive or negative; 0 for none.
  public init(_ operation: Operation, errno: Int32) {
    self.operation = operation
    self.errno = abs(errno)
  }

  /// One line: what is wrong, and what to do.
  public var description: String {
    let reason = errno == 0 ? "" : ": " + Self.text(errno)
    // Where advice follows.
    let cause = errno == 0 ? "" : " (\(Self.text(errno)))"
    switch operation {
    case .findBTF where access("/sys/kernel", F_OK) != 0: return "/sys is not mounted: mount -t sysfs sysfs /sys"
    case .findBTF:
      return "this kernel has no /sys/kernel/btf/vmlinux: use one built with CONFIG_DEBUG_INFO_BTF=y (5.8 or later)"
    case .needPrivilege:
      return "tracing needs root, or CAP_BPF and CAP_PERFMON: start it with sudo"
    case .needInitialUserNamespace:
      return "root of a user namespace may not trace: start it as root outside of the namespace"
    case .findProc: return "/proc is not mounted: mount -t proc proc /proc"
    case .useForeignProc:
      return "/proc shows another PID namespace: mount -t proc proc /proc, or use unshare --mount-proc"
    case .findBootTime: return "cannot read the offset of this time namespace: start it in a child (unshare --fork)"
    case .open where errno == EMFILE, .load where errno == EMFILE, .attach where errno == EMFILE:
      return "cannot load the BPF programs\(reason)"
    case .findCgroup: return "cannot find the cgroup in the kernel: try again without --cgroup"
    case .resync: return "events were lost, and the running processes cannot be listed\(cause): trying again"
    case .fillScope: return "too many processes are in scope\(cause): trace fewer of them"
    case .readGroups: return "cannot read the groups of the user\(cause): check the output of `id`"
    case .open: return "cannot read the embedded BPF object\(reason)"
    case .findVariable(let name):
      return "the embedded BPF object has no `\(name)` of the expected size: build it again with `make clean build`"
    case .load where errno == ENOSYS: return "this kernel has no BPF: use one built with CONFIG_BPF_SYSCALL=y"
    case .load:
      return "the kernel refused the BPF programs\(cause): run `execsnoop-top doctor` to see what this system allows"
    case .attach:
      return "cannot attach to the scheduler's tracepoints\(cause): run `execsnoop-top doctor` to see why"
    case .mapRing where errno == EMFILE: return "cannot map the ring buffer\(reason)"
    case .mapRing: return "cannot map the ring buffer\(cause): try --ring-size 4096 (KiB)"
    case .readTasks: return "cannot list the running processes\(reason)"
    case .invokingUser(let fault):
      return "\(fault), refusing to go on as root: unset SUDO_UID and SUDO_GID, or start it with sudo"
    case .dropPrivileges: return "cannot drop privileges, refusing to go on as root\(reason)"
    case .startCommand(let name): return "cannot start \(Self.shown(name))\(reason)"
    case .makeThread: return "cannot start a thread\(reason)"
    }
  }

  /// The name, in quotes where it is empty or blank.
  private static func shown(_ name: String) -> String { name.allSatisfy(\.isWhitespace) ? "'\(name)'" : name }
  /// The text of an errno (`strerror`); for too many open files with the limit.
  static func text(_ errno: Int32) -> String {
    errno == EMFILE
      ? "too many open files: ulimit -n is \(OpenFiles.limit); raise it" : String(cString: strerror(errno))
  }
}
