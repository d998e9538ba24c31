internal import CExecsnoop
internal import CLibBPF
internal import Files
internal import Glibc

/// Which processes are traced. No event of other processes leaves the kernel. A process has to meet all conditions when
/// it is first reported; it is then traced to its end, even if its user or cgroup changes.
public struct TraceScope: Sendable, Equatable {
  /// Whether only processes added with `KernelTrace.addToScope` are traced, and their descendants.
  public var isOfProcesses = false
  /// The real user whose processes are traced, in the initial user namespace; nil for all users.
  public var uid: UInt32?
  /// The cgroup whose processes are traced, with those below it; nil for all.
  public var cgroup: CgroupLocation?

  /// The whole system.
  public init() {}

  /// Whether all processes are in scope.
  public var isWholeSystem: Bool { self == TraceScope() }

  /// The conditions as `enum est_scope`.
  var rules: UInt32 {
    var rules: UInt32 = 0
    if isOfProcesses { rules |= EST_SCOPE_PIDS.rawValue }
    if uid != nil { rules |= EST_SCOPE_UID.rawValue }
    if cgroup != nil { rules |= EST_SCOPE_CGROUP.rawValue }
    return rules
  }
}

extension KernelTrace {
  /// Adds a process to a scope of processes.
  /// - Parameters:
  ///   - pid: in the PID namespace of this program.
  ///   - withDescendants: whether all processes that it forks from now on are in scope too.
  /// - Throws: `TraceError` when the scope is full.
  public func addToScope(pid: Int32, withDescendants: Bool = true) throws(TraceError) {
    try addToScope(pid, (withDescendants ? EST_SCOPE_BELOW : EST_SCOPE_REPORTED).rawValue)
  }

  /// Adds what a child forks, but not the child itself, and this program, so that the fork has a place in the tree.
  /// - Parameter starter: the child: of a command that is not released yet (`TracedCommand.pid`).
  /// - Throws: `TraceError` when the scope is full.
  public func addToScope(starter: Int32) throws(TraceError) {
    try addToScope(starter, EST_SCOPE_BELOW.rawValue | EST_SCOPE_STARTER.rawValue)
    try addToScope(pid: getpid(), withDescendants: false)
  }

  private func addToScope(_ pid: Int32, _ flags: UInt32) throws(TraceError) {
    let map = bpf_object__find_map_fd_by_name(object, "scope")
    var key = pid
    var flags = UInt8(truncatingIfNeeded: flags)
    if bpf_map_update_elem(map, &key, &flags, UInt64(BPF_ANY)) != 0 {
      throw TraceError(.fillScope, errno: Glibc.errno)
    }
  }

  /// Adds all running descendants of the processes in scope. Call it after `addToScope`, and before the running
  /// processes are read: a process that one of them forks meanwhile is in scope too.
  /// - Throws: `TraceError` when the tasks cannot be listed, or are too many.
  public func extendScopeToDescendants() throws(TraceError) {
    while true {
      let taken = try Self.read(iterator: "on_task_below", of: object)
      if taken.isEmpty { return }
      if taken.contains(0) { throw TraceError(.fillScope, errno: E2BIG) }
    }
  }

  /// Runs an iterator program over all tasks, and returns its output.
  /// - Throws: `TraceError` when the kernel refuses.
  static func read(iterator name: String, of object: OpaquePointer) throws(TraceError) -> [UInt8] {
    guard let program = bpf_object__find_program_by_name(object, name),
      let link = bpf_program__attach_iter(program, nil)
    else { throw TraceError(.readTasks, errno: Glibc.errno) }
    defer { bpf_link__destroy(link) }
    let descriptor = bpf_iter_create(bpf_link__fd(link))
    guard descriptor >= 0 else { throw TraceError(.readTasks, errno: Glibc.errno) }
    defer { close(descriptor) }
    do {
      return try FileDescriptor(descriptor).contents(size: 64 << 10, isWalk: true)
    } catch {
      throw TraceError(.readTasks, errno: error.number)
    }
  }
}

/// The most processes that can run at a time, which is the most that can be in scope.
enum ProcessLimit {
  /// The kernel allows this many pids at the most (PID_MAX_LIMIT).
  private static let most: UInt32 = 4 << 20
  private static let least: UInt32 = 128 << 10

  static var current: UInt32 {
    let limits = ["pid_max", "threads-max"].compactMap { limit(in: "/proc/sys/kernel/\($0)") }
    return min(max(limits.min() ?? least, least), most)
  }

  private static func limit(in path: String) -> UInt32? {
    let digits = ProcFiles.contents(of: path)?.prefix { 0x30...0x39 ~= $0 } ?? []
    return UInt32(String(decoding: digits, as: UTF8.self))
  }
}
