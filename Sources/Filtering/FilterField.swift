internal import Events

/// A field of the filter language. `all` is the one table for errors, help, manual and documents.
enum FilterField: Sendable, Hashable, CaseIterable {
  case pid, ppid, comm, exe, file, interp, arg, argv, cwd, env, user, uid, euid, gid, auid, tty, sid
  case host, cgroup, container, unit, ev, state, exit, sig, killer, ret, errno, dur, age, start, depth, kids, execs,
    fails
  case cpu, mem, mark

  /// The type of a field: it determines the operators and the format of values.
  enum Kind: Sendable, Hashable {
    /// One string of bytes.
    case text
    /// Strings, each tested by itself.
    case strings
    /// The strings of the command line as one text, with spaces between them.
    case commandLine
    /// A number with this format.
    case number(FilterUnit)
    /// One or more names, each with a bit.
    case choice
  }

  var kind: Kind {
    switch self {
    case .comm, .exe, .file, .interp, .cwd, .user, .tty, .host, .cgroup, .container, .unit, .killer: .text
    case .arg, .env: .strings
    case .argv: .commandLine
    case .pid, .start, .ppid, .uid, .euid, .gid, .auid, .sid, .exit, .depth, .kids, .execs, .fails: .number(.plain)
    case .ret: .number(.result)
    case .sig: .number(.signal)
    case .errno: .number(.errno)
    case .dur, .age, .cpu: .number(.duration)
    case .mem: .number(.size)
    case .ev, .state, .mark: .choice
    }
  }

  /// The names of a choice with their bits, in the order of the documentation.
  var choices: [(name: String, bits: UInt32)] {
    switch self {
    case .ev: FilterEvents.names.map { ($0.name, $0.event.rawValue) }
    case .state: [("running", FilterState.running), ("exited", FilterState.exited)]
    case .mark: Marks.names.map { ($0.name, $0.mark.rawValue) }
    default: []
    }
  }
}

/// The format of a field's numbers.
enum FilterUnit: Sendable, Hashable {
  case plain
  /// Nanoseconds, written with a unit of time.
  case duration
  /// Bytes, written with or without a unit of memory.
  case size
  case errno
  case signal
  /// 0 or a negative errno.
  case result
}

/// Kinds of events as bits: all kinds that a process has had, or the kind of a log entry.
public struct FilterEvents: OptionSet, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// A fork.
  public static let fork = FilterEvents(rawValue: 1 << 0)
  /// A successful exec.
  public static let exec = FilterEvents(rawValue: 1 << 1)
  /// A failed exec.
  public static let fail = FilterEvents(rawValue: 1 << 2)
  /// An exit.
  public static let exit = FilterEvents(rawValue: 1 << 3)

  static let names: [(name: String, event: FilterEvents)] = [
    ("fork", .fork), ("exec", .exec), ("fail", .fail), ("exit", .exit),
  ]
}

/// The state of a process as bits, like all choices.
public enum FilterState {
  /// The bit of a running process.
  public static let running: UInt32 = 1 << 0
  /// The bit of an exited process.
  public static let exited: UInt32 = 1 << 1
}

// MARK: - Data of a field

extension FilterField {
  /// The bytes that the field tests; nil for fields that are not strings.
  var bytes: FilterBytes? {
    switch self {
    case .comm: .comm
    case .exe: .exe
    case .file: .file
    case .interp: .interpreter
    case .cwd: .cwd
    case .user: .user
    case .tty: .tty
    case .host: .host
    case .cgroup: .cgroup
    case .container: .container
    case .unit: .unit
    case .killer: .killer
    case .argv, .arg: .argv
    case .env: .env
    default: nil
    }
  }

  /// The numbers that the field tests, one of which has to match; none for strings and for `ret`, which combines two.
  var numbers: [FilterNumber] {
    switch self {
    case .pid: [.pid]
    case .ppid: [.presentParentPID, .originalParentPID]
    case .uid: [.uid]
    case .euid: [.euid]
    case .gid: [.gid]
    case .auid: [.auditUID]
    case .sid: [.session]
    case .exit: [.exitCode]
    case .sig: [.signal]
    case .errno: [.errno]
    case .dur: [.duration]
    case .age: [.age]
    case .start: [.start]
    case .cpu: [.cpuTime]
    case .mem: [.peakMemory]
    case .depth: [.depth]
    case .kids: [.children]
    case .execs: [.execs]
    case .fails: [.execFailures]
    case .ev: [.events]
    case .state: [.state]
    case .mark: [.marks]
    default: []
    }
  }
}
