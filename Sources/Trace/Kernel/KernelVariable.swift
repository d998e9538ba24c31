internal import CLibBPF

/// A global variable of the kernel side: its map and its offset. The compiler chooses the layout of a section, so the
/// offset is looked up by name and size in the type information (BTF) of the object.
struct KernelVariable {
  let map: OpaquePointer
  /// The offset in the map's value, in bytes.
  let offset: Int

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

  // BTF_KIND_DATASEC. The header defines it as a constant and as a macro, so Swift cannot import it.
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
