internal import DequeModule
public import Filtering

/// The displayed lines of a tree's log under a filter: derived from the log, stored beside it, and updated change by
/// change, as `Outline` is for the tree.
///
/// Without a filter every entry is a line, except the later tries of a search for a program (`LogEntry.isLaterTry`): these
/// are stored. Under a filter a later try is a line only if it matches and the first try of its search does not.
public struct LogOutline: Sendable {
  /// The filter; nil shows all entries.
  public private(set) var filter: Filter?
  /// The sequences of the entries that match, oldest first, while there is a filter.
  private var matches: Deque<UInt64> = []
  /// The sequences of the remembered later tries, oldest first, with any filter.
  private var laterTries: Deque<UInt64> = []
  /// Entries that the filter has not evaluated yet: if it depends on other processes, it evaluates many at once.
  private var waiting: [UInt64] = []
  private static let mostWaiting = 4096
  /// While a filter is being applied, the first entry that it has evaluated; it goes backwards.
  private var unfilteredEnd: UInt64?

  /// An outline that shows everything. `rebuild` or `setFilter` adds the entries of a log.
  public init() {}

  /// The number of lines. - Complexity: O(1).
  public func count(in tree: ProcessTree) -> Int {
    filter == nil ? tree.log.count &- laterTries.count : matches.count
  }

  /// The entry on a line, 0 for the oldest; nil beyond the ends. - Complexity: O(log n).
  public func entry(at line: Int, in tree: ProcessTree) -> LogEntry? {
    guard line >= 0, line < count(in: tree) else { return nil }
    guard filter == nil else { return tree.log[matches[line]] }
    // The later tries before it are those with no more than `line` lines before them.
    let first = tree.log.firstSequence
    let skipped = laterTries.indices.partitioningIndex { place in
      Int(truncatingIfNeeded: laterTries[place] &- first) &- place > line
    }
    return tree.log[first &+ UInt64(truncatingIfNeeded: line &+ skipped)]
  }

  /// The line of an entry, or of the first displayed entry after it; the number of lines where there is none.
  /// - Complexity: O(log n).
  public func line(of sequence: UInt64, in tree: ProcessTree) -> Int {
    guard filter != nil else {
      let first = tree.log.firstSequence
      guard sequence > first else { return 0 }
      let before = Int(truncatingIfNeeded: min(sequence &- first, UInt64(truncatingIfNeeded: tree.log.count)))
      return before &- laterTries.partitioningIndex { $0 >= sequence }
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
    for sequence in (min(start, end)..<end).reversed() where isLine(sequence, evaluator, in: tree) {
      matches.prepend(sequence)
    }
    unfilteredEnd = start > first ? start : nil
    return unfilteredEnd != nil
  }

  /// Adds the entries of another tree's log, starting with a sequence. Both trees must show the same recording.
  /// - Complexity: O(new entries).
  public mutating func extend(from sequence: UInt64, in tree: ProcessTree) {
    let new = max(sequence, tree.log.firstSequence)..<max(tree.log.nextSequence, tree.log.firstSequence)
    dropForgotten(in: tree)
    addLaterTries(new, in: tree)
    guard let filter else { return }
    update(in: tree)
    let evaluator = FilterEvaluator(filter)
    for sequence in new where isLine(sequence, evaluator, in: tree) { matches.append(sequence) }
  }

  /// Derives all lines from another tree, with the same filter. - Complexity: O(log entries).
  public mutating func rebuild(from tree: ProcessTree) {
    matches = []
    waiting = []
    unfilteredEnd = nil
    laterTries = []
    addLaterTries(tree.log.firstSequence..<tree.log.nextSequence, in: tree)
    guard let filter else { return }
    let evaluator = FilterEvaluator(filter)
    for sequence in tree.log.firstSequence..<tree.log.nextSequence where isLine(sequence, evaluator, in: tree) {
      matches.append(sequence)
    }
  }

  /// Applies one change. Call it for every change, in order. Under a filter that depends on other processes, the new
  /// entry gets its line by the next `update`. - Complexity: O(1), amortised.
  public mutating func apply(_ change: TreeChange, in tree: ProcessTree) {
    for first in change.found { review(first, in: tree) }
    guard let sequence = change.logged else { return }
    dropForgotten(in: tree)
    if change.isLaterTry { laterTries.append(sequence) }
    guard let filter else { return }
    guard filter.asksAboutOthers else {
      if isLine(sequence, FilterEvaluator(filter), in: tree) { matches.append(sequence) }
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
    for sequence in waiting where isLine(sequence, evaluator, in: tree) { matches.append(sequence) }
    waiting.removeAll(keepingCapacity: true)
  }

  // MARK: - Searches

  private func isLine(_ sequence: UInt64, _ evaluator: FilterEvaluator, in tree: ProcessTree) -> Bool {
    guard let entry = tree.log[sequence], evaluator.matches(entry, in: tree) else { return false }
    guard let first = entry.firstTry.flatMap({ tree.log[$0] }) else { return true }
    return !evaluator.matches(first, in: tree)
  }

  private mutating func addLaterTries(_ sequences: Range<UInt64>, in tree: ProcessTree) {
    for sequence in sequences where tree.log[sequence]?.isLaterTry ?? false { laterTries.append(sequence) }
  }

  private mutating func dropForgotten(in tree: ProcessTree) {
    while let first = matches.first, first < tree.log.firstSequence { matches.removeFirst() }
    while let first = laterTries.first, first < tree.log.firstSequence { laterTries.removeFirst() }
  }

  /// Evaluates a search again that has found its program. - Complexity: O(log n), and O(lines after it) to insert it.
  private mutating func review(_ sequence: UInt64, in tree: ProcessTree) {
    guard let filter, let entry = tree.log[sequence] else { return }
    // An entry that is not evaluated yet will be.
    if sequence < unfilteredEnd ?? 0 || sequence >= waiting.first ?? .max { return }
    let place = matches.partitioningIndex { $0 >= sequence }
    let isListed = place < matches.count && matches[place] == sequence
    guard filter.matches(entry, in: tree) != isListed else { return }
    if isListed { matches.remove(at: place) } else { matches.insert(sequence, at: place) }
  }
}
