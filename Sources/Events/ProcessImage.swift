/// One program that a process ran, from the exec or from /proc. Immutable; copies share it, as do the tree, the log and
/// all frozen views.
///
/// It is one allocation, with argv after its header: with a million processes each byte counts.
public struct ProcessImage: @unchecked Sendable {
  // After init only `setTime` writes to it, while nobody shares it.
  private var storage: Storage

  private struct Header {
    var time: UInt64
    var comm: Comm
    var names: ProgramNames
    var env: [UInt8]?
    var envLength: UInt32
    var argvCount: UInt32
    var argvLength: UInt32
    var marks: Marks

    var argvIsUnknown: Bool {
      argvCount == 0 && (argvLength > 0 || !marks.isDisjoint(with: [.argvUnreadable, .argvCut, .incomplete]))
    }
  }

  private final class Storage: ManagedBuffer<Header, UInt8> {
    /// Reads the header without the check for exclusive access, which costs more than the reading: nothing writes to it.
    @inline(__always)
    func read<Value>(_ path: (UnsafePointer<Header>) -> Value) -> Value {
      withUnsafeMutablePointerToHeader { path(UnsafePointer($0)) }
    }
  }

  /// An image with shared names.
  /// - Parameters:
  ///   - time: when the exec happened, in nanoseconds since boot; for an image from /proc, when /proc was read.
  ///   - comm: as set by the exec.
  ///   - argv: copied.
  ///   - argvLength: its length before any cut, in bytes, up to 4 GiB - 1.
  ///   - env: nil where it was not requested.
  public init(
    time: UInt64, comm: Comm, names: ProgramNames, argv: UnsafeRawBufferPointer, argvLength: Int, env: StringVector?,
    marks: Marks
  ) {
    let header = Header(
      time: time, comm: comm, names: names, env: env?.bytes, envLength: UInt32(clamping: env?.trueLength ?? 0),
      argvCount: UInt32(clamping: argv.count), argvLength: UInt32(clamping: max(argvLength, argv.count)), marks: marks)
    let made = Storage.create(minimumCapacity: argv.count) { _ in header }
    made.withUnsafeMutablePointerToElements { elements in
      UnsafeMutableRawBufferPointer(start: elements, count: argv.count).copyMemory(from: argv)
    }
    storage = unsafeDowncast(made, to: Storage.self)
  }

  /// An image with names of its own.
  public init(
    time: UInt64, comm: Comm, file: RawBytes = "", exe: RawBytes = "", interpreter: RawBytes? = nil,
    cwd: RawBytes = "", argv: StringVector = .empty, env: StringVector? = nil, marks: Marks = []
  ) {
    let names = ProgramNames(file: file, exe: exe, interpreter: interpreter, cwd: cwd)
    self = argv.bytes.withUnsafeBytes {
      ProcessImage(
        time: time, comm: comm, names: names, argv: $0, argvLength: argv.trueLength, env: env, marks: marks)
    }
  }

  /// When the exec happened, in nanoseconds since boot; for an image from /proc, when /proc was read.
  public var time: UInt64 { storage.read { $0.pointee.time } }
  /// The comm as set by the exec.
  public var comm: Comm { storage.read { $0.pointee.comm } }
  /// The file, executable, interpreter and working directory.
  public var names: ProgramNames { storage.read { $0.pointee.names } }
  /// The file as the caller of the exec wrote it; empty where unknown.
  public var file: RawBytes { names.file }
  /// The path of the executed program; for a script that of its interpreter. Empty where unknown.
  public var exe: RawBytes { names.exe }
  /// The interpreter that a script names; nil for other programs.
  public var interpreter: RawBytes? { names.interpreter }
  /// The working directory; empty where unknown.
  public var cwd: RawBytes { names.cwd }
  /// Flags, such as setuid, deleted, cut or incomplete.
  public var marks: Marks { storage.read { $0.pointee.marks } }

