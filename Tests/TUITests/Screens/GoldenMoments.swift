import Foundation
import Recording
import TestSupport
import Testing

@testable import Events
@testable import TUI
@testable import Tree

/// Moments of a recorded build look as recorded.
/// The bundled recording of a build, stepped back to five moments.
@Suite
struct GoldenMoments {
  private static func recording() throws -> [RecordedEvent] {
    let root = URL(filePath: Surroundings.repository)
    let bytes = [UInt8](try Data(contentsOf: root.appending(path: "share/demo.ndjson")))
    var reader = JSONLineReader()
    var events: [RecordedEvent] = []
    try reader.read(bytes[...], into: &events)
    try reader.finish(into: &events)
    return events
  }

  @Test func `Five moments`() throws {
    let events = try Self.recording()
    let end = try #require(events.map(\.event.time).max())
    let offset = events.lazy.compactMap(\.wallOffset).first ?? 0
    var state = AppState(
      size: Size(columns: 120, rows: 40), mode: .replay, clock: WallClock(realtimeAtBoot: offset), now: end)
    _ = state.reduce(.events(events.map(\.event), now: end))
    let entries = state.shown.logCount
    for part in (1...5).reversed() {
      let target = entries * part / 6
      while let event = state.frozen?.event ?? state.shown.logEntry(atRow: entries - 1)?.sequence,
        state.shown.logRow(of: event) > target
      {
        state.press(.character("["))
      }
      expectGolden(state.render(), "moment-\(part)-120x40")

      // What is shown is what a view that hears of nothing later shows.
      let time = try #require(state.frozen?.time)
      var then = AppState(
        size: Size(columns: 120, rows: 40), mode: .replay, clock: WallClock(realtimeAtBoot: offset), now: time)
      _ = then.reduce(.events(events.map(\.event).filter { $0.time <= time }, now: time))
      #expect(
        state.shown.rows(0..<1000).map(\.id) == then.shown.rows(0..<1000).map(\.id), "rows at moment \(part)")
      #expect(state.shown.tree.totals.running == then.shown.tree.totals.running)
      #expect(state.shown.tree.totals.execs == then.shown.tree.totals.execs)
    }
  }
}
