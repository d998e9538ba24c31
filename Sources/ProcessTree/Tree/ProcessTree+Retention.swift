internal import DequeModule

// Which processes are forgotten when there are too many: those that ended first, leaves before what is above them.
//
// Each process enters a queue when it ends. When there are too many, the queue's head goes if nothing depends on it;
// else it is set aside as due, and takes its old turn again the moment the last that depends on it is gone. So no
// event ever looks through the tree, and each entry is looked at once.

/// An entry of the queue, which stands in the order of the turns.
struct Retiree: Sendable {
  let slot: Int32
  /// The slot may have gone to another process since, or its process may have got a later turn: the record's turn tells.
  let turn: Turn
}

/// Counts the entries, and begins anew after four thousand million of them: only those that are in the queue together
/// are ever compared. 0 is none.
struct Turn: Sendable, Equatable {
  private var count: UInt32 = 0

  static let none = Turn()

  mutating func advance() { count = count == .max ? 1 : count + 1 }

  static func < (a: Turn, b: Turn) -> Bool { Int32(bitPattern: a.count &- b.count) < 0 }
}

extension ProcessTree {
  mutating func enforceLimits(_ change: inout TreeChange) {
    while Int(arena[NodeArena.machine].sums.processes) > limits.processes, let next = retirees.popFirst() {
      guard arena.isUsed(next.slot), arena[record: next.slot].turn == next.turn else { continue }
      if isDispensable(next.slot) {
        forget(next.slot, &change)
      } else {
        arena[record: next.slot].isDue = true
      }
    }
  }

  /// Gives a process that ended, or is only a name, its turn to be forgotten, after all that have one.
  mutating func retire(_ slot: Int32) {
    turns.advance()
    arena[record: slot].turn = turns
    arena[record: slot].isDue = false
    retirees.append(Retiree(slot: slot, turn: turns))
  }

  /// Something that depended on this process is gone.
  mutating func retireIfDue(_ slot: Int32) {
    guard slot != NodeArena.machine, arena[record: slot].isDue, isDispensable(slot) else { return }
    arena[record: slot].isDue = false
    let turn = arena[record: slot].turn
    retirees.insert(Retiree(slot: slot, turn: turn), at: retirees.firstPlace(after: turn))
  }

  /// It ended (or was never more than a name), and nothing that is remembered stands below it or names it.
  func isDispensable(_ slot: Int32) -> Bool {
    arena[slot].firstChild == NodeArena.none && arena[wards: slot].firstWard == NodeArena.none
      && (!arena[record: slot].isRunning || arena[record: slot].knowledge == .placeholder)
  }

  private mutating func forget(_ slot: Int32, _ change: inout TreeChange) {
    let id = arena[slot].id
    let parent = arena[slot].parent
    note(.forgotten, slot, &change)
    arena.unlink(slot)
    slots.remove(slot, in: arena)
    if running[id.pid] == slot { running[id.pid] = nil }
    arena.release(slot)
    seen.forgotten += 1
    retireIfDue(parent)
  }
}

extension Deque<Retiree> {
  /// - Complexity: O(log n).
  fileprivate func firstPlace(after turn: Turn) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].turn < turn { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