  /// The arguments. - Complexity: O(their bytes), with an allocation; `withArgv` has none.
  public var argv: StringVector {
    withArgv { StringVector(bytes: Array($0), trueLength: Int(storage.header.argvLength)) }
  }
  /// Whether argv is unknown, so that it only looks empty. - Complexity: O(1).
  public var argvIsUnknown: Bool {
    storage.read { $0.pointee.argvIsUnknown }
  }
  /// Whether a part of argv was left out. - Complexity: O(1).
  public var argvIsCut: Bool { storage.read { $0.pointee.argvLength > $0.pointee.argvCount } }

  /// The text that the process wrote over its arguments, which are then unknown; nil for none.
  /// - Complexity: O(its bytes), with an allocation.
  public var title: RawBytes? {
    marks.contains(.title) ? withArgv { RawBytes($0.last == 0 ? $0.dropLast() : $0[...]) } : nil
  }

  /// The environment; nil where it was not requested. - Complexity: O(1).
  public var env: StringVector? {
    storage.header.env.map { StringVector(bytes: $0, trueLength: Int(storage.header.envLength)) }
  }

  /// Lends argv as `withArgv` does; nil where it is unknown. One access instead of two, for filters that ask a million
  /// processes.
  @inline(__always)
  public func withKnownArgv<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
    storage.withUnsafeMutablePointers { header, elements in
      let count = Int(header.pointee.argvCount)
      if count == 0, header.pointee.argvIsUnknown { return nil }
      return body(UnsafeBufferPointer(start: elements, count: count))
    }
  }

  /// Lends argv, each string closed by NUL, without a copy.
  @inline(__always)
  public func withArgv<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    storage.withUnsafeMutablePointers { header, elements in
      body(UnsafeBufferPointer(start: elements, count: Int(header.pointee.argvCount)))
    }
  }

  /// The image without the mark `fromProc`, for an exec event: with the mark, which a recording may forge, it would not
  /// count as an exec.
  public var asExecuted: ProcessImage {
    marks.contains(.fromProc) ? copy(time: time, marks: marks.subtracting(.fromProc)) : self
  }

  /// The image with the mark `fromProc`, for a process found running: only an exec event counts as an exec.
  public var asRead: ProcessImage {
    marks.contains(.fromProc) ? self : copy(time: time, marks: marks.union(.fromProc))
  }

  /// The image with more marks. - Complexity: O(bytes of the arguments).
  public func marked(_ more: Marks) -> ProcessImage { copy(time: time, marks: marks.union(more)) }

  /// The image with another time. - Complexity: O(bytes of the arguments).
  public func at(_ time: UInt64) -> ProcessImage { copy(time: time, marks: marks) }

  /// Sets the time. - Complexity: O(1), or O(bytes of the arguments) if others share the image.
  public mutating func setTime(_ time: UInt64) {
    if isKnownUniquelyReferenced(&storage) {
      storage.withUnsafeMutablePointerToHeader { $0.pointee.time = time }
    } else {
      self = at(time)
    }
  }

  private func copy(time: UInt64, marks: Marks) -> ProcessImage {
    withArgv {
      ProcessImage(
        time: time, comm: comm, names: names, argv: UnsafeRawBufferPointer($0),
        argvLength: Int(storage.header.argvLength), env: env, marks: marks)
    }
  }

  /// Distinguishes it from all other images that exist at the same time.
  public var identity: ObjectIdentifier { ObjectIdentifier(storage) }

  /// Its own memory in bytes, without names and environment, which other images share.
  public var size: Int { Self.overhead &+ Int(storage.header.argvCount) }
  private static let overhead = MemoryLayout<Header>.size + 24
}

extension ProcessImage: Hashable {
  public static func == (a: ProcessImage, b: ProcessImage) -> Bool {
    if a.storage === b.storage { return true }
    let (left, right) = (a.storage.header, b.storage.header)
    return left.time == right.time && left.comm == right.comm && left.names == right.names && left.env == right.env
      && left.envLength == right.envLength && left.argvLength == right.argvLength && left.marks == right.marks
      && a.hasArguments(of: b)
  }

  /// Whether both have the same bytes of arguments.
  public func hasArguments(of other: ProcessImage) -> Bool {
    withArgv { mine in other.withArgv { mine.elementsEqual($0) } }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(time)
    hasher.combine(comm)
    withArgv { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
