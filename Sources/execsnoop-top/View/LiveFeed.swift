import CLinux
import ProcessTree
import TUI
import Trace

/// The events of a trace, as the kernel tells of them.
final class LiveFeed: EventFeed {
  private static let second: UInt64 = 1_000_000_000

  private let live: LiveTrace
  private var knownClock = WallTime.clock()
  private var clockAskedAt = lnx_boot_time()

  /// The state that `shown` was asked of.
  private var shownGeneration: UInt64?
  private var shown = ShownProcesses()

  init(_ live: LiveTrace) { self.live = live }

  var descriptor: Int32? { live.mailbox.descriptor }
  func take() -> [ProcessEvent] { live.mailbox.take() }
  var now: UInt64 { lnx_boot_time() }

  var clock: WallClock {
    knownClock = WallTime.clock()
    clockAskedAt = lnx_boot_time()
    return knownClock
  }

  /// That the command has ended, and another clock: nothing else tells that it was set, or that daylight saving began.
  func news(for state: AppState) -> [Action] {
    var news: [Action] = []
    if let end = live.commandEnd(leave: state.keyName(.quit)) { news.append(.message(end, isError: false)) }
    if lnx_boot_time() >= clockAskedAt + Self.second {
      let known = knownClock
      let new = clock
      if new.wasSet(since: known) { news.append(.clock(new)) } else { knownClock = known }
    }
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
