internal import CExecsnoop
internal import CLibBPF
internal import Glibc

/// A variable of the kernel side, mapped into this process (`mmap`): read without a system call, and without any
/// privilege once it is mapped.
final class MappedVariable<Contents: BitwiseCopyable> {
  private let memory: UnsafeMutableRawPointer
  private let size: Int
  private let offset: Int

  /// - Parameter count: the length of an array of values.
  /// - Throws: `TraceError` when the object has no such variable, or the kernel does not map it.
  init(_ name: String, count: Int = 1, section: String, of object: OpaquePointer) throws(TraceError) {
    let variable = try KernelVariable(
      name, size: count &* MemoryLayout<Contents>.stride, section: section, of: object)
    let page = sysconf(Int32(_SC_PAGESIZE))
    size = (Int(bpf_map__value_size(variable.map)) &+ page &- 1) / page &* page
    offset = variable.offset
    let memory = mmap(nil, size, PROT_READ, MAP_SHARED, bpf_map__fd(variable.map), 0)
    guard let memory, memory != MAP_FAILED else { throw TraceError(.mapRing, errno: errno) }
    self.memory = memory
  }

  deinit { munmap(memory, size) }

  /// The present value.
  var now: Contents { self[0] }

  /// One value of an array.
  subscript(index: Int) -> Contents {
    memory.load(fromByteOffset: offset &+ index &* MemoryLayout<Contents>.stride, as: Contents.self)
  }
}

/// The kernel side's counters, in its `.bss`.
typealias MappedCounters = MappedVariable<est_counters>

extension MappedVariable<est_counters> {
  /// - Throws: `TraceError` when the object has no such counters, or the kernel does not map them.
  convenience init(of object: OpaquePointer) throws(TraceError) {
    try self.init("counters", section: ".bss", of: object)
  }
}
