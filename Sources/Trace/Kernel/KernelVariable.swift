internal import CExecsnoop
internal import CLibBPF
internal import Glibc

/// A global variable of the kernel side: its map and its offset. The compiler chooses the layout of a section, so the
/// offset is looked up by name and size in the type information (BTF) of the object.
struct KernelVariable {
  let map: OpaquePointer
  /// The offset in the map's value, in bytes.
  let offset: Int

  /// Looks the variable up.
  /// - Parameters:
  ///   - size: the expected size, in bytes.
  ///   - section: the expected section, such as `.bss`.
  /// - Throws: `TraceError` where the object has no such variable.
  init(_ name: String, size: Int, section: String, of object: OpaquePointer) throws(TraceError) {
    guard let offset = Self.offset(of: name, size: size, section: section, object),
      let map = Self.map(section, of: object), offset &+ size <= Int(bpf_map__value_size(map))
    else { throw TraceError(.findVariable(name), errno: 0) }
    self.map = map
    self.offset = offset
  }

  // This is BTF_KIND_DATASEC. The header defines it as a constant and as a macro, so Swift cannot import it.
  private static let dataSection: UInt32 = 15

  private static func offset(of name: String, size: Int, section: String, _ object: OpaquePointer) -> Int? {
    guard let types = bpf_object__btf(object) else { return nil }
    let number = btf__find_by_name_kind(types, section, dataSection)
    guard number > 0, let found = btf__type_by_id(types, UInt32(truncatingIfNeeded: number)),
      let variables = btf_var_secinfos(found)
    else { return nil }
    for variable in UnsafeBufferPointer(start: variables, count: Int(btf_vlen(found))) {
      guard let type = btf__type_by_id(types, variable.type),
        let text = btf__name_by_offset(types, type.pointee.name_off)
      else { continue }
      if String(cString: text) == name { return Int(variable.size) == size ? Int(variable.offset) : nil }
    }
    return nil
  }

  /// The map of a section. Its name starts with that of the object.
  private static func map(_ section: String, of object: OpaquePointer) -> OpaquePointer? {
    var map = bpf_object__next_map(object, nil)
    while let current = map, !String(cString: bpf_map__name(current)).hasSuffix(section) {
      map = bpf_object__next_map(object, current)
    }
    return map
  }
}

/// A variable of the kernel side, mapped into this process (`mmap`). Reading it takes no system call and no privilege.
final class MappedVariable<Contents: BitwiseCopyable> {
  private let memory: UnsafeMutableRawPointer
  private let size: Int
  private let offset: Int

  /// Maps the variable.
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
  /// Maps the counters.
  /// - Throws: `TraceError` when the object has no such counters, or the kernel does not map them.
  convenience init(of object: OpaquePointer) throws(TraceError) {
    try self.init("counters", section: ".bss", of: object)
  }
}
