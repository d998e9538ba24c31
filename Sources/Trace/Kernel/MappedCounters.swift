internal import CExecsnoop
internal import CLibBPF
internal import Glibc

/// The kernel side's counters, its `.bss`, mapped into this process: read without a system call, and without any
/// privilege once they are.
final class MappedCounters {
  private let memory: UnsafeMutableRawPointer
  private let size: Int

  /// - Throws: `TraceError` when the kernel maps no such memory.
  init(of object: OpaquePointer) throws(TraceError) {
    var map = bpf_object__next_map(object, nil)
    while let current = map, !String(cString: bpf_map__name(current)).hasSuffix(".bss") {
      map = bpf_object__next_map(object, current)
    }
    guard let map else { preconditionFailure("the BPF object has its counters in .bss") }
    let page = sysconf(Int32(_SC_PAGESIZE))
    size = (Int(bpf_map__value_size(map)) + page - 1) / page * page
    let memory = mmap(nil, size, PROT_READ, MAP_SHARED, bpf_map__fd(map), 0)
    guard let memory, memory != MAP_FAILED else { throw TraceError(.mapRing, errno: errno) }
    self.memory = memory
  }

  deinit { munmap(memory, size) }

  /// As they are at this moment.
  var now: est_counters { memory.load(as: est_counters.self) }
}
