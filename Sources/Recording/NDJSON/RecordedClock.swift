public import Events

/// The wall clock of the recording machine, derived from the times of the events. It has a step where the clock was
/// set.
public struct RecordedClock: Sendable {
  /// The offset from nanoseconds since boot to nanoseconds since 1970 UTC; nil while no event had a `ts`.
  public private(set) var offsets: Steps<UInt64, Int64>?
  /// Smaller differences are no steps, in nanoseconds: other programs may write times to the millisecond, or coarser.
  private var tolerance: UInt64 = 10_000_000

  private static let stepLimit = 1024

  /// A clock without readings.
  public init() {}

  /// Adds the times of an event. - Complexity: O(log(steps)).
  public mutating func observe(_ event: RecordedEvent) {
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
