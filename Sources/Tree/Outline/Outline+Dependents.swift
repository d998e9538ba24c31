public import Filtering

// Which matches a change may affect besides that of the changed process: with `under:`, `child:` and `parent:` a match
// depends on other processes. These are evaluated together before rows are read, each process once.

extension Outline {
  /// Marks the processes whose match may depend on a changed process.
  /// - Complexity: O(1) for a step. A filter that depends on more than ancestors and children is evaluated again as a
  ///   whole, in slices.
  mutating func markDependents(of change: TreeChange) {
    guard let filter, filter.dependencies != .own, !filter.dependencies.isEmpty else { return }
    let dependencies = filter.dependencies
    if dependencies.contains(.others) {
      // The present round has already evaluated processes that may have changed.
      return refresh()
    }
    var looks: PendingRows.Looks = []
    if dependencies.contains(.ancestors) {
      looks = .below
    } else if dependencies.contains(.parent) {
      looks = .children
    }
    change.forEachStep { step in
      if dependencies.contains(.children) {
        markMatchCheck(of: step.parentSlot, .itself)
        markMatchCheck(of: step.formerParentSlot, .itself)
      }
      if !looks.isEmpty { markMatchCheck(of: step.slot, looks) }
    }
  }

  /// Evaluates the marked processes. - Complexity: O(marked processes and their dependents, each once); beyond
  /// `mostLooks` in slices.
  mutating func lookAtMatches(in tree: ProcessTree) {
    guard pending.looks, let filter else { return }
    pending.looks = false
    let evaluator = FilterEvaluator(filter)
    var left = Self.mostLooks
    // A match adds items of its own, which have nothing to evaluate.
    for place in pending.items.indices {
      let (slot, looks) = (pending.items[place].slot, pending.items[place].looksAt)
      guard !looks.isEmpty, tree.arena.isUsed(slot) else { continue }
      if looks.contains(.itself) { setMatch(evaluator.matches(slot: slot, in: tree), slot) }
      if looks.contains(.below) {
        lookBelow(slot, evaluator, &left, in: tree)
      } else if looks.contains(.children) {
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

  /// How many dependent processes are evaluated at once; `continueFilter` evaluates the rest.
  static let mostLooks = 50_000

  private mutating func lookBelow(
    _ top: Int32, _ evaluator: FilterEvaluator, _ left: inout Int, in tree: ProcessTree
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
    return place > 0 && pending.items[Int(place) &- 1].looksAt.contains(.below)
  }

  /// Evaluates everything again with the same filter, in slices: for a filter that depends on the time or on any
  /// process. Rows stay until they are found not to match.
  public mutating func refresh() {
    guard filter != nil else { return }
    if filterProgress.map({ $0.narrows }) ?? true {
      filterProgress = FilterProgress(narrows: false)
    } else {
      // The present round ends first, however often this is called.
      filterProgress?.restartsAtEnd = true
    }
  }
}
