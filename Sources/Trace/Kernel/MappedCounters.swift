internal import CExecsnoop
internal import CLibBPF
internal import Glibc

/// The kernel side's counters, in its `.bss`, mapped into this process: read without a system call, and without any
/// privilege once they are.
final class MappedCounters {
  private let memory: UnsafeMutableRawPointer
  private let size: Int
  private let offset: Int

  /// - Throws: `TraceError` when the object has no such counters, or the kernel does not map them.
  init(of object: OpaquePointer) throws(TraceError) {
    let counters = try KernelVariable("counters", size: MemoryLayout<est_counters>.size, section: ".bss", of: object)
    let page = sysconf(Int32(_SC_PAGESIZE))
    size = (Int(bpf_map__value_size(counters.map)) &+ page &- 1) / page &* page
    offset = counters.offset
    let memory = mmap(nil, size, PROT_READ, MAP_SHARED, bpf_map__fd(counters.map), 0)
    guard let memory, memory != MAP_FAILED else { throw TraceError(.mapRing, errno: errno) }
    self.memory = memory
  }

  deinit { munmap(memory, size) }

  /// As they are at this moment.
  var now: est_counters { memory.load(fromByteOffset: offset, as: est_counters.self) }
}
