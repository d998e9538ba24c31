internal import DequeModule

/// Every event in the order in which it came, the newest `limit` of them.
///
/// Entries are addressed by their sequence, which never changes, not by their position, which does.
public struct EventLog: Sendable {
  private var ring: Deque<LogEntry> = []
  /// The most entries that are kept.
  public let limit: Int
  /// The sequence of the oldest entry still here; equal to `nextSequence` when there is none.
  public private(set) var firstSequence: UInt64 = 0

  init(limit: Int) { self.limit = limit }

  /// The sequence that the next entry will have: how many there ever were.
  public var nextSequence: UInt64 { firstSequence + UInt64(ring.count) }
  /// Entries that are still here.
  public var count: Int { ring.count }
  public var isEmpty: Bool { ring.isEmpty }
  /// Entries that no longer fit.
  public var forgotten: UInt64 { firstSequence }

  /// The entry of that sequence; nil where it is forgotten or yet to come. - Complexity: O(1).
  public subscript(sequence: UInt64) -> LogEntry? {
    guard sequence >= firstSequence, sequence < nextSequence else { return nil }
    return ring[Int(sequence - firstSequence)]
  }

  /// All entries, oldest first. - Complexity: O(count) to copy; walk sequences where a few are enough.
  public var entries: [LogEntry] { Array(ring) }

  mutating func append(_ make: (_ sequence: UInt64) -> LogEntry) -> UInt64 {
    let sequence = nextSequence
    ring.append(make(sequence))
    if ring.count > limit {
      ring.removeFirst()
      firstSequence += 1
    }
    return sequence
  }
}
