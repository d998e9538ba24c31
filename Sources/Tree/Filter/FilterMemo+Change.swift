public import Filtering

extension FilterMemo {
  /// Follows a change of the tree, with a filter whose conditions on others ask for facts of these alone.
  /// - Complexity: O(1); what is known of those above is lost where one that has children passes no more, or passes
  ///   now.
  func apply(_ change: TreeChange, of program: FilterProgram, in tree: ProcessTree) {
    change.forEachStep { step in
      for routine in program.entries.indices {
        forget(.below, routine, step.parentSlot)
        forget(.below, routine, step.formerParentSlot)
        forget(.below, routine, step.slot)
        if step.leavesOut {
          // The results of its descendants depend on the removed process only where it passed.
          if answer(.itself, routine, step.formerParentSlot) ?? false { beginRound() }
        } else if step.kind != .changed {
          forget(.above, routine, step.slot)
          forget(.itself, routine, step.slot)
          continue
        }
        // Where a later step of this change removes the process, that step uses the known result.
        guard tree.arena.holds(step.id, at: step.slot), let known = answer(.itself, routine, step.slot) else {
          continue
        }
        forget(.itself, routine, step.slot)
        guard tree.firstChild(of: step.slot) != nil else { continue }
        let passes = program.passes(step.slot, in: tree, routine: routine, now: nil, memo: self)
        keep(passes, .itself, routine, step.slot)
        if passes != known { beginRound() }
      }
      // A process that a later step removed may have had descendants.
      let isHeld = tree.arena.holds(step.id, at: step.slot)
      if step.kind == .moved, !step.leavesOut, !isHeld || tree.firstChild(of: step.slot) != nil { beginRound() }
    }
  }
}
