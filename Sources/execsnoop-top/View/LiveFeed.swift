import CLinux
import Events
import Glibc
import TUI
import Trace
import Tree

/// The events of a trace.
final class LiveFeed: EventFeed {
  private static let second: UInt64 = 1_000_000_000

  private let live: LiveTrace
  private let output: HeldOutput?
  private var wall = LiveClock()
  private var zone: LocalZone
  /// When the zone was read, in nanoseconds since boot.
  private var zoneReadAt = lnx_boot_time()
  /// The last clock that the view received.
  private var reportedClock: WallClock?

  /// The generation of the state that `shown` belongs to.
  private var shownGeneration: UInt64?
  private var shown = ShownProcesses()
  /// The sign of the recording that the view has.
  private var shownSign: RecordingSign?

  init(_ live: LiveTrace, output: HeldOutput?) {
    self.live = live
    self.output = output
    let offset = wall.steps.offsets.latest
    let now = LocalZone.second(of: zoneReadAt, offset: offset)
    // The zone's file may be on a file system that does not respond.
    zone = SignalWait.endable {
      var zone = LocalZone(at: now)
      // All running processes started after the boot.
      zone.cover(LocalZone.second(of: 0, offset: offset))
      return zone
    }
  }

  var descriptor: Int32? { live.mailbox.descriptor }
  var now: UInt64 { lnx_boot_time() }

  /// Also reads the clock: it may have been set just before the events.
  func nextBatches() -> [[ProcessEvent]] {
    let events = live.mailbox.drain()
    wall.update()
    return events
  }

  var outputDescriptor: Int32? { output?.wakeDescriptor }

  func nextOutput() -> (output: [OutputNews], isMore: Bool) {
    guard let output else { return ([], false) }
    // Before reading: what is stored meanwhile makes it readable again.
    var ignored: UInt64 = 0
    _ = read(output.wakeDescriptor, &ignored, MemoryLayout<UInt64>.size)
    return output.next()
  }

  var outputCopy: OutputCopy? { output?.copy }

  var wallOffsets: Steps<UInt64, Int64>? { wall.steps.offsets }
  var command: [[UInt8]] { live.commandBytes }

  func openRecording(at path: String) throws -> [[ProcessEvent]] {
    let recorder = try Recorder(
      Recorder.Target(path: NewFile.place(of: path), shownPath: path, command: live.commandBytes))
    return try live.add(recorder)
  }

  func startRecording(knowing tree: ProcessTree) throws { try live.startRecorder(knowing: tree) }
  func stopRecording() { live.endRecorder() }

  var clock: WallClock {
    wall.update()
    SignalWait.endable { zone.refresh() }
    zoneReadAt = lnx_boot_time()
    zone.cover(LocalZone.second(of: zoneReadAt, offset: wall.steps.offsets.latest))
    let clock = known
    reportedClock = clock
    return clock
  }

  private var known: WallClock { WallClock(offsets: wall.steps.offsets, zone: zone.offsets) }

  /// The end of the command, notices of the trace, and a changed clock: no event reports that it was set, or that
  /// summer time started.
  func news(for state: AppState) -> [Action] {
    var news: [Action] = []
    if let end = live.commandEnd() { news.append(.commandEnded(end)) }
    if let overflow = output?.overflow() { news.append(.message(overflow, isError: true)) }
    if let notice = live.mailbox.drainNotice() {
      news.append(.message(DisplayText(typed: notice.description), isError: true))
    }
    news += recordingNews()
    let before = reportedClock
    let new = lnx_boot_time() >= zoneReadAt + Self.second ? clock : known
    if let before, new != before { news.append(.clock(new)) }
    reportedClock = new
    watch(state)
    return news
  }

  /// What became of the recording.
  private func recordingNews() -> [Action] {
    guard let recorder = live.recorder else { return [] }
    var news: [Action] = recorder.news(onScreen: true).map { .message($0, isError: true) }
    var sign: RecordingSign?
    if let summary = recorder.summary {
      news += [.message("\(summary) in \(recorder.name)", isError: false), .kept]
      live.removeEndedRecorder()
    } else if !recorder.hasFailed {
      sign = RecordingSign(bytes: recorder.size, isEnding: recorder.isEnding)
    }
    if sign != shownSign { news.append(.recording(sign)) }
    shownSign = sign
    return news
  }

  /// Makes the onlooker reread the shown processes, and all processes for a new filter.
  private func watch(_ state: AppState) {
    guard let onlooker = live.onlooker, shownGeneration != state.generation else { return }
    shownGeneration = state.generation
    let now = state.shownProcesses
    guard now != shown else { return }
    if !now.filter.isEmpty, now.filter != shown.filter { onlooker.lookAtAll() }
    shown = now
    func subject(_ process: ShownProcesses.Subject) -> Onlooker.Subject {
      Onlooker.Subject(id: process.id, programTime: process.programTime)
    }
    onlooker.watch(now.selected.map(subject), now.rows.map(subject))
  }
}
