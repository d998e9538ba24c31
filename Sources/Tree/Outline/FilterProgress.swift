public import Filtering

/// How far a filter that is applied in slices has come.
struct FilterProgress: Sendable {
  /// The next slot to evaluate.
  var next: Int32 = 1
  /// Whether evaluated processes may have changed: after the last slot it starts again.
  var restartsAtEnd = false
  /// Whether only processes that match already have to be evaluated.
  var narrows: Bool
}

extension Outline {
  /// Whether a filter is still being applied; `continueFilter` goes on.
  public var isFiltering: Bool { filterProgress != nil }

  /// Starts to apply a filter. `continueFilter` does it in slices, so that the view reacts to keys while a million
  /// processes are evaluated. Until it is done, rows appear (or disappear, where the new filter is narrower) as they
  /// are found.
  /// - Complexity: O(processes), without evaluating any; O(1) where the new filter is narrower.
  public mutating func startFilter(_ filter: Filter?, in tree: ProcessTree) {
    guard let filter else { return setFilter(nil, in: tree) }
    let narrows = !isFiltering && (self.filter.map { filter.isNarrower(than: $0) } ?? false)
    self.filter = filter
    filterProgress = FilterProgress(narrows: narrows)
    guard !narrows else { return }
    dropPendingRows()
    collapsedRows = [:]
    for index in entries.indices {
      entries[index].collapseState = .none
      entries[index].rowsBelow = 0
      entries[index].matches = 0
      entries[index].isMatch = false
    }
    for index in chunkRows.indices { chunkRows[index] = 0 }
  }

  /// Evaluates the next `count` processes. - Returns: whether there are more.
  public mutating func continueFilter(_ count: Int, in tree: ProcessTree) -> Bool {
    guard var filterProgress, let filter else { return false }
    // Results for related processes are shared within a slice.
    let evaluator = FilterEvaluator(filter)
    let end = min(Int(filterProgress.next) &+ count, tree.arena.capacity)
    for slot in filterProgress.next..<max(Int32(truncatingIfNeeded: end), filterProgress.next) {
      if filterProgress.narrows, !entries[Int(slot)].isMatch { continue }
      guard tree.arena.isUsed(slot) else { continue }
      setMatch(evaluator.matches(slot: slot, in: tree), slot)
    }
    filterProgress.next = Int32(truncatingIfNeeded: end)
    if end < tree.arena.capacity {
      self.filterProgress = filterProgress
    } else {
      self.filterProgress = filterProgress.restartsAtEnd ? FilterProgress(narrows: false) : nil
    }
    update(in: tree)
    return isFiltering
  }
}
