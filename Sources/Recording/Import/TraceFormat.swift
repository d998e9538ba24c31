/// A format of another program's trace that can be read.
public enum TraceFormat: String, CaseIterable, Sendable {
  case strace, execsnoop, exitsnoop, bpftrace, perf
  case audit, laurel, tetragon, sysmon, ecs, tracexec

  /// What the format is, as in `is a trace of strace`.
  public var title: String {
    switch self {
    case .strace: "strace's output"
    case .execsnoop: "execsnoop's text"
    case .exitsnoop: "exitsnoop's text"
    case .bpftrace: "bpftrace's execsnoop.bt"
    case .perf: "perf script's sched events"
    case .audit: "auditd"
    case .laurel: "LAUREL"
    case .tetragon: "Tetragon"
    case .sysmon: "Sysmon for Linux"
    case .ecs: "the Elastic Common Schema"
    case .tracexec: "tracexec"
    }
  }

  /// The importer of the format.
  var importer: any TraceImporter.Type {
    switch self {
    case .strace: StraceImporter.self
    case .execsnoop: ExecsnoopImporter.self
    case .exitsnoop: ExitsnoopImporter.self
    case .bpftrace: BPFTraceImporter.self
    case .perf: PerfImporter.self
    case .audit: AuditImporter.self
    case .laurel: LaurelImporter.self
    case .tetragon: TetragonImporter.self
    case .sysmon: SysmonImporter.self
    case .ecs: ECSImporter.self
    case .tracexec: TracexecImporter.self
    }
  }
}

/// Tells by its first bytes what a file of lines is.
enum FormatGuess: Equatable {
  /// Lines of `JSONLineEncoder`, or of nothing that is known.
  case own
  /// The trace of another program.
  case trace(TraceFormat)

  /// How many bytes are looked at, at most.
  static let headLength = 64 << 10
  /// A likeness that decides at once.
  static let sure = 90
  /// The least likeness that decides at the end of the head.
  static let likely = 30

  /// - Parameters:
  ///   - head: the first bytes.
  ///   - isWhole: whether no more bytes come.
  /// - Returns: nil where more bytes are needed.
  init?(_ head: [UInt8], isWhole: Bool) {
    var text = head[...]
    if text.starts(with: [0xef, 0xbb, 0xbf]) { text = text.dropFirst(3) }
    text = text.drop { [0x1e, 0x20, 0x09, 0x0d, 0x0a].contains($0) }
    let isAll = isWhole || head.count >= Self.headLength
    // Nothing but our own lines starts so, and no trace has a NUL.
    if text.starts(with: #"{"ev":"#.utf8) || text.contains(0) {
      self = .own
      return
    }
    var lines = text.split(separator: 0x0a, omittingEmptySubsequences: false)
    // The last one is not complete.
    if !isAll { lines.removeLast() }
    lines = lines.map { $0.last == 0x0d ? $0.dropLast() : $0 }.filter { !$0.isEmpty }
    guard !lines.isEmpty else {
      guard isAll else { return nil }
      self = .own
      return
    }
    let likely = TraceFormat.allCases.map { ($0, $0.importer.likeness(lines)) }.max { $0.1 < $1.1 }
    if let (format, likeness) = likely, likeness >= (isAll ? Self.likely : Self.sure) {
      self = .trace(format)
    } else if isAll || text.first == UInt8(ascii: "{") && (likely?.1 ?? 0) < Self.likely {
      self = .own
    } else {
      return nil
    }
  }
}
