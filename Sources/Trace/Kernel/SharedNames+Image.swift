internal import CExecsnoop
internal import Events

extension SharedNames {
  /// The program of an exec record.
  /// - Parameters:
  ///   - gaps: marks of missing parts, besides the record's own marks.
  ///   - sizes: of the paths, in the order file, interpreter, exe, cwd.
  ///   - strings: argv followed by the environment, as far as sent.
  mutating func image(
    _ record: UnsafePointer<est_exec>, comm: Comm, gaps: Marks, sizes: est_path_sizes, paths: UnsafeRawBufferPointer,
    strings: UnsafeRawBufferPointer
  ) -> ProcessImage {
    var marks = Marks(rawValue: record.pointee.record.marks)
    let argv = strings.prefixed(Int(record.pointee.argv_size))
    let isArgvWhole = argv.count == Int(record.pointee.argv_size)
    // An unreadable range has a gap in its place; that is not a cut.
    let gaps = marks.isDisjoint(with: [.argvUnreadable, .envUnreadable]) ? gaps : []
    if gaps.contains(.argvCut), !isArgvWhole { marks.insert(.argvCut) }
    // Argv is complete, so only the environment was unreadable.
    if record.pointee.record.kind == EST_EXEC.rawValue, isArgvWhole { marks.remove(.argvUnreadable) }
    var start = 0
    func next(_ size: Int) -> UnsafeRawBufferPointer {
      defer { start &+= size }
      return paths.from(start).prefixed(size)
    }
    let file = next(Int(sizes.file)), interpreter = next(Int(sizes.interpreter)), exe = next(Int(sizes.exe))
    let cwd = next(paths.count)
    // The object with its argv, and the allocator's overhead.
    countAllocated(160 &+ argv.count)
    let names = programs.names(
      file: self.file(of: record, file),
      exe: exe.isEmpty ? "" : marks.contains(.exeCut) ? path(cutAtRoot: exe) : shared(leafFirst: exe),
      interpreter: interpreter.isEmpty ? nil : shared(text: interpreter),
      // A path that was cut may have no names at all: then it is unknown, not the root.
      cwd: !marks.contains(.cwdCut) ? shared(leafFirst: cwd) : cwd.isEmpty ? "" : path(cutAtRoot: cwd))
    let env = environment(record, gaps, strings.from(argv.count), &marks)
    return ProcessImage(
      time: record.pointee.record.time, comm: comm, names: names, argv: argv,
      argvLength: Int(record.pointee.argv_length), env: env, marks: marks)
  }

  /// The environment from the bytes after argv; nil if it was not requested, or is completely unknown.
  private mutating func environment(
    _ record: UnsafePointer<est_exec>, _ gaps: Marks, _ strings: UnsafeRawBufferPointer, _ marks: inout Marks
  ) -> StringVector? {
    let size = Int(record.pointee.env_size)
    guard size > 0 || marks.contains(.envCut) else { return nil }
    let bytes = strings.prefixed(size)
    if gaps.contains(.envCut), bytes.count < size { marks.insert(.envCut) }
    if bytes.isEmpty, marks.contains(.envUnreadable) { return nil }
    return StringVector(bytes: shared(environment: bytes), trueLength: Int(record.pointee.env_length))
  }

  /// The file of the exec, with the name that the kernel gives it when the call succeeds (`alloc_bprm` in fs/exec.c).
  /// For execveat that is a path below its directory, whatever the descriptor refers to.
  private mutating func file(of record: UnsafePointer<est_exec>, _ bytes: UnsafeRawBufferPointer) -> RawBytes {
    let file = shared(text: bytes)
    guard record.pointee.has_directory != 0, !bytes.isEmpty, file.bytes.first != UInt8(ascii: "/") else { return file }
    let directory = Array("/dev/fd/\(record.pointee.directory)".utf8)
    return RawBytes(file.isEmpty ? directory : directory + [UInt8(ascii: "/")] + file.bytes)
  }
}
