import Events
import TestSupport
import Testing

@testable import Recording

/// The scene, as auditd and LAUREL wrote it down, against the capture of the same run.
@Suite
struct AuditSceneTests {
  /// What the audit system does not tell, by kind of event: nothing else is left out of the comparison.
  static let unknown: [String: Set<String>] = [
    "fork": ["sid", "pgid", "cgroup", "nspid"],
    "exec": ["sid", "pgid", "cgroup", "nspid", "env"],
    // Of the arguments the record has the address.
    "fail": ["sid", "pgid", "cgroup", "nspid", "env", "argv"],
    "exit": ["sid", "pgid", "cgroup", "nspid"],
  ]

  private func truth() throws -> [RecordedEvent] {
    var reader = JSONLineReader()
    var events: [RecordedEvent] = []
    try reader.read(scene("truth-audit.ndjson")[...], into: &events)
    try reader.finish(into: &events)
    return events
  }

  @Test(arguments: [(TraceFormat.audit, "audit-enriched.log"), (.laurel, "laurel.ndjson")])
  func `Each event of the capture is in the trace, field by field`(format: TraceFormat, file: String) throws {
    let trace = ReadTrace(format, scene(file))
    #expect(trace.foreignLines == 0 && trace.cutLine == nil)
    var found: [String: [(EventSummary, Int64?)]] = [:]
    for event in trace.events {
      guard let summary = EventSummary(event), summary.kind != "exist" else { continue }
      found["\(summary.kind) \(summary.pid)", default: []].append((summary, event.wallTime))
    }
    var missing: [String] = []
    for event in try truth() {
      let expected = try #require(EventSummary(event))
      let key = "\(expected.kind) \(expected.pid)"
      guard found[key]?.isEmpty == false, let (summary, wall) = found[key]?.removeFirst() else {
        missing.append(key)
        continue
      }
      let leftOut = try #require(Self.unknown[expected.kind])
      for (name, value) in expected.values where !leftOut.contains(name) {
        #expect(summary.values[name] == value, "\(name) of \(key)")
      }
      for name in summary.values.keys where expected.values[name] == nil {
        #expect(leftOut.contains(name), "\(name) of \(key) is invented")
      }
      // The time is that at which the call began, to four milliseconds; a fork may be known from its child only.
      if let wall, let truth = event.wallTime { #expect((-4_000_000...25_000_000).contains(truth - wall), "\(key)") }
    }
    // sh, which a signal killed: the scene's log has no ANOM_ABEND records.
    #expect(missing == ["exit 32305"])
    #expect(found.filter { !$0.value.isEmpty }.keys.sorted() == [])
  }

  @Test func `LAUREL also names the parents that run since before`() {
    let found = ReadTrace(.laurel, scene("laurel.ndjson")).plain.compactMap { event in
      if case .existing(let event) = event { event } else { nil }
    }
    #expect(found.map(\.process.id.pid) == [32244, 1])
    #expect(found.first?.process.comm == "bash" && found.first?.image.exe == "/usr/bin/bash")
    #expect(found.first?.image.argvIsUnknown == true)
  }

  @Test func `Both formats are told apart`() {
    #expect(FormatGuess(scene("audit-enriched.log"), isWhole: true) == .trace(.audit))
    #expect(FormatGuess(scene("laurel.ndjson"), isWhole: true) == .trace(.laurel))
  }
}
