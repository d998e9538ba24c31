/// Every event in the order in which it came, the newest `limit` of them.
///
/// Entries are addressed by their sequence, which never changes, not by their position, which does.
public struct EventLog: Sendable {
  private struct Line: Sendable {
    let entry: LogEntry
    /// The latest moment that this entry or one before it tells of: in order, as the entries nearly are.
    let horizon: UInt64
  }

  private var lines = PagedQueue<Line>()
  /// The newest entry's, nanoseconds since boot.
  private var horizon: UInt64 = 0
  /// The most that an entry was ever behind its horizon, nanoseconds.
  private var disorder: UInt64 = 0
  /// What entries tell of up to here may be forgotten, nanoseconds since boot.
  private(set) var forgottenUntil: UInt64 = 0
  /// The most entries that are kept.
  public let limit: Int
  /// The most bytes that they take, as far as these are counted: `memory`.
  let memoryLimit: Int
  /// What the entries take in bytes, each with the arguments of its program.
  private(set) var memory = 0
  /// The sequence of the oldest entry still here; equal to `nextSequence` when there is none.
  public private(set) var firstSequence: UInt64 = 0

  init(limit: Int, memory: Int = .max) {
    self.limit = limit
    memoryLimit = memory
  }

  /// The sequence that the next entry will have: how many there ever were.
  public var nextSequence: UInt64 { firstSequence &+ UInt64(truncatingIfNeeded: lines.count) }
  /// Entries that are still here.
  public var count: Int { lines.count }
  public var isEmpty: Bool { lines.count == 0 }
  /// Entries that no longer fit.
  public var forgotten: UInt64 { firstSequence }

  /// The entry of that sequence; nil where it is forgotten or yet to come. - Complexity: O(1).
  public subscript(sequence: UInt64) -> LogEntry? {
    guard sequence >= firstSequence, sequence < nextSequence else { return nil }
    return lines[Int(truncatingIfNeeded: sequence &- firstSequence)]?.entry
  }

  /// The latest moment that any entry told of; nil while there is none. - Complexity: O(1).
  public var newestTime: UInt64? { lines.last?.horizon }

  /// All entries, oldest first. - Complexity: O(count) to copy; walk sequences where a few are enough.
  public var entries: [LogEntry] { (firstSequence..<nextSequence).compactMap { self[$0] } }

  mutating func append(_ make: (_ sequence: UInt64) -> LogEntry) -> UInt64 {
    let sequence = nextSequence
    let entry = make(sequence)
    let time = entry.time
    horizon = max(horizon, time)
    disorder = max(disorder, horizon &- min(time, entry.birth ?? .max))
    memory &+= entry.size
    lines.append(Line(entry: entry, horizon: horizon))
    while lines.count > limit || memory > memoryLimit, let gone = lines.removeFirst() {
      memory &-= gone.entry.size
      forgottenUntil = gone.horizon
      firstSequence &+= 1
    }
    return sequence
  }

  /// The entries that tell of something after one moment, up to another: what happened then, or who began then.
  /// - Complexity: O(log n), and O(1) for each of them, and for those that came too early or too late by as much as
  ///   any ever did.
  func forEachEntry(after low: UInt64, upTo high: UInt64, _ body: (LogEntry) -> Void) {
    let (limit, overflows) = high.addingReportingOverflow(disorder)
    let first = (0..<lines.count).partitioningIndex { (lines[$0]?.horizon ?? .max) > low }
    for index in first..<lines.count {
      guard let line = lines[index], overflows || line.horizon <= limit else { return }
      let entry = line.entry
      if entry.time > low, entry.time <= high {
        body(entry)
      } else if let birth = entry.birth, birth > low, birth <= high {
        body(entry)
      }
    }
  }
}
