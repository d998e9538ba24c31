import CLinux
import Events
import Glibc
import Recording
import TUI
import Tree

/// The events of a recording. It is read in pieces while the view is shown.
final class ReplayFeed: EventFeed {
  /// The first frame shows the whole of a file up to this size, in bytes.
  private static let ahead = 1 << 20
  /// How long the first frame waits for a recording from a pipe, in nanoseconds.
  private static let patience: UInt64 = 300_000_000

  private var file: EventFile
  private var recorded = RecordedClock()
  private var zone: LocalZone?
  private var hasEnded = false
  /// The last values that the view received.
  private var reported: (clock: WallClock?, reading: Reading?, end: Bool) = (nil, nil, false)
  /// The fault of the recording after the returned events; nil for none so far.
  private(set) var failure: RecordingError?
  /// The time of the last event: only events advance the time in a recording.
  private(set) var now: UInt64 = 0

  init(_ file: consuming EventFile) { self.file = file }

  var descriptor: Int32? { hasEnded ? nil : file.descriptor }

  /// The wall time by the recording, in the time zone of this machine.
  var clock: WallClock {
    zone?.refresh()
    return WallClock(offsets: recorded.offsets ?? Steps(0), zone: zone?.offsets ?? Steps(0))
  }

  /// Updates the clocks by the times of events.
  private func updateClocks(by events: [RecordedEvent]) {
    var first = Int64.max
    var last = Int64.min
    for event in events {
      recorded.observe(event)
      let time = event.event.time
      let second = LocalZone.second(of: time, offset: event.wallOffset ?? recorded.offsets?.value(at: time) ?? 0)
      (first, last) = (min(first, second), max(last, second))
      now = max(now, time)
    }
    guard first <= last else { return }
    var zone = self.zone ?? LocalZone(at: last)
    zone.cover(first)
    zone.cover(last)
    self.zone = zone
  }

  func nextBatches() -> [[ProcessEvent]] {
    do throws(RecordingError) {
      guard let events = try file.read() else {
        hasEnded = true
        return []
      }
      updateClocks(by: events)
      return events.isEmpty ? [] : [events.map(\.event)]
    } catch {
      failure = error
      hasEnded = true
      return []
    }
  }

  /// The first events of the recording, for the first frame.
  /// - Throws: `RecordingError` if the recording has a fault before any event.
  func readAhead() throws(RecordingError) -> [ProcessEvent] {
    var events: [ProcessEvent] = []
    let end = lnx_boot_time() + Self.patience
    while !hasEnded, file.bytesRead < Self.ahead, file.length != nil || isReadable(until: end) {
      events += nextBatches().joined()
    }
    if events.isEmpty, let failure { throw failure }
    return events
  }

  private func isReadable(until end: UInt64) -> Bool {
    let now = lnx_boot_time()
    var entry = pollfd(fd: file.descriptor, events: Int16(POLLIN), revents: 0)
    return now < end && poll(&entry, 1, Int32((end - now) / 1_000_000)) == 1
  }

  var wallOffsets: Steps<UInt64, Int64>? { recorded.offsets }
  var command: [[UInt8]] { [] }

  // The view records nothing of a recording.
  func openRecording(at path: String) throws -> [[ProcessEvent]] { throw Failure("only a live view can record") }
  func startRecording(knowing tree: ProcessTree) throws {}
  func stopRecording() {}

  func news(for state: AppState) -> [Action] {
    var news: [Action] = []
    let clock = clock
    if clock != reported.clock { news.append(.clock(clock)) }
    let reading = hasEnded ? nil : Reading(bytes: file.bytesRead, of: file.length)
    if reading != reported.reading { news.append(.reading(reading)) }
    if hasEnded, !reported.end, let text = failure?.description ?? file.notice {
      news.append(.message(DisplayText(typed: text), isError: true))
    }
    reported = (clock, reading, hasEnded)
    return news
  }
}
