/// How many processes of a subtree ran at each moment.
///
/// A process counts while it runs and none of its children does: a make that waits for its compilers, and the shell
/// that waits for the make, do not. So while the root runs the number is at least 1. A program that sleeps counts.
public struct Concurrency: Sendable {
  /// The time that is looked at, nanoseconds since boot.
  public let start: UInt64
  public let end: UInt64
  /// The moments at which the number changes, and the number from there on.
  private var times: ContiguousArray<UInt64> = []
  private var counts: ContiguousArray<Int> = []
  /// The sum up to each moment of number × nanoseconds; it may wrap with the numbers of a forged recording.
  private var sums: ContiguousArray<UInt64> = []

  /// - Complexity: O(n log n).
  public init(of runs: SubtreeRuns) {
    (start, end) = (runs.start, runs.end)
    var starts: ContiguousArray<UInt64> = []
    var ends: ContiguousArray<UInt64> = []
    for run in runs.runs.indices {
      runs.forEachLeafTime(of: run) { from, until in
        starts.append(from)
        ends.append(until)
      }
    }
    starts.sort()
    ends.sort()
    var (next, ended, count) = (0, 0, 0)
    // Each stretch ends later than it starts, so `ends` is never used up first.
    while ended < ends.count {
      let time = next < starts.count ? min(starts[next], ends[ended]) : ends[ended]
      while next < starts.count, starts[next] == time {
        (count, next) = (count &+ 1, next &+ 1)
      }
      while ended < ends.count, ends[ended] == time {
        (count, ended) = (count &- 1, ended &+ 1)
      }
      append(count, from: time)
    }
  }

  private mutating func append(_ count: Int, from time: UInt64) {
    if counts.last == count { return }
    let sum =
      times.isEmpty
      ? 0
      : sums[sums.count &- 1]
        &+ UInt64(truncatingIfNeeded: counts[counts.count &- 1]) &* (time &- times[times.count &- 1])
    times.append(time)
    counts.append(count)
    sums.append(sum)
  }

  /// The highest number.
  public var most: Int { counts.max() ?? 0 }

  /// How long each number of processes ran: the number, and nanoseconds. Without those that never occurred.
  /// - Complexity: O(changes).
  public var shares: [(count: Int, time: UInt64)] {
    var result: [Int: UInt64] = [:]
    for index in counts.indices.dropLast() {
      result[counts[index], default: 0] &+= times[index &+ 1] &- times[index]
    }
    return result.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The sum of number × nanoseconds between two moments: how long the processes ran together.
  /// - Complexity: O(log changes).
  public func time(from first: UInt64, until last: UInt64) -> UInt64 {
    first < last ? sum(upTo: last) &- sum(upTo: first) : 0
  }

  /// The mean number between two moments, in tenths. - Complexity: O(log changes).
  public func tenths(from first: UInt64, until last: UInt64) -> Int {
    guard first < last else { return 0 }
    return Int(clamping: time(from: first, until: last).scaled(by: 10, over: last &- first))
  }

  private func sum(upTo time: UInt64) -> UInt64 {
    let place = times.partitioningIndex { $0 > time } &- 1
    guard place >= 0 else { return 0 }
    return sums[place] &+ UInt64(truncatingIfNeeded: counts[place]) &* (time &- times[place])
  }
}

extension SubtreeRuns {
  /// Calls `body` with each stretch of time in which a process ran and none of its children did, in order.
  /// - Parameter onlyWaited: leaves out the children for which it did not wait.
  func forEachLeafTime(of run: Int, onlyWaited: Bool = false, _ body: (UInt64, UInt64) -> Void) {
    var from = max(runs[run].start, start)
    let last = min(runs[run].end, end)
    for tie in ties(of: run) where tie.isWaited || !onlyWaited {
      if tie.from > from { body(from, tie.from) }
      from = max(from, tie.until)
    }
    if from < last { body(from, last) }
  }
}

extension UInt64 {
  /// This × factor ÷ divisor, rounded to the nearest; the greatest number where it overflows, and for a divisor of 0.
  func scaled(by factor: UInt64, over divisor: UInt64) -> UInt64 {
    guard divisor > 0 else { return .max }
    let product = multipliedFullWidth(by: factor)
    guard product.high < divisor else { return .max }
    let (quotient, rest) = divisor.dividingFullWidth(product)
    return rest >= divisor &- rest && quotient < .max ? quotient &+ 1 : quotient
  }
}
