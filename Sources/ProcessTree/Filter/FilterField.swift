/// What a filter can look at. `all` is the one table that errors, help, manual and documents list.
enum FilterField: Sendable, Hashable, CaseIterable {
  case pid, ppid, comm, exe, file, interp, arg, argv, cwd, env, user, uid, euid, gid, auid, tty, sid
  case cgroup, container, unit, ev, state, exit, sig, ret, errno, dur, age, start, depth, kids, execs, cpu, mem, mark

  /// What a field holds, and so which operators it takes and how its values are written.
  enum Kind: Sendable, Hashable {
    /// One string of bytes.
    case text
    /// Strings, each looked at by itself.
    case strings
    /// The strings of the command line as one text, with a space between them.
    case commandLine
    case number(FilterUnit)
    /// Some of these names; the value is a bit for each.
    case choice
  }

  var kind: Kind {
    switch self {
    case .comm, .exe, .file, .interp, .cwd, .user, .tty, .cgroup, .container, .unit: .text
    case .arg, .env: .strings
    case .argv: .commandLine
    case .pid, .start, .ppid, .uid, .euid, .gid, .auid, .sid, .exit, .depth, .kids, .execs: .number(.plain)
    case .ret: .number(.result)
    case .sig: .number(.signal)
    case .errno: .number(.errno)
    case .dur, .age, .cpu: .number(.duration)
    case .mem: .number(.size)
    case .ev, .state, .mark: .choice
    }
  }

  /// Of a choice: the names with their bits, in the order in which to list them.
  var choices: [(name: String, bits: UInt32)] {
    switch self {
    case .ev: FilterEvents.names.map { ($0.name, $0.event.rawValue) }
    case .state: [("running", FilterState.running), ("exited", FilterState.exited)]
    case .mark: Marks.names.map { ($0.name, $0.mark.rawValue) }
    default: []
    }
  }
}

/// How the numbers of a field are written.
enum FilterUnit: Sendable, Hashable {
  case plain
  /// Nanoseconds, written with a unit of time.
  case duration
  /// Bytes, written with a unit of memory or none.
  case size
  case errno
  case signal
  /// 0 or a negative errno.
  case result
}

/// The kinds of events, as bits: those that a process has had, or the one that a log entry is.
struct FilterEvents: OptionSet, Sendable {
  let rawValue: UInt32

  static let fork = FilterEvents(rawValue: 1 << 0)
  static let exec = FilterEvents(rawValue: 1 << 1)
  static let fail = FilterEvents(rawValue: 1 << 2)
  static let exit = FilterEvents(rawValue: 1 << 3)

  static let names: [(name: String, event: FilterEvents)] = [
    ("fork", .fork), ("exec", .exec), ("fail", .fail), ("exit", .exit),
  ]
}

/// Whether a process runs, as bits, since that is how a filter asks for names.
enum FilterState {
  static let running: UInt32 = 1 << 0
  static let exited: UInt32 = 1 << 1
}
