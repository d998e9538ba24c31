import CLinux
import Events
import TUI
import Trace

/// The events of a trace.
final class LiveFeed: EventFeed {
  private static let second: UInt64 = 1_000_000_000

  private let live: LiveTrace
  private let output: HeldOutput?
  private var wall = LiveClock()
  private var zone: LocalZone
  private var zoneAskedAt = lnx_boot_time()
  private var told: WallClock?

  /// The state that `shown` was asked of.
  private var shownGeneration: UInt64?
  private var shown = ShownProcesses()

  init(_ live: LiveTrace, output: HeldOutput?) {
    self.live = live
    self.output = output
    let offset = wall.steps.offsets.latest
    let now = LocalZone.second(of: zoneAskedAt, offset: offset)
    // The zone's file may lie on a file system that does not answer.
    zone = SignalWait.endable {
      var zone = LocalZone(at: now)
      // All that runs began after the boot.
      zone.cover(LocalZone.second(of: 0, offset: offset))
      return zone
    }
  }

  var descriptor: Int32? { live.mailbox.descriptor }
  var now: UInt64 { lnx_boot_time() }

  /// Events get the clock as it is when they come: it may have been set just before them.
  func take() -> [[ProcessEvent]] {
    let events = live.mailbox.drain()
    wall.look()
    return events
  }

  var clock: WallClock {
    wall.look()
    SignalWait.endable { zone.refresh() }
    zoneAskedAt = lnx_boot_time()
    zone.cover(LocalZone.second(of: zoneAskedAt, offset: wall.steps.offsets.latest))
    let clock = known
    told = clock
    return clock
  }

  private var known: WallClock { WallClock(offsets: wall.steps.offsets, zone: zone.offsets) }

  /// That the command has ended, what came up while tracing, and another clock: nothing else tells that it was set, or
  /// that summer time began.
  func news(for state: AppState) -> [Action] {
    var news: [Action] = []
    if let end = live.commandEnd() { news.append(.message(end, isError: false)) }
    if let overflow = output?.overflow() { news.append(.message(overflow, isError: true)) }
    if let notice = live.mailbox.drainNotice() {
      news.append(.message(DisplayText(typed: notice.description), isError: true))
    }
    let before = told
    let new = lnx_boot_time() >= zoneAskedAt + Self.second ? clock : known
    if let before, new != before { news.append(.clock(new)) }
    told = new
    watch(state)
    return news
  }

  /// Has looked at again what is shown now, and everything where a new filter asks about it.
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
