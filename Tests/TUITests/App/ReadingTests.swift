import Testing

@testable import TUI

/// A recording that is still being read.
@Suite
struct ReadingTests {
  private func topLine(_ state: AppState) -> Substring { state.screen.prefix { $0 != "\n" } }

  @Test func `The top line says how much is read`() {
    var state = AppState.showing(.build(), columns: 120, rows: 40, mode: .replay)
    let whole = topLine(state)
    #expect(!state.isReading && !whole.contains("reading"))
    for (reading, text) in [
      (Reading(bytes: 0, of: 1000), "reading ──────────────────── 0 % "),
      (Reading(bytes: 459, of: 1000), "reading █████████─────────── 45 % "),
      // A file that grew meanwhile.
      (Reading(bytes: 3000, of: 1000), "reading ████████████████████ 100 % "),
      (Reading(bytes: .max, of: .max), "reading ████████████████████ 100 % "),
      (Reading(bytes: 0, of: 0), "reading ──────────────────── 0 % "),
      (Reading(bytes: 5000, of: nil, events: 5000), "reading 5,000 events "),
      (Reading(bytes: 5000, of: nil, events: 1_234_567), "reading 1,234,567 events "),
    ] {
      let generation = state.generation
      _ = state.reduce(.reading(reading))
      #expect(state.isReading && state.generation != generation)
      #expect(topLine(state).hasPrefix(" REPLAY   \(text)"), "\(topLine(state))")
    }
    // Keys do what they do.
    state.press(.character("t"))
    #expect(state.screen.contains(" 1 Top "))
    state.press(.character("t"))
    _ = state.reduce(.reading(nil))
    #expect(!state.isReading && topLine(state) == whole)
  }

  @Test func `One can travel in what was read`() {
    var state = AppState.showing(.build(), columns: 120, rows: 40, mode: .replay)
    _ = state.reduce(.reading(Reading(bytes: 1, of: 2)))
    state.press(.character("["))
    #expect(
      state.isFrozen && topLine(state).contains(" FROZEN at ")
        && topLine(state).contains("reading ██████████────────── 50 %"))
  }
}
