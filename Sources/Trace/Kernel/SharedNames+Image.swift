internal import CExecsnoop
internal import Glibc
internal import ProcessTree

extension SharedNames {
  /// The program of an exec record.
  /// - Parameters:
  ///   - sizes: of the paths, which stand in the order file, interpreter, exe, cwd.
  ///   - strings: argv and behind it the environment, as much as was sent.
  mutating func image(
    _ record: UnsafePointer<est_exec>, comm: Comm, sizes: est_path_sizes, paths: UnsafeRawBufferPointer,
    strings: UnsafeRawBufferPointer
  ) -> ProcessImage {
    let marks = Marks(rawValue: record.pointee.record.marks)
    let argvSize = min(Int(record.pointee.argv_size), strings.count)
    var start = 0
    func next(_ size: Int) -> UnsafeRawBufferPointer {
      defer { start += size }
      return UnsafeRawBufferPointer(rebasing: paths[min(start, paths.count)..<min(start + size, paths.count)])
    }
    let file = next(Int(sizes.file)), interpreter = next(Int(sizes.interpreter)), exe = next(Int(sizes.exe))
    let cwd = next(paths.count)
    var env: StringVector?
    if record.pointee.env_size > 0 || marks.contains(.envCut) {
      let bytes = UnsafeRawBufferPointer(rebasing: strings[argvSize...]).prefixed(Int(record.pointee.env_size))
      env = StringVector(bytes: shared(environment: bytes), trueLength: Int(record.pointee.env_length))
    }
    // The object with its argv, and what the allocator keeps about it.
    count(bytes: 160 + argvSize)
    let names = programs.names(
      file: record.pointee.error != 0 && record.pointee.directory != 0 && !file.isEmpty
        ? path(shared(text: file), below: Int32(bitPattern: record.pointee.directory) - 1) : shared(text: file),
      exe: exe.isEmpty ? "" : marks.contains(.exeCut) ? path(cutAtRoot: exe) : shared(leafFirst: exe),
      interpreter: interpreter.isEmpty ? nil : shared(text: interpreter),
      cwd: marks.contains(.cwdCut) ? path(cutAtRoot: cwd) : shared(leafFirst: cwd))
    return ProcessImage(
      time: record.pointee.record.time, comm: comm, names: names, argv: strings.prefixed(argvSize),
      argvLength: Int(record.pointee.argv_length), env: env, marks: marks)
  }
}

/// The file that an execveat asked for, as the kernel calls it where the call succeeds (`alloc_bprm` in fs/exec.c).
private func path(_ file: RawBytes, below descriptor: Int32) -> RawBytes {
  if file.bytes.first == UInt8(ascii: "/") { return file }
  let directory = Array("/dev/fd/\(descriptor)".utf8)
  return RawBytes(file.isEmpty ? directory : directory + [UInt8(ascii: "/")] + file.bytes)
}

/// A path from its names, leaf first and each closed by NUL, as the kernel side walks it. Nothing at all is the root.
/// - Complexity: O(n), with one allocation.
func path(leafFirst names: UnsafeRawBufferPointer) -> RawBytes {
  guard !names.isEmpty else { return "/" }
  // Each name takes as many bytes with its slash before it as with its NUL behind it.
  let isClosed = names[names.count - 1] == 0
  let size = names.count + (isClosed ? 0 : 1)
  return RawBytes(
    [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      var end = size
      var start = 0
      while start < names.count {
        var stop = start
        while stop < names.count, names[stop] != 0 { stop += 1 }
        if stop > start {
          end -= stop - start
          for offset in 0..<stop - start { buffer[end + offset] = names[start + offset] }
          end -= 1
          buffer[end] = UInt8(ascii: "/")
        }
        start = stop + 1
      }
      // Empty names, which a path does not have, would leave a gap in front.
      if end > 0 {
        for index in end..<size { buffer[index - end] = buffer[index] }
      }
      count = size - end
    })
}
