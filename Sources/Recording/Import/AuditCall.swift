internal import Events

/// A system call that tells about processes.
enum AuditCall: Sendable, Hashable {
  /// execve and execveat.
  case exec
  /// clone, by the argument that has its flags.
  case clone(flags: Int)
  /// clone3, whose flags are in the memory of the caller.
  case clone3
  /// fork and vfork, which never make a thread.
  case fork
  /// exit_group, whose first argument is the status.
  case exitGroup

  /// The call of a number on an architecture, as `AUDIT_ARCH_…` of the kernel's audit.h gives it; nil for one that says
  /// nothing about processes, and for an unknown architecture. exit, the end of one thread, is none of them.
  init?(architecture: UInt32, number: UInt32) {
    switch architecture {
    case 0xc000_003e:  // x86-64; bit 30 is x32
      switch number & 0x3fff_ffff {
      case 59, 322: self = .exec
      case 520, 545: self = .exec
      case 56: self = .clone(flags: 0)
      case 57, 58: self = .fork
      case 435: self = .clone3
      case 231: self = .exitGroup
      default: return nil
      }
    case 0xc000_00b7, 0xc000_00f3, 0x4000_00f3, 0xc000_0102:  // arm64, riscv64, riscv32, loongarch64
      switch number {
      case 221, 281: self = .exec
      case 220: self = .clone(flags: 0)
      case 435: self = .clone3
      case 94: self = .exitGroup
      default: return nil
      }
    case 0x4000_0003:  // i386
      switch number {
      case 11, 358: self = .exec
      case 120: self = .clone(flags: 0)
      case 2, 190: self = .fork
      case 435: self = .clone3
      case 252: self = .exitGroup
      default: return nil
      }
    case 0x4000_0028:  // arm
      switch number {
      case 11, 387: self = .exec
      case 120: self = .clone(flags: 0)
      case 2, 190: self = .fork
      case 435: self = .clone3
      case 248: self = .exitGroup
      default: return nil
      }
    case 0xc000_0015, 0x8000_0015, 0x0000_0014:  // ppc64le, ppc64, ppc
      switch number {
      case 11, 362: self = .exec
      case 120: self = .clone(flags: 0)
      case 2, 189: self = .fork
      case 435: self = .clone3
      case 234: self = .exitGroup
      default: return nil
      }
    case 0x8000_0016, 0x0000_0016:  // s390x, s390: the stack is clone's first argument
      switch number {
      case 11, 354: self = .exec
      case 120: self = .clone(flags: 1)
      case 2, 190: self = .fork
      case 435: self = .clone3
      case 248: self = .exitGroup
      default: return nil
      }
    default: return nil
    }
  }

  /// The call of a name, as enriched and interpreted logs write it.
  init?(name: UnsafeRawBufferPointer) {
    if name.elementsEqual("execve".utf8) || name.elementsEqual("execveat".utf8) {
      self = .exec
    } else if name.elementsEqual("clone".utf8) {
      self = .clone(flags: 0)
    } else if name.elementsEqual("clone3".utf8) {
      self = .clone3
    } else if name.elementsEqual("fork".utf8) || name.elementsEqual("vfork".utf8) {
      self = .fork
    } else if name.elementsEqual("exit_group".utf8) {
      self = .exitGroup
    } else {
      return nil
    }
  }
}

/// What identifies an event of the audit system: its records have the same one.
struct AuditEventID: Sendable, Hashable {
  /// The machine, by its place in the list of machines.
  var node = 0
  /// When the system call began, in nanoseconds since 1970 UTC, to the millisecond.
  var wall: Int64 = 0
  var serial: UInt64 = 0
}

/// An event of the audit system, of one or more records.
struct AuditEvent: Sendable {
  var id = AuditEventID()
  /// Nil while there is no record of the call.
  var call: AuditCall?
  /// Whether the call succeeded; nil where the record does not tell, as for exit_group, which does not return.
  var isSuccess: Bool?
  /// What the call returned.
  var result: Int64?
  /// The errno of a call that failed, by its name.
  var errno: Int32?
  /// The first two arguments of the call.
  var arguments: (UInt64?, UInt64?) = (nil, nil)
  /// Whether clone's flags, written as words, have `CLONE_THREAD` and `CLONE_PARENT`.
  var flagWords: (thread: Bool, parent: Bool)?
  /// The signal that ended the process, of an `ANOM_ABEND` record.
  var signal: Int32?

  var pid: Int32?
  var parent: Int32?
  var loginUID: UInt32?
  var uid: UInt32?
  var euid: UInt32?
  var gid: UInt32?
  /// The name of the real user; nil without one.
  var user: RawBytes?
  var tty: RawBytes?
  var comm: Comm?
  var exe: RawBytes?
  var cwd: RawBytes?
  /// The first two paths: the file as the caller wrote it, and its interpreter or loader.
  var paths: (RawBytes?, RawBytes?) = (nil, nil)
  var hasArguments = false
  /// The arguments so far, each closed by NUL.
  var argv: [UInt8] = []
  /// How many arguments there are so far.
  var argvCount: UInt64 = 0
  /// How many there have to be.
  var argc: UInt64?
  var marks: Marks = []

  /// The number of an argument of which more pieces may come.
  var openArgument: UInt64?
  /// Whether no other record is needed.
  var isComplete = false

  /// The most arguments that are kept, in bytes: as many as are read of a running process.
  static let argvLimit = 9 << 20

  /// Adds an argument as far as the bound allows.
  mutating func appendArgument(_ bytes: some Collection<UInt8>) {
    closeArgument()
    appendPiece(bytes, of: nil)
    argv.append(0)
    argvCount &+= 1
  }

  /// Adds a piece of an argument.
  /// - Parameter number: its number, so that the next piece may follow; nil for a whole one.
  mutating func appendPiece(_ bytes: some Collection<UInt8>, of number: UInt64?) {
    if openArgument != number { closeArgument() }
    openArgument = number
    guard argv.count &+ bytes.count < Self.argvLimit else {
      marks.insert(.argvCut)
      return
    }
    argv.append(contentsOf: bytes)
  }

  /// Ends an argument that came in pieces.
  mutating func closeArgument() {
    guard openArgument != nil else { return }
    openArgument = nil
    argv.append(0)
    argvCount &+= 1
  }

  /// Whether argv and the paths show that the file is a script that the second path runs: the kernel put the
  /// interpreter in place of argv[0].
  var interpreter: RawBytes? {
    guard let file = paths.0, let second = paths.1, !second.isEmpty else { return nil }
    var arguments = StringVector(bytes: argv).makeIterator()
    guard let first = arguments.next(), first.elementsEqual(second.bytes) else { return nil }
    // A script may give its interpreter one option.
    for _ in 0..<2 {
      if let next = arguments.next(), next.elementsEqual(file.bytes) { return second }
    }
    return nil
  }
}
