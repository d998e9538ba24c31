import Events
import TestSupport
import Testing

@testable import Recording

/// Each file of the scene against a recording of the scene, field by field. What is left out is what the tables of
/// docs/FORMATS.md say.
@Suite
struct SceneTests {
  /// A file of the scene.
  struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var format: TraceFormat
    /// The recording.
    var truth = "truth.ndjson"
    /// Whether it is of the same run: pids and times are those of the recording.
    var isSameRun = true
    /// The options of the tool that matter.
    var options: Set<String> = []
    var testDescription: String { name }
  }

  static let samples = [
    Sample(
      name: "strace-f-ttt.txt", format: .strace, isSameRun: false, options: ["-t", "-ttt", "-s", "trace=process"]),
    Sample(
      name: "strace-f-tt-T-y-v.txt", format: .strace, isSameRun: false, options: ["-t", "-v", "trace=process"]),
    Sample(name: "strace-f-plain.txt", format: .strace, isSameRun: false),
    Sample(name: "libbpf-tools-execsnoop-TtUx.txt", format: .execsnoop, options: ["-T", "-t", "-U", "-x"]),
    Sample(name: "libbpf-tools-exitsnoop-t.txt", format: .exitsnoop, options: ["-t"]),
    Sample(name: "bpftrace-execsnoop.txt", format: .bpftrace),
    Sample(name: "perf-script.txt", format: .perf),
    Sample(name: "audit-enriched.log", format: .audit, truth: "truth-audit.ndjson"),
    Sample(name: "laurel.ndjson", format: .laurel, truth: "truth-audit.ndjson"),
  ]

  @Test(arguments: samples)
  func `A trace of the scene is the recording of it, but for what the document says`(_ sample: Sample) throws {
    var truth = try SceneTrace(sample.truth)
    var trace = try SceneTrace(sample.name)
    if !sample.isSameRun { truth = truth.withoutLauncher() }
    let table = try Self.table(of: sample.format)
    try #require(table.map(\.field) == SceneField.allCases)
    if sample.isSameRun {
      let pids = Set(truth.processes.map(\.pid))
      trace = SceneTrace(trace.events.filter { event in event.event.pid.map { pids.contains($0) } ?? false })
    }
    let isTimed = !trace.processes.contains { $0.execs.contains { $0.image.marks.contains(.untimed) } }
    for (field, cell) in table {
      let knowledge = Self.knowledge(cell, with: sample.options)
      let rows = compare(field, trace, truth, sample, isTimed: isTimed)
      let known = rows.filter { $0.trace != nil && $0.trace != [] }
      let different = rows.filter { !Self.isSame($0.trace, $0.truth, field) }
      switch knowledge {
      case .known:
        #expect(different.isEmpty, "\(field.rawValue): \(different.first.map { "\($0)" } ?? "")")
        #expect(!known.isEmpty, "\(field.rawValue) has nothing to compare")
      case .unknown:
        let stated = known.filter { field == .scriptArguments ? Self.isSame($0.trace, $0.truth, field) : true }
        #expect(stated.isEmpty, "\(field.rawValue) is known: \(stated.first.map { "\($0)" } ?? "")")
      case .inPart:
        #expect(!known.isEmpty && !different.isEmpty, "\(field.rawValue) is known or unknown, not in part")
      case .needsMore:
        #expect(!different.isEmpty, "\(field.rawValue) is known without the option")
      }
    }
  }

  /// A field of a process, in the trace and in the recording.
  private struct Row {
    var trace: [String]?
    var truth: [String]?
  }

  private func compare(
    _ field: SceneField, _ trace: SceneTrace, _ truth: SceneTrace, _ sample: Sample, isTimed: Bool
  ) -> [Row] {
    truth.processes.enumerated().compactMap { index, real in
      let expected = field.values(of: real, index, in: truth, isTimed: true)
      let found =
        sample.isSameRun
        ? trace.processes.first { $0.pid == real.pid }
        : index < trace.processes.count ? trace.processes[index] : nil
      guard let found else {
        // Other fields of a process that is not there are not compared.
        return field == .processes ? Row(trace: nil, truth: expected) : nil
      }
      if field == .processes { return Row(trace: ["there"], truth: ["there"]) }
      let place = trace.processes.firstIndex { $0.pid == found.pid } ?? 0
      var value = field.values(of: found, sample.isSameRun ? index : place, in: trace, isTimed: isTimed)
      if sample.isSameRun, field == .parent || field == .first, value != nil, value != [] {
        // By pid: some processes are missing in the trace.
        let pids = truth.processes.map(\.pid)
        value = found.first.parent.map { [pids.firstIndex(of: $0.pid).map(String.init) ?? "outside"] }
      }
      if !sample.isSameRun, field == .runTime, value != nil { return Row(trace: ["known"], truth: ["known"]) }
      if field == .wallClock { return Row(trace: value, truth: ["known"]) }
      return Row(trace: value, truth: expected)
    }
  }

  /// Whether both are the same; of run times, to 30 ms.
  private static func isSame(_ trace: [String]?, _ truth: [String]?, _ field: SceneField) -> Bool {
    if trace == truth { return true }
    guard field == .runTime, let a = trace?.first.flatMap({ Int64($0) }), let b = truth?.first.flatMap({ Int64($0) })
    else { return false }
    return abs(a - b) <= 30_000_000
  }

  // MARK: - The document

  private enum Knowledge { case known, unknown, inPart, needsMore }

  private static func knowledge(_ cell: String, with options: Set<String>) -> Knowledge {
    if cell.hasPrefix("known") { return .known }
    if cell.hasPrefix("unknown") { return .unknown }
    if cell.hasPrefix("in part") { return .inPart }
    let needed = cell.prefix { $0 != "," }.split(separator: " ").dropFirst().map(String.init)
    return Set(needed).isSubset(of: options) ? .known : .needsMore
  }

  /// The table of a format.
  private static func table(of format: TraceFormat) throws -> [(field: SceneField, cell: String)] {
    let document = try #require(text(of: root + "/docs/FORMATS.md"))
    let lines = document.split(separator: "\n")
    let start = try #require(lines.firstIndex(of: "| field | \(format.rawValue) |"), "no table of \(format.rawValue)")
    return lines[(start + 2)...].prefix { $0.hasPrefix("|") }.compactMap { line in
      let cells = line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
      guard cells.count == 2, let field = SceneField(rawValue: cells[0]) else { return nil }
      return (field, cells[1])
    }
  }
}

extension ProcessEvent {
  fileprivate var pid: Int32? {
    switch self {
    case .fork(let event): event.process.id.pid
    case .exec(let event): event.process.id.pid
    case .failedExec(let event): event.process.id.pid
    case .exit(let event): event.process.id.pid
    case .existing(let event): event.process.id.pid
    case .lost(let event): event.records.first?.id.pid
    default: nil
    }
  }
}
