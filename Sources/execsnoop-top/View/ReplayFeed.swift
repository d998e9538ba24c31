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
  /// How many events it shows of a longer one.
  private static let eventsAhead = 4000
  /// How long the first frame waits for a recording from a pipe, in nanoseconds.
  private static let patience: UInt64 = 300_000_000

  private let reader: RecordingReader
  private var progress = RecordingReader.Progress()
  private var zone: LocalZone?
  /// How many events were read.
  private var events = 0
  /// Whether the view has enough events for now.
  private var isHeld = false
  /// The last values that the view received.
  private var reported: (clock: WallClock?, reading: Reading?, end: Bool) = (nil, nil, false)
  /// The time of the last event: only events advance the time in a recording.
  private var newest: UInt64 = 0
  /// Messages that the view has not received.
  private var remarks: [String] = []

  /// The time of the last event: only events advance the time in a recording. The events of other machines are on the
  /// wall clock, which goes on.
  var now: UInt64 { reader.isLive && !progress.hasEnded && newest > 0 ? max(newest, lnx_wall_time()) : newest }

  /// - Throws: `Failure` where no descriptor is left.
  init(_ file: EventInput) throws { reader = try RecordingReader(file) }

  /// The fault of the recording after the returned events; nil for none so far.
  var failure: RecordingError? { progress.failure }

  var descriptor: Int32? { progress.hasEnded || isHeld ? nil : reader.descriptor }

  /// The wall time by the recording, in the time zone of this machine.
  var clock: WallClock {
    zone?.refresh()
    return WallClock(offsets: wallOffsets ?? Steps(0), zone: zone?.offsets ?? Steps(0))
  }

  /// Updates the clocks by the times of events.
  private func updateClocks(by piece: RecordingReader.Piece) {
    guard let times = piece.times else { return }
    wallOffsets = piece.offsets
    newest = max(newest, times.upperBound)
    events += piece.events.count
    func second(_ time: UInt64) -> Int64 { LocalZone.second(of: time, offset: wallOffsets?.value(at: time) ?? 0) }
    var zone = self.zone ?? LocalZone(at: second(times.upperBound))
    zone.cover(second(times.lowerBound))
    zone.cover(second(times.upperBound))
    self.zone = zone
  }

  func nextBatches() -> [[ProcessEvent]] {
    let (pieces, progress) = reader.drain()
    self.progress = progress
    remarks += progress.remarks
    for piece in pieces { updateClocks(by: piece) }
    return pieces.map(\.events)
  }

  /// The first events of the recording, for the first frame.
  /// - Throws: `RecordingError` if the recording has a fault before any event.
  func readAhead() throws(RecordingError) -> [ProcessEvent] {
    var events: [ProcessEvent] = []
    let end = lnx_boot_time() + Self.patience
    while !progress.hasEnded, progress.bytes < Self.ahead, events.count < Self.eventsAhead,
      isReadable(until: end)
    {
      let (piece, progress) = reader.readNow()
      self.progress = progress
      remarks = progress.remarks
      updateClocks(by: piece)
      events += piece.events
    }
    if events.isEmpty, let failure { throw failure }
    return events
  }

  /// Reads on beside the view. Call it once signals are blocked.
  /// - Throws: `Failure`.
  func start() throws { try reader.start() }

  private func isReadable(until end: UInt64) -> Bool {
    let next = reader.until
    if next == 0 { return true }
    let now = lnx_boot_time()
    let wake = min(next ?? end, end)
    var entries = reader.fileDescriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard now < end else { return false }
    let timeout = wake <= now ? 0 : Int32(clamping: (wake - now + 999_999) / 1_000_000)
    return lnx_poll(&entries, UInt(entries.count), timeout) > 0 || next.map { $0 <= lnx_boot_time() } ?? false
  }

  /// The wall clock by the recording, as far as it is read.
  private(set) var wallOffsets: Steps<UInt64, Int64>?
  var command: [[UInt8]] { [] }

  // The view records nothing of a recording.
  func openRecording(at path: String) throws -> [[ProcessEvent]] { throw Failure("only a live view can record") }
  func startRecording(knowing tree: ProcessTree) throws {}
  func stopRecording() {}

  func news(for state: AppState) -> [Action] {
    isHeld = state.hasEnoughAhead
    var news: [Action] = []
    let clock = clock
    if clock != reported.clock { news.append(.clock(clock)) }
    let hasEnded = progress.hasEnded
    let reading =
      hasEnded ? nil : Reading(bytes: progress.bytes, of: reader.length, events: events, isLive: reader.isLive)
    if reading != reported.reading { news.append(.reading(reading)) }
    if !remarks.isEmpty {
      news.append(.message(DisplayText(typed: remarks.joined(separator: "; ")), isError: false))
      remarks = []
    }
    if hasEnded, !reported.end, let text = failure?.description ?? progress.notice {
      news.append(.message(DisplayText(typed: text), isError: true))
    }
    reported = (clock, reading, hasEnded)
    return news
  }
}
