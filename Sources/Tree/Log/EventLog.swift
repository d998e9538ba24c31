internal import DequeModule

/// The newest `limit` events, in the order in which they arrived.
///
/// An entry is addressed by its sequence, which never changes. Its position changes.
public struct EventLog: Sendable {
  private struct Line: Sendable {
    var entry: LogEntry
    /// The latest time of this entry and all earlier ones. It never decreases, while the entries' own times may.
    let horizon: UInt64
  }

  private var lines = PagedQueue<Line>()
  /// The sequences of the entries that show a failure, oldest first.
  private var failures: Deque<UInt64> = []
  /// The horizon of the newest entry, in nanoseconds since boot.
  private var horizon: UInt64 = 0
  /// The largest difference between an entry's horizon and its time, in nanoseconds.
  private var disorder: UInt64 = 0
  /// Entries up to this time may have been forgotten, in nanoseconds since boot.
  private(set) var forgottenUntil: UInt64 = 0
  /// The most entries to keep.
  public let limit: Int
  /// The most bytes of entries to keep, as counted by `memory`.
  let memoryLimit: Int
  /// The size of the entries in bytes, each with the arguments of its program.
  private(set) var memory = 0
  /// The sequence of the oldest entry; equal to `nextSequence` where there is none.
  public private(set) var firstSequence: UInt64 = 0

  init(limit: Int, memory: Int = .max) {
    self.limit = limit
    memoryLimit = memory
  }

  /// The sequence of the next entry, which is the number of entries ever added.
  public var nextSequence: UInt64 { firstSequence &+ UInt64(truncatingIfNeeded: lines.count) }
  /// How many entries are kept.
  public var count: Int { lines.count }
  /// Whether no entries are kept.
  public var isEmpty: Bool { lines.count == 0 }
  /// How many entries were forgotten.
  public var forgotten: UInt64 { firstSequence }

  /// The entry of a sequence; nil where it is forgotten or not added yet. - Complexity: O(1).
  public subscript(sequence: UInt64) -> LogEntry? {
    guard sequence >= firstSequence, sequence < nextSequence else { return nil }
    return lines[Int(truncatingIfNeeded: sequence &- firstSequence)]?.entry
  }

  /// The latest time of any entry; nil before the first. - Complexity: O(1).
  public var newestTime: UInt64? { lines.last?.horizon }

  /// All entries, oldest first. - Complexity: O(count), for a copy; use sequences for a few entries.
  public var entries: [LogEntry] { (firstSequence..<nextSequence).compactMap { self[$0] } }

  mutating func append(_ make: (_ sequence: UInt64) -> LogEntry) -> UInt64 {
    let sequence = nextSequence
    let entry = make(sequence)
    let time = entry.time
    horizon = max(horizon, time)
    disorder = max(disorder, horizon &- min(time, entry.birth ?? .max))
    memory &+= entry.size
    lines.append(Line(entry: entry, horizon: horizon))
    if entry.isFailure { failures.append(sequence) }
    while lines.count > limit || memory > memoryLimit, let gone = lines.removeFirst() {
      memory &-= gone.entry.size
      forgottenUntil = gone.horizon
      firstSequence &+= 1
    }
    while let first = failures.first, first < firstSequence { failures.removeFirst() }
    return sequence
  }

  /// Calls `body` with the entries that report something after one moment and up to another: an event, or the start of
  /// a process.
  /// - Complexity: O(log n), and O(1) for each of these entries and for each entry within `disorder` of them.
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

// MARK: - Failures

extension EventLog {
  /// How many entries show a failure (`LogEntry.isFailure`). - Complexity: O(1).
  public var failureCount: Int { failures.count }

  /// The sequence of the first failure after an entry, or from the oldest on; nil where there is none.
  /// - Complexity: O(log n).
  public func firstFailure(after sequence: UInt64?) -> UInt64? {
    guard let sequence else { return failures.first }
    let place = failures.partitioningIndex { $0 > sequence }
    return place < failures.count ? failures[place] : nil
  }

  /// The sequence of the last failure before an entry, or up to the newest; nil where there is none.
  /// - Complexity: O(log n).
  public func lastFailure(before sequence: UInt64?) -> UInt64? {
    guard let sequence else { return failures.last }
    let place = failures.partitioningIndex { $0 >= sequence }
    return place > 0 ? failures[place &- 1] : nil
  }

  /// Adds a try to a search. - Returns: false if the entry of its first try is forgotten.
  mutating func addTry(to sequence: UInt64, _ errno: Int32) -> Bool {
    update(sequence) { $0.addTry(errno) }
  }

  /// Makes the entry of a search no failure, because a program was executed after it.
  mutating func setFound(_ sequence: UInt64) {
    guard update(sequence, { $0.setFound() }) else { return }
    let place = failures.partitioningIndex { $0 >= sequence }
    if place < failures.count, failures[place] == sequence { failures.remove(at: place) }
  }

  private mutating func update(_ sequence: UInt64, _ change: (inout LogEntry) -> Void) -> Bool {
    guard sequence >= firstSequence, sequence < nextSequence else { return false }
    lines.update(Int(truncatingIfNeeded: sequence &- firstSequence)) { change(&$0.entry) }
    return true
  }
}
