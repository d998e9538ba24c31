public import ProcessTree

/// The clock of the machine that recorded, as the times of the events tell it: where it was set, it has a step.
public struct RecordedClock: Sendable {
  /// By nanoseconds since boot: what has to be added to get nanoseconds since 1970 UTC; nil while no event had a time.
  public private(set) var offsets: Steps<UInt64, Int64>?
  /// What is not taken for a step, in nanoseconds: other programs may write times to the millisecond, or worse.
  private var tolerance: UInt64 = 10_000_000

  private static let stepLimit = 1024

  public init() {}

  /// Takes in an event. - Complexity: O(log(steps)).
  public mutating func note(_ event: RecordedEvent) {
    guard let offset = event.wallOffset else { return }
    guard let known = offsets else {
      offsets = Steps(offset)
      return
    }
    let time = event.event.time
    guard Steps<UInt64, Int64>.distance(offset, known.value(at: time)) > tolerance,
      known.lastChange.map({ time > $0 }) ?? true
    else { return }
    offsets?.append(offset, from: time)
    while let count = offsets?.count, count > Self.stepLimit, tolerance < .max / 2 {
      tolerance &*= 2
      offsets?.forget(smallerThan: tolerance)
    }
  }
}
