internal import CExecsnoop
internal import CLibBPF
internal import Glibc

/// The buffers in which the kernel side builds records of variable size (`buffers.bpf.h`).
enum RecordBuffers {
  /// A program can be preempted while it uses a buffer, and with stand-by copies each copy can be, so there are more
  /// buffers than processors. Each takes some 52 KiB.
  private static let mostBuffers = 128

  /// Sets the number of buffers. Call it before the load.
  /// - Parameter hasCopies: whether handlers have stand-by copies.
  static func setCount(in object: OpaquePointer, hasCopies: Bool) {
    let each = hasCopies ? Int(EST_COPIES) &+ 1 : 2
    let count = UInt32(clamping: min(max(each &* Int(libbpf_num_possible_cpus()), 4), mostBuffers))
    for map in ["buffers", "free_buffers"] {
      bpf_map__set_max_entries(bpf_object__find_map_by_name(object, map), count)
    }
  }

  /// Marks all buffers as free. Call it after the load and before programs are attached.
  /// - Throws: `TraceError` when the kernel refuses.
  static func fill(in object: OpaquePointer) throws(TraceError) {
    let free = bpf_object__find_map_by_name(object, "free_buffers")
    for number in 0..<bpf_map__max_entries(free) {
      var number = number
      if bpf_map_update_elem(bpf_map__fd(free), nil, &number, UInt64(BPF_ANY)) != 0 {
        throw TraceError(.load, errno: errno)
      }
    }
  }
}
