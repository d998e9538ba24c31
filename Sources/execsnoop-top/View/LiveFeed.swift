import CLinux
import ProcessTree
import TUI
import Trace

/// The events of a trace, as the kernel tells of them.
final class LiveFeed: EventFeed {
  private static let second: UInt64 = 1_000_000_000

  private let live: LiveTrace
  private let output: HeldOutput?
  private var knownClock = WallTime.clock()
  private var clockAskedAt = lnx_boot_time()

  init(_ live: LiveTrace, output: HeldOutput?) {
    self.live = live
    self.output = output
  }

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
    if let overflow = output?.overflow() { news.append(.message(overflow, isError: true)) }
    if lnx_boot_time() >= clockAskedAt + Self.second {
      let known = knownClock
      let new = clock
      if new.wasSet(since: known) { news.append(.clock(new)) } else { knownClock = known }
    }
    return news
  }
}
