/// Execs per second over the last minute: one counter for each second, in a ring.
///
/// It is a value beside the tree, so that freezing holds it still too. It asks to be drawn again only while something
/// in the last minute is not zero, so that a quiet machine wakes nobody.
struct ExecRate: Hashable, Sendable {
  /// Seconds in the ring, and the seconds that one bar of the sparkline stands for.
  static let span = 60
  static let barSeconds = 5
  /// From this many execs in a second on, that second alone is the rate; below it the mean of ten is, which jumps less.
  static let busy = 10
  static let second: UInt64 = 1_000_000_000

  private var counts: [Int] = Array(repeating: 0, count: span)
  /// The second (since boot) of the newest counter.
  private var newest: UInt64 = 0
  /// The last second that counted anything.
  private var lastActive: UInt64?

  mutating func count(at time: UInt64) {
    let second = time / Self.second
    advance(to: second)
    guard newest - second < Self.span else { return }
    counts[Int(second % UInt64(Self.span))] += 1
    lastActive = max(lastActive ?? 0, second)
  }

  /// Clears the seconds that passed without any. - Complexity: O(60) at most.
  private mutating func advance(to second: UInt64) {
    guard second > newest else { return }
    let passed = min(second - newest, UInt64(Self.span))
    for offset in 0..<passed { counts[Int((second - offset) % UInt64(Self.span))] = 0 }
    newest = second
  }

  private func value(_ second: UInt64) -> Int {
    guard second <= newest, newest - second < Self.span else { return 0 }
    return counts[Int(second % UInt64(Self.span))]
  }

  /// Execs per second in tenths, at `now`: of the last whole second when that was busy, else the mean of the last ten.
  func tenthsPerSecond(at now: UInt64) -> Int {
    let current = now / Self.second
    guard current > 0 else { return value(0) * 10 }
    let last = value(current - 1)
    if last >= Self.busy { return last * 10 }
    let first = current >= 9 ? current - 9 : 0
    let sum = (first...current).reduce(0) { $0 + value($1) }
    // Ten seconds have ten tenths: their sum is the mean in tenths.
    return sum
  }

  /// The bars of the sparkline, oldest first: execs in each five seconds, aligned so that a bar never changes its seconds.
  func bars(at now: UInt64) -> [Int] {
    let bars = Self.span / Self.barSeconds
    let currentBar = Int(now / Self.second) / Self.barSeconds
    return (0..<bars).map { index in
      let bar = currentBar - (bars - 1 - index)
      guard bar >= 0 else { return 0 }
      return (0..<Self.barSeconds).reduce(0) { $0 + value(UInt64(bar * Self.barSeconds + $1)) }
    }
  }

  /// When what it shows changes by time alone, strictly after `now`; nil when it shows nothing but zeros.
  func nextChange(after now: UInt64) -> UInt64? {
    let current = now / Self.second
    let shown = UInt64(Self.span + Self.barSeconds)
    // The clock of a recording may be anywhere: what lies in the far future is not waited for.
    guard let lastActive, lastActive < current ? current - lastActive < shown : lastActive - current < shown else {
      return nil
    }
    let isBusy = value(current) >= Self.busy || (current > 0 && value(current - 1) >= Self.busy)
    let step = isBusy ? 1 : UInt64(Self.barSeconds)
    let (next, overflows) = ((current / step + 1) * step).multipliedReportingOverflow(by: Self.second)
    return overflows ? nil : next
  }
}
