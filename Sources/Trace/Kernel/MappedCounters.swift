internal import CExecsnoop
internal import CLibBPF
internal import Glibc

/// A section of the kernel side's variables, mapped into this process: read without a system call, and without any
/// privilege once it is.
final class MappedSection<Contents: BitwiseCopyable> {
  private let memory: UnsafeMutableRawPointer
  private let size: Int

  /// - Parameter name: what the section's name ends with.
  /// - Throws: `TraceError` when the kernel maps no such memory.
  init(_ name: String, of object: OpaquePointer) throws(TraceError) {
    var map = bpf_object__next_map(object, nil)
    while let current = map, !String(cString: bpf_map__name(current)).hasSuffix(name) {
      map = bpf_object__next_map(object, current)
    }
    guard let map else { preconditionFailure("the BPF object has a section \(name)") }
    let page = sysconf(Int32(_SC_PAGESIZE))
    size = (Int(bpf_map__value_size(map)) + page - 1) / page * page
    let memory = mmap(nil, size, PROT_READ, MAP_SHARED, bpf_map__fd(map), 0)
    guard let memory, memory != MAP_FAILED else { throw TraceError(.mapRing, errno: errno) }
    self.memory = memory
  }

  deinit { munmap(memory, size) }

  /// As they are at this moment.
  var now: Contents { self[0] }

  /// Where the section is an array of them.
  subscript(index: Int) -> Contents {
    memory.load(fromByteOffset: index * MemoryLayout<Contents>.stride, as: Contents.self)
  }
}

/// The kernel side's counters.
typealias MappedCounters = MappedSection<est_counters>
