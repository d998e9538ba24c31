// Whom a change concerns besides the changed process itself: with `under:`, `child:` and `parent:` the match of one hangs
// on others.

extension Outline {
  /// Looks again at those whose match may hang on a process that changed.
  /// - Complexity: O(what is below it) for filters that ask about ancestors, and O(its children) for those that ask
  ///   about parents; what asks further is looked at as a whole, in slices.
  mutating func noteDependents(of change: TreeChange, in tree: ProcessTree) {
    guard let filter, filter.dependencies != .own, !filter.dependencies.isEmpty else { return }
    let dependencies = filter.dependencies
    if dependencies.contains(.others) {
      // A slice that is on its way begins anew: it has seen what is no longer so.
      return refresh()
    }
    change.forEachStep { step in
      if dependencies.contains(.children) {
        for parent in [step.parentSlot, step.formerParentSlot] { evaluate(parent, filter, in: tree) }
      }
      guard tree.arena.holds(step.id, at: step.slot) else { return }
      if dependencies.contains(.ancestors) {
        var slot = step.slot
        while let next = tree.arena.successor(of: slot, within: step.slot) {
          evaluate(next, filter, in: tree)
          slot = next
        }
      } else if dependencies.contains(.parent) {
        var child = tree.arena[step.slot].firstChild
        while child != NodeArena.none {
          evaluate(child, filter, in: tree)
          child = tree.arena[child].next
        }
      }
    }
  }

  private mutating func evaluate(_ slot: Int32, _ filter: Filter, in tree: ProcessTree) {
    guard slot > NodeArena.machine, Int(slot) < entries.count, tree.arena.isUsed(slot) else { return }
    setMatch(filter.matches(slot: slot, in: tree), slot)
  }

  /// Looks at everything again with the same filter, in slices: for one that hangs on the time or on anybody. What is
  /// shown stays until it is found to be otherwise.
  public mutating func refresh() {
    guard filter != nil else { return }
    sieve = Sieve(narrows: false)
  }
}
