internal import ProcessTree

/// The entries of the log that the filter lets through, by row. Without a filter it keeps nothing of its own.
struct LogView: Sendable {
  private var filter: Filter?
  /// The sequences of the entries that match, oldest first, from `head` on; what lies before was forgotten by the log.
  private var matching: [UInt64] = []
  private var head = 0

  /// - Complexity: O(entries of the log) where there is a filter.
  mutating func setFilter(_ filter: Filter?, in tree: ProcessTree) {
    self.filter = filter
    matching = []
    head = 0
    guard let filter else { return }
    for sequence in tree.log.firstSequence..<tree.log.nextSequence {
      if let entry = tree.log[sequence], filter.matches(entry, in: tree) { matching.append(sequence) }
    }
  }

  /// Takes in an entry that was just logged. - Complexity: O(1), amortised.
  mutating func note(_ sequence: UInt64, in tree: ProcessTree) {
    guard let filter else { return }
    if let entry = tree.log[sequence], filter.matches(entry, in: tree) { matching.append(sequence) }
    while head < matching.count, matching[head] < tree.log.firstSequence { head += 1 }
    if head > 1024, head > matching.count / 2 {
      matching.removeFirst(head)
      head = 0
    }
  }

  func count(in log: EventLog) -> Int { filter == nil ? log.count : matching.count - head }

  /// The sequence of the entry on a row; nil beyond the ends.
  func sequence(atRow row: Int, in log: EventLog) -> UInt64? {
    guard row >= 0, row < count(in: log) else { return nil }
    return filter == nil ? log.firstSequence + UInt64(row) : matching[head + row]
  }

  /// The row of an entry, or of the first one after it; the number of rows where there is none. - Complexity: O(log n).
  func row(of sequence: UInt64, in log: EventLog) -> Int {
    guard filter != nil else {
      let clamped = min(max(sequence, log.firstSequence), log.nextSequence)
      return Int(clamped - log.firstSequence)
    }
    var (low, high) = (head, matching.count)
    while low < high {
      let middle = (low + high) / 2
      if matching[middle] < sequence { low = middle + 1 } else { high = middle }
    }
    return low - head
  }
}
