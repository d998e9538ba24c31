import CLinux
import Events
import Glibc
import Recording
import TUI

/// The events of a recording, read piece by piece while the view is shown.
final class ReplayFeed: EventFeed {
  /// Of a file that is no longer than this the first frame shows the whole.
  private static let ahead = 1 << 20
  /// How long the first frame waits for what comes through a pipe, in nanoseconds.
  private static let patience: UInt64 = 300_000_000

  private var file: EventFile
  private var recorded = RecordedClock()
  private var zone: LocalZone?
  private var hasEnded = false
  /// The last of them that the view was told.
  private var told: (clock: WallClock?, reading: Reading?, end: Bool) = (nil, nil, false)
  /// What is wrong with the recording behind the events that were taken.
  private(set) var failure: RecordingError?
  /// When the last event happened: the recording's own clock stands where that left it.
  private(set) var now: UInt64 = 0

  init(_ file: consuming EventFile) { self.file = file }

  var descriptor: Int32? { hasEnded ? nil : file.descriptor }

  /// As the times of the events tell it, in the time zone of this machine at each of them.
  var clock: WallClock {
    zone?.refresh()
    return WallClock(offsets: recorded.offsets ?? Steps(0), zone: zone?.offsets ?? Steps(0))
  }

  /// Takes in the times of events: where the clock stood, and what the time zone was.
  private func note(_ events: [RecordedEvent]) {
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

  func take() -> [[ProcessEvent]] {
    do throws(RecordingError) {
      guard let events = try file.read() else {
        hasEnded = true
        return []
      }
      note(events)
      return events.isEmpty ? [] : [events.map(\.event)]
    } catch {
      failure = error
      hasEnded = true
      return []
    }
  }

  /// The beginning, for the first frame.
  /// - Throws: what is wrong with it where no event stands before that.
  func readAhead() throws(RecordingError) -> [ProcessEvent] {
    var events: [ProcessEvent] = []
    let end = lnx_boot_time() + Self.patience
    while !hasEnded, file.bytesRead < Self.ahead, file.length != nil || isReadable(until: end) {
      events += take().joined()
    }
    if events.isEmpty, let failure { throw failure }
    return events
  }

  private func isReadable(until end: UInt64) -> Bool {
    let now = lnx_boot_time()
    var entry = pollfd(fd: file.descriptor, events: Int16(POLLIN), revents: 0)
    return now < end && poll(&entry, 1, Int32((end - now) / 1_000_000)) == 1
  }

  func news(for state: AppState) -> [Action] {
    var news: [Action] = []
    let clock = clock
    if clock != told.clock { news.append(.clock(clock)) }
    let reading = hasEnded ? nil : Reading(bytes: file.bytesRead, of: file.length)
    if reading != told.reading { news.append(.reading(reading)) }
    if hasEnded, !told.end, let text = failure?.description ?? file.notice {
      news.append(.message(DisplayText(typed: text), isError: true))
    }
    told = (clock, reading, hasEnded)
    return news
  }
}
