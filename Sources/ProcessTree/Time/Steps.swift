/// A value that changes now and then, with the moments at which it does: what it was at each time.
public struct Steps<Time: FixedWidthInteger & Sendable, Value: FixedWidthInteger & Sendable>: Hashable, Sendable {
  private struct Change: Hashable {
    var from: Time
    var value: Value
  }

  /// More changes than this are not kept: the oldest half is dropped, as if what came after it had held before.
  private static var limit: Int { 4096 }

  /// Before the first change.
  private var first: Value
  private var changes: [Change] = []

  /// The same value at all times.
  public init(_ value: Value) { first = value }

  /// The value after the last change, and when that was; nil without one.
  public var latest: Value { changes.last?.value ?? first }
  public var lastChange: Time? { changes.last?.from }
  /// How often it changes.
  public var count: Int { changes.count }

  /// The value at a time. - Complexity: O(log(changes)).
  public func value(at time: Time) -> Value {
    // Nearly always it is the last one that is asked for.
    guard let last = changes.last, time < last.from else { return latest }
    var low = 0
    var high = changes.count
    while low < high {
      let middle = (low &+ high) / 2
      if changes[middle].from <= time { low = middle &+ 1 } else { high = middle }
    }
    return low == 0 ? first : changes[low &- 1].value
  }

  /// Adds a change behind all others; one that is not later than the last takes its place.
  public mutating func append(_ value: Value, from time: Time) {
    while let last = changes.last, last.from >= time { changes.removeLast() }
    guard value != latest else { return }
    if changes.count >= Self.limit {
      first = changes[Self.limit / 2 &- 1].value
      changes.removeFirst(Self.limit / 2)
    }
    changes.append(Change(from: time, value: value))
  }

  /// Says that it was another value before a time that lies before all changes.
  public mutating func prepend(_ value: Value, before time: Time) {
    guard value != first, changes.first.map({ time < $0.from }) ?? true, changes.count < Self.limit else { return }
    changes.insert(Change(from: time, value: first), at: 0)
    first = value
  }

  /// Drops the changes that are smaller than a difference: what was before holds on instead.
  public mutating func forget(smallerThan difference: Value.Magnitude) {
    var value = first
    changes.removeAll { change in
      let isSmall = Self.distance(change.value, value) < difference
      if !isSmall { value = change.value }
      return isSmall
    }
  }

  /// How far two values are apart, whatever their signs.
  public static func distance(_ a: Value, _ b: Value) -> Value.Magnitude {
    a > b ? Value.Magnitude(truncatingIfNeeded: a &- b) : Value.Magnitude(truncatingIfNeeded: b &- a)
  }
}
