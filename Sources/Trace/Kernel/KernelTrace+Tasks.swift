internal import CExecsnoop
internal import CLibBPF
internal import Glibc

// The scope of processes: which ones it begins with.

extension KernelTrace {
  /// Adds a process to a scope of processes.
  /// - Parameter withDescendants: whether all that it forks from now on is in scope too.
  /// - Throws: `TraceError` when the scope is full.
  public func addToScope(pid: Int32, withDescendants: Bool = true) throws(TraceError) {
    let map = bpf_object__find_map_fd_by_name(object, "scope")
    var key = pid
    var notes = UInt8(truncatingIfNeeded: (withDescendants ? EST_SCOPE_BELOW : EST_SCOPE_TOLD).rawValue)
    if bpf_map_update_elem(map, &key, &notes, UInt64(BPF_ANY)) != 0 {
      throw TraceError(.fillScope, errno: Glibc.errno)
    }
  }

  /// Adds to a scope of processes all that runs below those that were put in it. To be called once they were, and
  /// before what runs already is read: what begins meanwhile below any of them is in scope too.
  /// - Throws: `TraceError` when the tasks cannot be walked, or are too many.
  public func extendScopeToDescendants() throws(TraceError) {
    while true {
      let taken = try Self.read(iterator: "on_task_below", of: object)
      if taken.isEmpty { return }
      if taken.contains(0) { throw TraceError(.fillScope, errno: E2BIG) }
    }
  }

  /// Runs an iterator program over all tasks, and returns what it wrote.
  static func read(iterator name: String, of object: OpaquePointer) throws(TraceError) -> [UInt8] {
    guard let program = bpf_object__find_program_by_name(object, name),
      let link = bpf_program__attach_iter(program, nil)
    else { throw TraceError(.readTasks, errno: Glibc.errno) }
    defer { bpf_link__destroy(link) }
    let descriptor = bpf_iter_create(bpf_link__fd(link))
    guard descriptor >= 0 else { throw TraceError(.readTasks, errno: Glibc.errno) }
    defer { close(descriptor) }

    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 && (Glibc.errno == EINTR || Glibc.errno == EAGAIN) { continue }
      guard count >= 0 else { throw TraceError(.readTasks, errno: Glibc.errno) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
  }
}
