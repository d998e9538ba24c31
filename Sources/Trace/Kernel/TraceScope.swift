internal import CExecsnoop

/// Which processes are traced. No event of other processes leaves the kernel. A process has to meet all conditions when
/// it is first reported; it is then traced to its end, even if its user or cgroup changes.
public struct TraceScope: Sendable, Equatable {
  /// Whether only processes added with `KernelTrace.addToScope` are traced, and their descendants.
  public var isOfProcesses = false
  /// Traces only processes of this real user, in the initial user namespace; nil for all users.
  public var uid: UInt32?
  /// Traces only processes in this cgroup and below; nil for all.
  public var cgroup: CgroupLocation?

  /// The whole system.
  public init() {}

  /// Whether all processes are in scope.
  public var isWholeMachine: Bool { self == TraceScope() }

  /// The conditions as `enum est_scope`.
  var rules: UInt32 {
    var rules: UInt32 = 0
    if isOfProcesses { rules |= EST_SCOPE_PIDS.rawValue }
    if uid != nil { rules |= EST_SCOPE_UID.rawValue }
    if cgroup != nil { rules |= EST_SCOPE_CGROUP.rawValue }
    return rules
  }
}
