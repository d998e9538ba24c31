/// One program that a process ran, as the exec (or /proc) showed it. Immutable; copies share it, as do the tree, the
/// log and every frozen view of them.
///
/// It is one allocation with argv behind its header: of a million processes each byte of it counts.
public struct ProcessImage: @unchecked Sendable {
  // Nothing writes to it after it was made.
  private let storage: Storage

  private struct Header {
    var time: UInt64
    var comm: Comm
    var names: ProgramNames
    var env: [UInt8]?
    var envLength: UInt32
    var argvCount: UInt32
    var argvLength: UInt32
    var marks: Marks
  }

  private final class Storage: ManagedBuffer<Header, UInt8> {}

  /// - Parameters:
  ///   - time: when the exec happened, in nanoseconds since boot; for a /proc image, when /proc was read.
  ///   - comm: as the exec set it.
  ///   - argv: copied.
  ///   - argvLength: its length before any cut, in bytes; the greatest that is told apart is 4 GiB - 1.
  ///   - env: nil where it was not asked for.
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

  /// The same from separate names.
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

  /// When the exec happened, in nanoseconds since boot; for a /proc image, when /proc was read.
  public var time: UInt64 { storage.header.time }
  /// As the exec set it.
  public var comm: Comm { storage.header.comm }
  /// What it is called and where it ran.
  public var names: ProgramNames { storage.header.names }
  /// The file that was asked for, as the caller wrote it; empty where not known.
  public var file: RawBytes { names.file }
  /// The path of the program really run; for a script its interpreter. Empty where not known.
  public var exe: RawBytes { names.exe }
  /// For a script, the interpreter named in it; else nil.
  public var interpreter: RawBytes? { names.interpreter }
  /// The working directory; empty where not known.
  public var cwd: RawBytes { names.cwd }
  /// What is less than perfect about it.
  public var marks: Marks { storage.header.marks }

  /// The arguments. - Complexity: O(their bytes), with an allocation; `withArgv` has none.
  public var argv: StringVector {
    withArgv { StringVector(bytes: Array($0), trueLength: Int(storage.header.argvLength)) }
  }
  /// Whether nothing of argv is known, so that it only looks empty. - Complexity: O(1).
  public var argvIsUnknown: Bool {
    storage.header.argvCount == 0
      && (argvIsCut || !marks.isDisjoint(with: [.argvUnreadable, .argvCut, .incomplete]))
  }
  /// Some of argv was left out. - Complexity: O(1).
  public var argvIsCut: Bool { storage.header.argvLength > storage.header.argvCount }

  /// Nil where it was not asked for. - Complexity: O(1).
  public var env: StringVector? {
    storage.header.env.map { StringVector(bytes: $0, trueLength: Int(storage.header.envLength)) }
  }

  /// Lends argv, each string closed by NUL, without a copy.
  public func withArgv<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    storage.withUnsafeMutablePointers { header, elements in
      body(UnsafeBufferPointer(start: elements, count: Int(header.pointee.argvCount)))
    }
  }

  /// What tells it from all others that exist at the same time.
  public var identity: ObjectIdentifier { ObjectIdentifier(storage) }

  /// What it takes in memory alone, in bytes: without its names and its environment, which others share.
  var size: Int { Self.overhead + Int(storage.header.argvCount) }
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

  /// Whether the bytes of the arguments are the same.
  func hasArguments(of other: ProcessImage) -> Bool {
    withArgv { mine in other.withArgv { mine.elementsEqual($0) } }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(time)
    hasher.combine(comm)
    withArgv { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
