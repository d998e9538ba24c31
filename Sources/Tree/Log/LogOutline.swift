internal import DequeModule
public import Filtering

/// The displayed lines of a tree's log under a filter: derived from the log, stored beside it, and updated change by
/// change, as `Outline` is for the tree.
///
/// Without a filter every entry is a line, and nothing is stored.
public struct LogOutline: Sendable {
  /// The filter; nil shows all entries.
  public private(set) var filter: Filter?
  /// The sequences of the entries that match, oldest first, while there is a filter.
  private var matches: Deque<UInt64> = []
  /// Entries that the filter has not evaluated yet: if it depends on other processes, it evaluates many at once.
  private var waiting: [UInt64] = []
  private static let mostWaiting = 4096
  /// While a filter is being applied, the first entry that it has evaluated; it goes backwards.
  private var unfilteredEnd: UInt64?

  /// An outline that shows everything. `rebuild` or `setFilter` adds the entries of a log.
  public init() {}

  /// The number of lines. - Complexity: O(1).
  public func count(in tree: ProcessTree) -> Int { filter == nil ? tree.log.count : matches.count }

  /// The entry on a line, 0 for the oldest; nil beyond the ends. - Complexity: O(1).
  public func entry(at line: Int, in tree: ProcessTree) -> LogEntry? {
    guard line >= 0, line < count(in: tree) else { return nil }
    return tree.log[filter == nil ? tree.log.firstSequence &+ UInt64(truncatingIfNeeded: line) : matches[line]]
  }

  /// The line of an entry, or of the first displayed entry after it; the number of lines where there is none.
  /// - Complexity: O(log n).
  public func line(of sequence: UInt64, in tree: ProcessTree) -> Int {
    guard filter != nil else {
      let first = tree.log.firstSequence
      return sequence < first
        ? 0 : Int(truncatingIfNeeded: min(sequence &- first, UInt64(truncatingIfNeeded: tree.log.count)))
    }
    var low = 0
    var high = matches.count
    while low < high {
      let middle = (low &+ high) >> 1
      if matches[middle] < sequence { low = middle &+ 1 } else { high = middle }
    }
    return low
  }

  /// Shows only entries that match; nil shows all. - Complexity: O(log entries).
  public mutating func setFilter(_ filter: Filter?, in tree: ProcessTree) {
    self.filter = filter
    rebuild(from: tree)
  }

  /// Starts to apply a filter; `continueFilter` evaluates the entries, from the newest to the oldest. - Complexity:
  /// O(1).
  public mutating func startFilter(_ filter: Filter?, in tree: ProcessTree) {
    self.filter = filter
    matches = []
    waiting = []
    unfilteredEnd = filter == nil ? nil : tree.log.nextSequence
  }

  /// Evaluates the next `count` entries. - Returns: whether there are more.
  public mutating func continueFilter(_ count: Int, in tree: ProcessTree) -> Bool {
    guard let end = unfilteredEnd, let filter else { return false }
    let first = tree.log.firstSequence
    let start = end > first &+ UInt64(truncatingIfNeeded: count) ? end &- UInt64(truncatingIfNeeded: count) : first
    let evaluator = FilterEvaluator(filter)
    for sequence in (min(start, end)..<end).reversed() {
      if let entry = tree.log[sequence], evaluator.matches(entry, in: tree) { matches.prepend(sequence) }
    }
    unfilteredEnd = start > first ? start : nil
    return unfilteredEnd != nil
  }

  /// Adds the entries of another tree's log, starting with a sequence. Both trees must show the same recording.
  /// - Complexity: O(new entries).
  public mutating func extend(from sequence: UInt64, in tree: ProcessTree) {
    guard let filter else { return }
    update(in: tree)
    let evaluator = FilterEvaluator(filter)
    for sequence in max(sequence, tree.log.firstSequence)..<max(tree.log.nextSequence, tree.log.firstSequence) {
      if let entry = tree.log[sequence], evaluator.matches(entry, in: tree) { matches.append(sequence) }
    }
  }

  /// Derives all lines from another tree, with the same filter. - Complexity: O(log entries).
  public mutating func rebuild(from tree: ProcessTree) {
    matches = []
    waiting = []
    unfilteredEnd = nil
    guard let filter else { return }
    let evaluator = FilterEvaluator(filter)
    for sequence in tree.log.firstSequence..<tree.log.nextSequence {
      if let entry = tree.log[sequence], evaluator.matches(entry, in: tree) { matches.append(sequence) }
    }
  }

  /// Applies one change. Call it for every change, in order. Under a filter that depends on other processes, the new
  /// entry gets its line by the next `update`. - Complexity: O(1), amortised.
  public mutating func apply(_ change: TreeChange, in tree: ProcessTree) {
    guard let filter, let sequence = change.logged else { return }
    while let first = matches.first, first < tree.log.firstSequence { matches.removeFirst() }
    guard filter.asksAboutOthers else {
      if let entry = tree.log[sequence], filter.matches(entry, in: tree) { matches.append(sequence) }
      return
    }
    waiting.append(sequence)
    if waiting.count >= Self.mostWaiting { update(in: tree) }
  }

  /// Evaluates the applied entries that are not evaluated yet. - Complexity: O(their number, and the ancestors of their
  /// processes, each once).
  public mutating func update(in tree: ProcessTree) {
    guard let filter, !waiting.isEmpty else { return }
    let evaluator = FilterEvaluator(filter)
    for sequence in waiting {
      if let entry = tree.log[sequence], evaluator.matches(entry, in: tree) { matches.append(sequence) }
    }
    waiting.removeAll(keepingCapacity: true)
  }
}
