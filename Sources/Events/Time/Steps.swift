/// A value that changes at certain times, and that can be looked up for each time.
public struct Steps<Time: FixedWidthInteger & Sendable, Value: FixedWidthInteger & Sendable>: Hashable, Sendable {
  private struct Change: Hashable {
    var from: Time
    var value: Value
  }

  /// The most changes to keep. The oldest half is dropped, as if the value after it had applied before.
  private static var limit: Int { 4096 }

  /// The value before the first change.
  private var first: Value
  private var changes: [Change] = []

  /// A value without changes.
  public init(_ value: Value) { first = value }

  /// The value after the last change.
  public var latest: Value { changes.last?.value ?? first }
  /// The time of the last change; nil without one.
  public var lastChange: Time? { changes.last?.from }
  /// The number of changes.
  public var count: Int { changes.count }

  /// The value at a time. - Complexity: O(log(changes)).
  public func value(at time: Time) -> Value {
    // Most calls ask for the latest value.
    guard let last = changes.last, time < last.from else { return latest }
    var low = 0
    var high = changes.count
    while low < high {
      let middle = (low &+ high) / 2
      if changes[middle].from <= time { low = middle &+ 1 } else { high = middle }
    }
    return low == 0 ? first : changes[low &- 1].value
  }

  /// Adds a change, and removes all changes that are not earlier.
  public mutating func append(_ value: Value, from time: Time) {
    while let last = changes.last, last.from >= time { changes.removeLast() }
    guard value != latest else { return }
    if changes.count >= Self.limit {
      first = changes[Self.limit / 2 &- 1].value
      changes.removeFirst(Self.limit / 2)
    }
    changes.append(Change(from: time, value: value))
  }

  /// Sets another value for the time before all changes.
  public mutating func prepend(_ value: Value, before time: Time) {
    guard value != first, changes.first.map({ time < $0.from }) ?? true, changes.count < Self.limit else { return }
    changes.insert(Change(from: time, value: first), at: 0)
    first = value
  }

  /// Removes changes smaller than a difference; the earlier value continues.
  public mutating func forget(smallerThan difference: Value.Magnitude) {
    var value = first
    changes.removeAll { change in
      let isSmall = Self.distance(change.value, value) < difference
      if !isSmall { value = change.value }
      return isSmall
    }
  }

  /// The absolute difference of two values.
  public static func distance(_ a: Value, _ b: Value) -> Value.Magnitude {
    a > b ? Value.Magnitude(truncatingIfNeeded: a &- b) : Value.Magnitude(truncatingIfNeeded: b &- a)
  }
}

/// The offsets of the wall clock from the boot clock, over time.
///
/// The offset is constant, since both clocks are slewed alike, until the wall clock is set (by hand, or by NTP after a
/// resume). Earlier events keep their times, and later ones get new ones.
public struct ClockSteps: Sendable {
  /// A reading of both clocks, which cannot be exactly simultaneous.
  public struct Reading: Sendable {
    /// The wall clock minus the boot clock, in nanoseconds.
    public var offset: Int64
    /// The possible error of the offset, in nanoseconds.
    public var error: UInt64
    /// When it was, in nanoseconds since boot.
    public var time: UInt64

    /// A reading.
    public init(offset: Int64, error: UInt64, time: UInt64) {
      self.offset = offset
      self.error = error
      self.time = time
    }
  }

  /// The offset from nanoseconds since boot to nanoseconds since 1970 UTC, by time since boot.
  public private(set) var offsets: Steps<UInt64, Int64>
  /// The most exact reading since the last step.
  private var known: Reading
  /// The time of the last reading.
  private var lookedAt: UInt64

  /// The offsets after a first reading.
  public init(_ reading: Reading) {
    offsets = Steps(reading.offset)
    known = reading
    lookedAt = reading.time
  }

  /// Adds a reading. A step happened after the last reading, so all events since then get the new offset.
  /// - Returns: whether the clock was set.
  @discardableResult
  public mutating func observe(_ reading: Reading) -> Bool {
    defer { lookedAt = max(lookedAt, reading.time) }
    let moved = Steps<UInt64, Int64>.distance(reading.offset, known.offset)
    let (error, overflows) = reading.error.addingReportingOverflow(known.error)
    guard moved > (overflows ? .max : error) else {
      if reading.error < known.error { known = reading }
      return false
    }
    offsets.append(reading.offset, from: lookedAt == .max ? .max : lookedAt &+ 1)
    known = reading
    return true
  }
}
