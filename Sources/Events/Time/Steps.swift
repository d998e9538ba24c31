/// A value that changes at some moments: it gives the value at each time.
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

  /// The value after the last change, and the time of that; nil without one.
  public var latest: Value { changes.last?.value ?? first }
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

  /// Adds a change after all others; it replaces changes that are not earlier.
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

  /// Removes changes by less than a difference: the earlier value continues.
  public mutating func forget(smallerThan difference: Value.Magnitude) {
    var value = first
    changes.removeAll { change in
      let isSmall = Self.distance(change.value, value) < difference
      if !isSmall { value = change.value }
      return isSmall
    }
  }

  /// The distance between two values, whatever their signs.
  public static func distance(_ a: Value, _ b: Value) -> Value.Magnitude {
    a > b ? Value.Magnitude(truncatingIfNeeded: a &- b) : Value.Magnitude(truncatingIfNeeded: b &- a)
  }
}
