internal import CExecsnoop
internal import ProcessTree

/// An exec record, and what has arrived of its parts.
final class WaitingExec {
  let record: est_exec
  private var sizes: est_path_sizes
  private var paths: [UInt8]
  private var strings: [UInt8]
  private(set) var missingParts: UInt32

  init(_ record: est_exec, paths bytes: UnsafeRawBufferPointer) {
    self.record = record
    sizes = record.path_sizes
    missingParts = record.parts
    let offset = MemoryLayout<est_exec>.offset(of: \.paths) ?? bytes.count
    paths = Array(bytes[offset...].prefix(Int(sizes.all)))
    strings = []
  }

  func add(_ part: est_part, _ payload: UnsafeRawBufferPointer) {
    missingParts -= 1
    if part.field == EST_PART_PATHS.rawValue {
      sizes = part.path_sizes
      paths = Array(payload)
    } else if strings.isEmpty && part.offset == 0 {
      strings = Array(payload)
    } else {
      // Parts come in order; a gap would be one that was lost, and its record is marked as cut.
      let start = Int(part.offset)
      if strings.count > start { strings.removeLast(strings.count - start) }
      strings.append(contentsOf: repeatElement(0, count: start - strings.count))
      strings.append(contentsOf: payload)
    }
  }

  func image(comm: Comm, names: inout SharedNames) -> ProcessImage {
    let marks = Marks(rawValue: record.record.marks)
    let argvSize = min(Int(record.argv_size), strings.count)
    let env = strings[argvSize...].prefix(Int(record.env_size))
    var rest = paths[...]
    func next(_ size: UInt16) -> ArraySlice<UInt8> {
      defer { rest = rest.dropFirst(Int(size)) }
      return rest.prefix(Int(size))
    }
    let file = next(sizes.file), interpreter = next(sizes.interpreter), exe = next(sizes.exe)
    return ProcessImage(
      time: record.record.time, comm: comm,
      file: RawBytes(file.prefix { $0 != 0 }),
      exe: exe.isEmpty ? "" : path(leafFirst: exe),
      interpreter: interpreter.isEmpty ? nil : RawBytes(interpreter.prefix { $0 != 0 }),
      cwd: path(leafFirst: rest),
      argv: StringVector(bytes: Array(strings[..<argvSize]), trueLength: Int(record.argv_length)),
      env: record.env_size == 0 && !marks.contains(.envCut)
        ? nil : StringVector(bytes: names.shared(environment: env), trueLength: Int(record.env_length)),
      marks: marks)
  }
}

/// A path from its names, leaf first and each closed by NUL, as the kernel side walks it. Nothing at all is the root.
func path(leafFirst names: some Collection<UInt8>) -> RawBytes {
  guard !names.isEmpty else { return "/" }
  var result: [UInt8] = []
  result.reserveCapacity(names.count)
  for name in names.split(separator: 0).reversed() {
    result.append(UInt8(ascii: "/"))
    result.append(contentsOf: name)
  }
  return RawBytes(result)
}
