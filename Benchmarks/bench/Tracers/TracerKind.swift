/// The program and the tracers that it is compared with.
enum TracerKind: CaseIterable {
  case log, json, lines, logWithoutFailed, view, record, recordRing, execsnoop, bpftrace

  var name: String {
    switch self {
    case .log: "execsnoop-top log"
    case .json: "execsnoop-top log --json --env"
    case .lines: "execsnoop-top log --json"
    case .record: "execsnoop-top record"
    case .recordRing: "execsnoop-top record --ring 4M"
    case .logWithoutFailed: "execsnoop-top log --no-failed"
    case .view: "execsnoop-top"
    case .execsnoop: "execsnoop"
    case .bpftrace: "execsnoop.bt"
    }
  }

  var isOurs: Bool { self != .execsnoop && self != .bpftrace }

  /// Whether it writes into a file that it makes itself, and that its arguments end with.
  var makesFile: Bool { self == .record || self == .recordRing }

  var argv: [String] {
    switch self {
    case .log: [Paths.program, "log"]
    case .json: [Paths.program, "log", "--json", "--env"]
    case .lines: [Paths.program, "log", "--json"]
    case .record: [Paths.program, "record"]
    case .recordRing: [Paths.program, "record", "--ring", "4M"]
    case .logWithoutFailed: [Paths.program, "log", "--no-failed"]
    case .view: [Paths.program]
    case .execsnoop: [Paths.withTracefs, "/usr/sbin/execsnoop"]
    case .bpftrace: [Paths.withTracefs, "/usr/sbin/execsnoop.bt"]
    }
  }
}

/// The paths of the programs.
enum Paths {
  private static let folder: String = {
    let arguments = CommandLine.arguments[0]
    return String(arguments[..<(arguments.lastIndex(of: "/") ?? arguments.startIndex)])
  }()

  static let program = folder + "/execsnoop-top"
  static let fixture = folder + "/trace-fixture"
  static let stormChild = folder + "/storm-child"
  static let withTracefs = "Benchmarks/with-tracefs"
}
