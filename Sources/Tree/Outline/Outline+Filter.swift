public import Filtering

/// The progress of a filter that is applied in slices.
struct FilterProgress: Sendable {
  /// The next slot to evaluate.
  var next: Int32 = 1
  /// Whether evaluated processes may have changed, so that it starts again after the last slot.
  var restartsAtEnd = false
  /// Whether only processes that matched the previous filter have to be evaluated.
  var narrows: Bool
}

extension Outline {
  /// Whether a filter is still being applied, by `continueFilter`.
  public var isFiltering: Bool { filterProgress != nil }

  /// Starts to apply a filter. `continueFilter` applies it in slices, so that the view reacts to keys while a million
  /// processes are evaluated. Meanwhile rows appear one by one, or disappear if the new filter is narrower.
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
      entries[index].shownChildren = 0
      entries[index].isMatch = false
      entries[index].merging = merging(of: entries[index])
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

// MARK: - Dependent matches

// With `under:`, `child:` and `parent:` a match depends on other processes, so a change may affect more matches than
// that of the changed process. These are evaluated together before rows are read, each process once.

extension Outline {
  /// Marks the processes whose match may depend on a changed process.
  /// - Complexity: O(1) for a step. A filter that depends on more than ancestors and children is evaluated again as a
  ///   whole, in slices.
  mutating func markDependents(of change: TreeChange) {
    guard let filter, filter.dependencies != .own, !filter.dependencies.isEmpty else { return }
    let dependencies = filter.dependencies
    if dependencies.contains(.others) {
      // The slices up to now have evaluated processes that may have changed.
      return refresh()
    }
    var checks: PendingRows.MatchChecks = []
    if dependencies.contains(.ancestors) {
      checks = .below
    } else if dependencies.contains(.parent) {
      checks = .children
    }
    change.forEachStep { step in
      if dependencies.contains(.children) {
        markMatchCheck(of: step.parentSlot, .itself)
        markMatchCheck(of: step.formerParentSlot, .itself)
      }
      if !checks.isEmpty { markMatchCheck(of: step.slot, checks) }
    }
  }

  /// Evaluates the marked processes. - Complexity: O(marked processes and their dependents, each once); beyond
  /// `mostMatchChecks` in slices.
  mutating func checkMatches(in tree: ProcessTree) {
    guard pending.hasMatchChecks, let filter else { return }
    pending.hasMatchChecks = false
    let evaluator = FilterEvaluator(filter)
    var left = Self.mostMatchChecks
    // A changed match adds further items, which need no evaluation.
    for place in pending.items.indices {
      let (slot, checks) = (pending.items[place].slot, pending.items[place].matchChecks)
      guard !checks.isEmpty, tree.arena.isUsed(slot) else { continue }
      if checks.contains(.itself) { setMatch(evaluator.matches(slot: slot, in: tree), slot) }
      if checks.contains(.below) {
        checkDescendants(of: slot, evaluator, &left, in: tree)
      } else if checks.contains(.children) {
        var child = tree.arena[slot].firstChild
        while child != NodeArena.none, left > 0 {
          left &-= 1
          setMatch(evaluator.matches(slot: child, in: tree), child)
          child = tree.arena[child].next
        }
      }
      if left <= 0 { return refresh() }
    }
  }

  /// The most dependent processes to evaluate at once. If there are more, `continueFilter` evaluates all processes.
  static let mostMatchChecks = 50_000

  private mutating func checkDescendants(
    of top: Int32, _ evaluator: FilterEvaluator, _ left: inout Int, in tree: ProcessTree
  ) {
    var slot = top
    while left > 0, let next = tree.arena.successor(of: slot, within: top) {
      left &-= 1
      setMatch(evaluator.matches(slot: next, in: tree), next)
      slot = next
      // The descendants of another marked process are evaluated with that one.
      while isMarkedBelow(slot) {
        guard let other = tree.arena.successor(past: slot, within: top) else { return }
        setMatch(evaluator.matches(slot: other, in: tree), other)
        left &-= 1
        slot = other
      }
    }
  }

  private func isMarkedBelow(_ slot: Int32) -> Bool {
    let place = entries[Int(slot)].pending
    return place > 0 && pending.items[Int(place) &- 1].matchChecks.contains(.below)
  }

  /// Evaluates all processes again with the same filter, in slices: for a filter that depends on the time or on any
  /// process. Rows stay until their process is found not to match.
  public mutating func refresh() {
    guard filter != nil else { return }
    if filterProgress.map({ $0.narrows }) ?? true {
      filterProgress = FilterProgress(narrows: false)
    } else {
      // The present evaluation of all processes is completed first, however often this is called.
      filterProgress?.restartsAtEnd = true
    }
  }
}
