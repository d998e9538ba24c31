internal import Glibc

/// Why the machine cannot be traced, or a command not be started: what was tried, what the kernel said, and what the
/// user can do about it. One line when printed.
public struct TraceError: Error, Equatable, CustomStringConvertible {
  public enum Operation: Sendable, Equatable {
    /// The kernel offers no type information (BTF).
    case findBTF
    /// The caller lacks the privilege to trace.
    case needPrivilege
    case open, load, attach, mapRing, readTasks
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
    let reason = errno == 0 ? "" : ": " + String(cString: strerror(errno))
    switch operation {
    case .findBTF:
      return "this kernel has no /sys/kernel/btf/vmlinux; use one built with CONFIG_DEBUG_INFO_BTF=y (5.8 or later)"
    case .needPrivilege:
      return "tracing needs root, or CAP_BPF and CAP_PERFMON; start it with sudo"
    case .open: return "cannot read the embedded BPF object\(reason)"
    case .findVariable(let name):
      return "the embedded BPF object has no `\(name)` of the expected size; build it again with `make clean build`"
    case .load where errno == ENOSYS: return "this kernel has no BPF; use one built with CONFIG_BPF_SYSCALL=y"
    case .load:
      return "the kernel refused the BPF programs\(reason); `execsnoop-top doctor` tells what this machine allows"
    case .attach:
      return "cannot attach to the scheduler's tracepoints\(reason); `execsnoop-top doctor` tells more"
    case .mapRing: return "cannot map the ring buffer\(reason); try a smaller --ring-size"
    case .readTasks: return "cannot walk the running processes\(reason)"
    case .dropPrivileges: return "cannot drop privileges\(reason); refusing to go on as root"
    case .startCommand(let name): return "cannot start \(name)\(reason)"
    case .makeThread: return "cannot start a thread\(reason)"
    }
  }
}
