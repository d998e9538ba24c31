internal import DequeModule

// Which processes are forgotten when there are too many: those that ended first, leaves before what is above them.
//
// Each process enters a queue when it ends. When there are too many, the queue's head goes if nothing depends on it;
// else it is set aside as due, and goes to the head again the moment the last that depends on it is gone. So no event
// ever searches, and each entry is looked at once.

/// An entry of the queue. The slot may have gone to another process since: the identity tells.
struct Retiree: Sendable {
  let slot: Int32
  let id: ProcessID
}

extension ProcessTree {
  mutating func enforceLimit(_ change: inout TreeChange) {
    while arena[NodeArena.machine].counts.processes > limits.processes, let next = retirees.popFirst() {
      guard arena.holds(next.id, at: next.slot) else { continue }
      if isDispensable(next.slot) {
        forget(next.slot, &change)
      } else {
        arena[record: next.slot].isDue = true
      }
    }
  }

  /// Something that depended on this process is gone.
  mutating func retireIfDue(_ slot: Int32) {
    guard slot != NodeArena.machine, arena[record: slot].isDue, isDispensable(slot) else { return }
    arena[record: slot].isDue = false
    retirees.prepend(Retiree(slot: slot, id: arena[slot].id))
  }

  /// It ended (or was never more than a name), and nothing that is remembered stands below it or names it.
  func isDispensable(_ slot: Int32) -> Bool {
    arena[slot].firstChild == NodeArena.none && arena[slot].firstWard == NodeArena.none
      && (!arena[record: slot].isRunning || arena[record: slot].knowledge == .placeholder)
  }

  private mutating func forget(_ slot: Int32, _ change: inout TreeChange) {
    let id = arena[slot].id
    let parent = arena[slot].parent
    note(.forgotten, slot, &change)
    arena.unlink(slot)
    slots[id] = nil
    if running[id.pid] == slot { running[id.pid] = nil }
    arena.release(slot)
    seen.forgotten += 1
    retireIfDue(parent)
  }
}
