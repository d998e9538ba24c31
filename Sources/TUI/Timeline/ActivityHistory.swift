/// What happened in the last hours: execs, nonzero exits and losses, the newer the finer.
///
/// It is a value beside the tree, so that freezing also freezes it. It asks for redrawing only while it shows values
/// above zero, so that an idle machine causes no wake-ups.
struct ActivityHistory: Hashable, Sendable {
  /// The seconds that one bar of the sparkline covers.
  static let barSeconds = 5
  /// The most bars of a timeline: each ring below remembers at least this many of the longest bars that are made of it.
  static let mostBars = 240
  /// Bars of the sparkline in the top line: a minute.
  static let sparklineBars = 12
  /// From this many execs in a second on, the rate is that of the last second; below it, the mean of ten seconds,
  /// which is steadier.
  static let busy = 10
  static let second: UInt64 = 1_000_000_000

  /// What happened in one second, or in several. Counters stop at their highest value.
  struct Counts: Hashable, Sendable {
    var execs: UInt32 = 0
    /// Exits with another code than 0, or by a signal.
    var nonzero: UInt32 = 0
    /// Lost events; counted when the loss was detected.
    var lost: UInt32 = 0

    static func + (a: Counts, b: Counts) -> Counts {
      Counts(
        execs: a.execs.addingUpToMax(b.execs), nonzero: a.nonzero.addingUpToMax(b.nonzero),
        lost: a.lost.addingUpToMax(b.lost))
    }
  }

  /// Bars of up to half a second are made of tenths, those of up to ten seconds of seconds, and longer ones of halves
  /// of a minute.
  private var tenths = CountRing(unit: second / 10, length: mostBars * 5 + 100)
  private var seconds = CountRing(unit: second, length: mostBars * 10 + 100)
  private var halfMinutes = CountRing(unit: 30 * second, length: mostBars * 2 + 40)
  /// The first and the last moment that counted anything, nanoseconds since boot.
  private(set) var firstTime: UInt64?
  private(set) var lastTime: UInt64?
  /// The last second that counted anything.
  private var lastActive: UInt64? { lastTime.map { $0 / Self.second } }

  /// - Parameter time: nanoseconds since boot. What is older than the rings is left out.
  /// - Complexity: O(1), and O(time gone by since the last one) for clearing that, at most the rings.
  mutating func count(_ more: Counts, at time: UInt64) {
    tenths.count(more, at: time)
    seconds.count(more, at: time)
    halfMinutes.count(more, at: time)
    firstTime = min(firstTime ?? time, time)
    lastTime = max(lastTime ?? 0, time)
  }

  /// What happened in one bar; bars are counted from boot, so that none ever changes its time.
  ///
  /// - Parameter step: the length of a bar in nanoseconds, one of `TimelineScale.steps`.
  func bar(_ number: Int, step: UInt64) -> Counts {
    guard number >= 0 else { return Counts() }
    let ring = step < Self.second ? tenths : step < 30 * Self.second ? seconds : halfMinutes
    let parts = step / ring.unit
    let (first, overflows) = UInt64(number).multipliedReportingOverflow(by: parts)
    return overflows || first > .max - parts ? Counts() : ring[first..<first + parts]
  }

  /// Execs per second in tenths, at `now`: of the last whole second when that was busy, else the mean of the last ten.
  func tenthsPerSecond(at now: UInt64) -> Int {
    let current = now / Self.second
    guard current > 0 else { return Int(seconds[0].execs) * 10 }
    let last = Int(seconds[current - 1].execs)
    if last >= Self.busy { return last * 10 }
    let first = current >= 9 ? current - 9 : 0
    // Ten seconds have ten tenths: their sum is the mean in tenths.
    return (first...current).reduce(0) { $0 + Int(seconds[$1].execs) }
  }

  /// The bars of the sparkline, oldest first: execs in each five seconds of the last minute.
  func bars(at now: UInt64) -> [Int] {
    let current = Int(now / Self.second) / Self.barSeconds
    return (current - Self.sparklineBars + 1...current).map {
      Int(bar($0, step: UInt64(Self.barSeconds) * Self.second).execs)
    }
  }

  /// When the rate and the sparkline change only because time passes, strictly after `now`; nil if they show only
  /// zeros.
  func nextChange(after now: UInt64) -> UInt64? {
    let current = now / Self.second
    let shown = UInt64((Self.sparklineBars + 1) * Self.barSeconds)
    guard wasActive(within: shown, of: current) else { return nil }
    let isBusy = [current, max(current, 1) - 1].contains { Int(seconds[$0].execs) >= Self.busy }
    let step = isBusy ? 1 : UInt64(Self.barSeconds)
    let (next, overflows) = ((current / step + 1) * step).multipliedReportingOverflow(by: Self.second)
    return overflows ? nil : next
  }

  /// Whether anything happened less than `seconds` before a second. The clock of a recording may be anywhere: what lies
  /// that far in the future is not waited for either.
  func wasActive(within seconds: UInt64, of second: UInt64) -> Bool {
    guard let lastActive else { return false }
    return (lastActive < second ? second - lastActive : lastActive - second) < seconds
  }
}

extension UInt32 {
  fileprivate func addingUpToMax(_ other: UInt32) -> UInt32 {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? .max : sum
  }
}
