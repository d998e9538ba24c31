internal import CExecsnoop
internal import CLibBPF
internal import CLinux
internal import Glibc

/// Who runs now, to be asked at any time, also when privileges were dropped.
///
/// To begin a walk takes bpf(2), which refuses everybody without privilege before Linux 5.19. So the walk is pinned as a
/// file, each opening of which begins it anew, in a BPF file system of our own that is mounted nowhere. Where that
/// cannot be had (it takes CAP_SYS_ADMIN), bpf(2) is tried.
final class TaskList {
  private let link: OpaquePointer
  /// The file system's root, or -1.
  private let folder: Int32
  private static let file = "tasks"

  /// - Parameter pinned: whether to try the file; without it for tests.
  /// - Throws: `TraceError` when the kernel has no such walk.
  init(of trace: borrowing KernelTrace, pinned: Bool = true) throws(TraceError) {
    guard let program = bpf_object__find_program_by_name(trace.object, "on_census"),
      let link = bpf_program__attach_iter(program, nil)
    else { throw TraceError(.readTasks, errno: errno) }
    self.link = link
    var folder = pinned ? lnx_detached_mount("bpf") : -1
    if folder >= 0,
      bpf_obj_pin(bpf_link__fd(link), "/proc/self/fd/\(folder)/\(Self.file)") != 0
        || fchmodat(folder, Self.file, 0o444, 0) != 0
    {
      close(folder)
      folder = -1
    }
    self.folder = max(folder, -1)
  }

  deinit {
    bpf_link__destroy(link)
    if folder >= 0 { close(folder) }
  }

  /// Every process that runs, with exact start times: some 100 µs for 1,000 of them.
  /// - Throws: `TraceError` when the kernel refuses.
  func read() throws(TraceError) -> [est_task] {
    let descriptor =
      folder >= 0 ? openat(folder, Self.file, O_RDONLY | O_CLOEXEC) : bpf_iter_create(bpf_link__fd(link))
    guard descriptor >= 0 else { throw TraceError(.readTasks, errno: errno) }
    defer { close(descriptor) }
    let stride = MemoryLayout<est_task>.stride
    var tasks: [est_task] = []
    var chunk = [UInt8](repeating: 0, count: stride * 512)
    // Of a task that the read before ended in.
    var begun = 0
    while true {
      let count = chunk.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress.map { $0 + begun }, $0.count - begun)
      }
      if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
      guard count >= 0 else { throw TraceError(.readTasks, errno: errno) }
      if count == 0 { return tasks }
      let whole = (begun + count) / stride
      chunk.withUnsafeMutableBytes { raw in
        for index in 0..<whole {
          tasks.append(raw.loadUnaligned(fromByteOffset: index * stride, as: est_task.self))
        }
        begun = begun + count - whole * stride
        for index in 0..<begun { raw[index] = raw[whole * stride + index] }
      }
    }
  }
}
