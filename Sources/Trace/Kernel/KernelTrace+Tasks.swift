internal import CExecsnoop
internal import CLibBPF
internal import Files
internal import Glibc

// A scope of processes: the processes that it starts with.

extension KernelTrace {
  /// Adds a process to a scope of processes.
  /// - Parameters:
  ///   - pid: in the PID namespace of this program.
  ///   - withDescendants: whether all processes that it forks from now on are in scope too.
  /// - Throws: `TraceError` when the scope is full.
  public func addToScope(pid: Int32, withDescendants: Bool = true) throws(TraceError) {
    let map = bpf_object__find_map_fd_by_name(object, "scope")
    var key = pid
    var flags = UInt8(truncatingIfNeeded: (withDescendants ? EST_SCOPE_BELOW : EST_SCOPE_REPORTED).rawValue)
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
