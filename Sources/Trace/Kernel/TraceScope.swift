internal import CExecsnoop

/// Which processes are traced. Nothing of the others leaves the kernel. All that is asked for must be true of a
/// process; once one was told of, it is traced to its end, whatever user or cgroup it changes to.
public struct TraceScope: Sendable, Equatable {
  /// Whether only processes added with `KernelTrace.addToScope` are traced, and all below them.
  public var isOfProcesses = false
  /// Only processes of this real user, in the initial user namespace.
  public var uid: UInt32?
  /// Only processes in this cgroup, and in those below it.
  public var cgroup: CgroupLocation?

  public init() {}

  /// Nothing is left out.
  public var isWholeMachine: Bool { self == TraceScope() }

  /// `enum est_scope`.
  var rules: UInt32 {
    var rules: UInt32 = 0
    if isOfProcesses { rules |= EST_SCOPE_PIDS.rawValue }
    if uid != nil { rules |= EST_SCOPE_UID.rawValue }
    if cgroup != nil { rules |= EST_SCOPE_CGROUP.rawValue }
    return rules
  }
}
