internal import DequeModule

/// The displayed lines of one tree's log under a filter: derived from the log, kept beside it, and brought up to date
/// change by change, as `Outline` is for the tree.
///
/// Without a filter every entry is a line and nothing is stored.
public struct LogOutline: Sendable {
  /// What the lines are narrowed to; nil shows all.
  public private(set) var filter: Filter?
  /// The sequences of the entries that match, oldest first, while there is a filter.
  private var matches: Deque<UInt64> = []
  /// Entries that the filter has not looked at, since it asks about others: it looks at many at once.
  private var waiting: [UInt64] = []
  private static let mostWaiting = 4096
  /// While a filter is being applied: it has looked at the entries from here on.
  private var unsifted: UInt64?

  /// Shows everything; `rebuild` or `setFilter` takes in what a log already holds.
  public init() {}

  /// How many lines there are.
  public func count(in tree: ProcessTree) -> Int { filter == nil ? tree.log.count : matches.count }

  /// The entry on a line, 0 the oldest; nil beyond the ends. - Complexity: O(1).
  public func entry(at line: Int, in tree: ProcessTree) -> LogEntry? {
    guard line >= 0, line < count(in: tree) else { return nil }
    return tree.log[filter == nil ? tree.log.firstSequence &+ UInt64(truncatingIfNeeded: line) : matches[line]]
  }

  /// The line of an entry, or of the first one after it where it has none; the count where there is none after it
  /// either. - Complexity: O(log n).
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

  /// Shows only what matches; nil shows everything. - Complexity: O(log entries).
  public mutating func setFilter(_ filter: Filter?, in tree: ProcessTree) {
    self.filter = filter
    rebuild(from: tree)
  }

  /// Begins to apply a filter, which `sift` goes on with from the newest entry back. - Complexity: O(1).
  public mutating func beginFilter(_ filter: Filter?, in tree: ProcessTree) {
    self.filter = filter
    matches = []
    waiting = []
    unsifted = filter == nil ? nil : tree.log.nextSequence
  }

  /// Looks at so many entries more. - Returns: whether there are more to look at.
  public mutating func sift(_ count: Int, in tree: ProcessTree) -> Bool {
    guard let end = unsifted, let filter else { return false }
    let first = tree.log.firstSequence
    let start = end > first &+ UInt64(truncatingIfNeeded: count) ? end &- UInt64(truncatingIfNeeded: count) : first
    let evaluator = FilterEvaluator(filter)
    for sequence in (min(start, end)..<end).reversed() {
      if let entry = tree.log[sequence], evaluator.matches(entry, in: tree) { matches.prepend(sequence) }
    }
    unsifted = start > first ? start : nil
    return unsifted != nil
  }

  /// Takes in entries that another tree's log has beyond those seen, of the same machine. - Complexity: O(new entries).
  public mutating func extend(from sequence: UInt64, in tree: ProcessTree) {
    guard let filter else { return }
    update(in: tree)
    let evaluator = FilterEvaluator(filter)
    for sequence in max(sequence, tree.log.firstSequence)..<max(tree.log.nextSequence, tree.log.firstSequence) {
      if let entry = tree.log[sequence], evaluator.matches(entry, in: tree) { matches.append(sequence) }
    }
  }

  /// Derives everything anew, keeping the filter: for another tree than before. - Complexity: O(log entries).
  public mutating func rebuild(from tree: ProcessTree) {
    matches = []
    waiting = []
    unsifted = nil
    guard let filter else { return }
    let evaluator = FilterEvaluator(filter)
    for sequence in tree.log.firstSequence..<tree.log.nextSequence {
      if let entry = tree.log[sequence], evaluator.matches(entry, in: tree) { matches.append(sequence) }
    }
  }

  /// Follows one change. Every change must be noted, in order. Under a filter that asks about others the entry has its
  /// line after the next `update`. - Complexity: O(1), amortised.
  public mutating func note(_ change: TreeChange, in tree: ProcessTree) {
    guard let filter, let sequence = change.logged else { return }
    while let first = matches.first, first < tree.log.firstSequence { matches.removeFirst() }
    guard filter.asksAboutOthers else {
      if let entry = tree.log[sequence], filter.matches(entry, in: tree) { matches.append(sequence) }
      return
    }
    waiting.append(sequence)
    if waiting.count >= Self.mostWaiting { update(in: tree) }
  }

  /// Looks at entries that were noted and not looked at. - Complexity: O(their number, and the processes above theirs,
  /// each once).
  public mutating func update(in tree: ProcessTree) {
    guard let filter, !waiting.isEmpty else { return }
    let evaluator = FilterEvaluator(filter)
    for sequence in waiting {
      if let entry = tree.log[sequence], evaluator.matches(entry, in: tree) { matches.append(sequence) }
    }
    waiting.removeAll(keepingCapacity: true)
  }
}
