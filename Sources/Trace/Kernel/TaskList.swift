internal import CExecsnoop
internal import CLibBPF
internal import CLinux
internal import Files
internal import Glibc

/// Lists the running tasks at any time, also without privileges.
///
/// Creating a task iterator takes bpf(2), which refuses unprivileged callers before Linux 5.19. So the iterator is
/// pinned as a file in a BPF file system of its own that is mounted nowhere; opening the file starts a walk. Where that
/// is not possible (it takes CAP_SYS_ADMIN), bpf(2) is used.
final class TaskList: @unchecked Sendable {
  // Any thread may read it: nothing changes after init, and each read opens a file of its own.

  /// The iterator; nil where the file exists.
  private let link: OpaquePointer?
  /// The root of the file system, or -1.
  private let folder: Int32
  private static let file = "tasks"

  /// Makes the iterator, and the file where that is possible.
  /// - Parameter pinned: whether to try the file; false for tests.
  /// - Throws: `TraceError` when the kernel has no such iterator.
  init(of trace: borrowing KernelTrace, pinned: Bool = true) throws(TraceError) {
    guard let program = bpf_object__find_program_by_name(trace.object, "on_census"),
      let link = bpf_program__attach_iter(program, nil)
    else { throw TraceError(.readTasks, errno: errno) }
    var folder = pinned ? lnx_detached_mount("bpf") : -1
    if folder >= 0,
      bpf_obj_pin(bpf_link__fd(link), "/proc/self/fd/\(folder)/\(Self.file)") != 0
        || fchmodat(folder, Self.file, 0o444, 0) != 0
    {
      close(folder)
      folder = -1
    }
    self.folder = max(folder, -1)
    // The file keeps the iterator alive, and no other process may add a file.
    if folder >= 0 {
      bpf_link__destroy(link)
      fchmodat(folder, ".", 0o555, 0)
    }
    self.link = folder >= 0 ? nil : link
  }

  deinit {
    if let link { bpf_link__destroy(link) }
    if folder >= 0 { close(folder) }
  }

  /// All running processes, with exact start times. Takes some 100 µs for 1,000 of them.
  /// - Throws: `TraceError` when the kernel refuses.
  func read() throws(TraceError) -> [est_task] {
    let descriptor =
      folder >= 0 ? openat(folder, Self.file, O_RDONLY | O_CLOEXEC) : bpf_iter_create(bpf_link__fd(link))
    guard descriptor >= 0 else { throw TraceError(.readTasks, errno: errno) }
    defer { close(descriptor) }
    let stride = MemoryLayout<est_task>.stride
    let bytes: [UInt8]
    do {
      bytes = try FileDescriptor(descriptor).contents(size: stride &* 512, isWalk: true)
    } catch {
      throw TraceError(.readTasks, errno: error.number)
    }
    return bytes.withUnsafeBytes { raw in
      (0..<(raw.count / stride)).map { raw.loadUnaligned(fromByteOffset: $0 &* stride, as: est_task.self) }
    }
  }
}
