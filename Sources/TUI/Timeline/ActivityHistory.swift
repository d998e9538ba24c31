/// What happened in each second of the last quarter of an hour: execs, failed execs and losses, in a ring.
///
/// It is a value beside the tree, so that freezing also freezes it. It asks for redrawing only while it shows values
/// above zero, so that an idle machine causes no wake-ups.
struct ActivityHistory: Hashable, Sendable {
  /// Seconds in the ring: a quarter of an hour, and the current minute.
  static let span = 960
  /// The seconds that one bar covers, here and in the timeline.
  static let barSeconds = 5
  /// Bars of the sparkline in the top line: a minute.
  static let sparklineBars = 12
  /// From this many execs in a second on, the rate is that of the last second; below it, the mean of ten seconds,
  /// which is steadier.
  static let busy = 10
  static let second: UInt64 = 1_000_000_000

  /// What happened in one second, or in several. Counters stop at their highest value.
  struct Counts: Hashable, Sendable {
    var execs: UInt32 = 0
    var failed: UInt32 = 0
    /// Lost events; counted when the loss was detected.
    var lost: UInt32 = 0

    static func + (a: Counts, b: Counts) -> Counts {
      Counts(
        execs: a.execs.addingUpToMax(b.execs), failed: a.failed.addingUpToMax(b.failed),
        lost: a.lost.addingUpToMax(b.lost))
    }
  }

  private var counts = Array(repeating: Counts(), count: span)
  /// The second (since boot) of the newest counter.
  private var newest: UInt64 = 0
  /// The last second that counted anything.
  private(set) var lastActive: UInt64?

  /// - Parameter time: nanoseconds since boot. What is older than the ring is left out.
  /// - Complexity: O(1), and O(seconds gone by since the last one) for clearing those, at most `span`.
  mutating func count(_ more: Counts, at time: UInt64) {
    let second = time / Self.second
    advance(to: second)
    guard newest - second < Self.span else { return }
    let index = Int(second % UInt64(Self.span))
    counts[index] = counts[index] + more
    lastActive = max(lastActive ?? 0, second)
  }

  private mutating func advance(to second: UInt64) {
    guard second > newest else { return }
    let passed = min(second - newest, UInt64(Self.span))
    for offset in 0..<passed { counts[Int((second - offset) % UInt64(Self.span))] = Counts() }
    newest = second
  }

  private subscript(second: UInt64) -> Counts {
    guard second <= newest, newest - second < Self.span else { return Counts() }
    return counts[Int(second % UInt64(Self.span))]
  }

  /// What happened in the seconds of one bar; bars are counted from boot, so that none ever changes its seconds.
  func bar(_ number: Int) -> Counts {
    guard number >= 0 else { return Counts() }
    let first = UInt64(number) * UInt64(Self.barSeconds)
    return (0..<UInt64(Self.barSeconds)).reduce(Counts()) { $0 + self[first + $1] }
  }

  /// Execs per second in tenths, at `now`: of the last whole second when that was busy, else the mean of the last ten.
  func tenthsPerSecond(at now: UInt64) -> Int {
    let current = now / Self.second
    guard current > 0 else { return Int(self[0].execs) * 10 }
    let last = Int(self[current - 1].execs)
    if last >= Self.busy { return last * 10 }
    let first = current >= 9 ? current - 9 : 0
    // Ten seconds have ten tenths: their sum is the mean in tenths.
    return (first...current).reduce(0) { $0 + Int(self[$1].execs) }
  }

  /// The bars of the sparkline, oldest first: execs in each five seconds of the last minute.
  func bars(at now: UInt64) -> [Int] {
    let current = Int(now / Self.second) / Self.barSeconds
    return (current - Self.sparklineBars + 1...current).map { Int(bar($0).execs) }
  }

  /// When the rate and the sparkline change only because time passes, strictly after `now`; nil if they show only
  /// zeros.
  func nextChange(after now: UInt64) -> UInt64? {
    let current = now / Self.second
    let shown = UInt64((Self.sparklineBars + 1) * Self.barSeconds)
    guard wasActive(within: shown, of: current) else { return nil }
    let isBusy = [current, max(current, 1) - 1].contains { Int(self[$0].execs) >= Self.busy }
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
