// Which matches a change concerns besides that of the changed process: with `under:`, `child:` and `parent:` the match of
// one hangs on others. These are looked at together before rows are looked for, each process once.

extension Outline {
  /// Notes whose match may hang on a process that changed.
  /// - Complexity: O(1) a step. What asks further than to those above and to children is looked at as a whole, in slices.
  mutating func noteDependents(of change: TreeChange) {
    guard let filter, filter.dependencies != .own, !filter.dependencies.isEmpty else { return }
    let dependencies = filter.dependencies
    if dependencies.contains(.others) {
      // A slice that is on its way has seen what is no longer so.
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
        noteMatch(of: step.parentSlot, .itself)
        noteMatch(of: step.formerParentSlot, .itself)
      }
      if !looks.isEmpty { noteMatch(of: step.slot, looks) }
    }
  }

  /// Looks at what was noted. - Complexity: O(what was noted, and what hangs on it, each process once); beyond
  /// `mostLooks` in slices.
  mutating func lookAtMatches(in tree: ProcessTree) {
    guard pending.looks, let filter else { return }
    pending.looks = false
    let evaluator = FilterEvaluator(filter)
    var left = Self.mostLooks
    // Matches make items of their own, which have nothing to look at.
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

  /// So many processes are looked at because others changed, before the rest waits for `sift`.
  static let mostLooks = 50_000

  private mutating func lookBelow(
    _ top: Int32, _ evaluator: FilterEvaluator, _ left: inout Int, in tree: ProcessTree
  ) {
    var slot = top
    while left > 0, let next = tree.arena.successor(of: slot, within: top) {
      left &-= 1
      setMatch(evaluator.matches(slot: next, in: tree), next)
      slot = next
      // What is below another one that is noted gets its turn with that.
      while isNotedBelow(slot) {
        guard let other = tree.arena.successor(past: slot, within: top) else { return }
        setMatch(evaluator.matches(slot: other, in: tree), other)
        left &-= 1
        slot = other
      }
    }
  }

  private func isNotedBelow(_ slot: Int32) -> Bool {
    let place = entries[Int(slot)].pending
    return place > 0 && pending.items[Int(place) &- 1].looksAt.contains(.below)
  }

  /// Looks at everything again with the same filter, in slices: for one that hangs on the time or on anybody. What is
  /// shown stays until it is found to be otherwise.
  public mutating func refresh() {
    guard filter != nil else { return }
    if sieve.map({ $0.narrows }) ?? true {
      sieve = Sieve(narrows: false)
    } else {
      // The round that is on its way comes to its end first, however often this is asked for.
      sieve?.goesRoundAgain = true
    }
  }
}
