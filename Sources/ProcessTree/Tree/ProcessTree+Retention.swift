internal import DequeModule

// Which processes are forgotten when there are too many: those that ended first, leaves before what is above them.
//
// Each process enters a queue when it ends. When there are too many, the queue's head goes if nothing depends on it;
// else it is set aside as due, and takes its old turn again the moment the last that depends on it is gone. So no
// event ever looks through the tree, and each entry is looked at once. What somebody looks at is set aside too, and
// goes when nothing else is left.
//
// A chain of processes that each fork one and end would be remembered for ever: its last one runs, and is below all of
// them. So when nothing else is left, links of such chains are left out: an ended process with one child, which then
// stands under its grandparent and is marked.

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

  mutating func advance() { count = count == .max ? 1 : count &+ 1 }

  static func < (a: Turn, b: Turn) -> Bool { Int32(bitPattern: a.count &- b.count) < 0 }
}

/// A moment of which nothing is forgotten.
struct Pin: Sendable {
  /// Nanoseconds since boot.
  var time: UInt64
  /// What there was then: as much again may come beside it.
  var processes: Int
  var memory: Int
}

extension ProcessTree {
  /// What processes and log take, in bytes: an estimate that leaves out what the allocator adds. - Complexity: O(1).
  public var memory: Int {
    Int(arena.whole.processes) &* Self.nodeSize &+ programs.bytes &+ log.memory
  }

  /// A node with its row and its places in the tables.
  private static let nodeSize =
    MemoryLayout<NodeLinks>.stride + MemoryLayout<ProcessRecord>.stride + 48

  /// Keeps these processes as long as there is anything else to forget: those that somebody marked or looks at.
  public mutating func keep(_ ids: Set<ProcessID>) {
    guard ids != kept else { return }
    let released = kept.subtracting(ids)
    kept = ids
    guard !released.isEmpty else { return }
    let waiting = spared
    spared = []
    for entry in waiting where isCurrent(entry) {
      if kept.contains(arena[entry.slot].id) { spared.append(entry) } else { enqueue(entry) }
    }
  }

  /// Forgets nothing that lived at a moment, until `unpin`. What comes after it has the limits for itself.
  public mutating func pin(at time: UInt64) {
    pin = Pin(time: time, processes: Int(arena.whole.processes), memory: memory)
  }

  /// The moment of which nothing is forgotten now.
  public var pinnedMoment: UInt64? { pin?.time }

  /// Undoes `pin`: what is too much goes with the next event.
  public mutating func unpin() {
    pin = nil
    guard !pinned.isEmpty else { return }
    // They take their old turns again.
    retirees = Deque((pinned.filter(isCurrent) + retirees).sorted { $0.turn < $1.turn })
    pinned = []
  }

  mutating func enforceLimits(_ change: inout TreeChange) {
    while isOverLimits, let next = retirees.popFirst() {
      guard isCurrent(next) else { continue }
      if !isDispensable(next.slot) {
        setDue(next)
      } else if isPinned(next.slot) {
        pinned.append(next)
      } else if kept.contains(arena[next.slot].id) {
        spared.append(next)
      } else {
        forget(next.slot, &change)
      }
    }
    while isOverLimits, !spared.isEmpty {
      let next = spared.removeFirst()
      guard isCurrent(next) else { continue }
      if isDispensable(next.slot) { forget(next.slot, &change) } else { setDue(next) }
    }
    if isOverLimits { shortenChains(&change) }
  }

  private mutating func setDue(_ entry: Retiree) {
    arena[record: entry.slot].isDue = true
    waiting.append(entry)
    // Those that went by themselves meanwhile are in here still.
    if waiting.count > max(64, slots.count &* 2) {
      waiting = Deque(waiting.filter { isCurrent($0) && arena[record: $0.slot].isDue })
    }
  }

  /// How many of those that wait are looked at for one event.
  private static let chainLooks = 8

  /// Leaves out what stands in the middle of chains, those first that ended first.
  private mutating func shortenChains(_ change: inout TreeChange) {
    var looks = Self.chainLooks
    while looks > 0, isOverLimits, let next = waiting.popFirst() {
      looks &-= 1
      guard isCurrent(next), arena[record: next.slot].isDue else { continue }
      guard isLink(next.slot), !isPinned(next.slot), !kept.contains(arena[next.slot].id) else {
        waiting.append(next)
        continue
      }
      leaveOut(next.slot, &change)
    }
  }

  /// It ended, and there is nothing to it but that one child stands below it.
  func isLink(_ slot: Int32) -> Bool {
    arena[slot].childCount == 1 && arena[wards: slot].firstWard == NodeArena.none
      && (!arena[record: slot].isRunning || arena[record: slot].knowledge == .placeholder)
  }

  private mutating func leaveOut(_ slot: Int32, _ change: inout TreeChange) {
    let (child, parent) = (arena[slot].firstChild, arena[slot].parent)
    let present = arena.presentParent(of: child)
    let leftOut = arena.leftOut(above: slot) &+ 1
    arena.unlink(child)
    arena[record: child].gaps.insert(.parents)
    arena[record: child].withRare { $0.leftOut &+= leftOut }
    arena.link(child, under: parent, keepingDepth: true)
    if let present {
      arena.setPresentParent(of: child, to: present, at: arena[record: child].presentParentTime)
    }
    note(.moved, child, &change, from: slot, leavingOut: true)
    forget(slot, &change)
  }

  var isOverLimits: Bool {
    Int(arena.whole.processes) > limits.processes.addingToLimit(pin?.processes ?? 0)
      || memory > limits.memory.addingToLimit(pin?.memory ?? 0)
  }

  private func isCurrent(_ entry: Retiree) -> Bool {
    arena.isUsed(entry.slot) && arena[record: entry.slot].turn == entry.turn
  }

  private func isPinned(_ slot: Int32) -> Bool { pin.map { arena[slot].id.startTime <= $0.time } ?? false }

  private mutating func enqueue(_ entry: Retiree) {
    retirees.insert(entry, at: retirees.partitioningIndex { entry.turn < $0.turn })
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
    enqueue(Retiree(slot: slot, turn: arena[record: slot].turn))
  }

  /// It ended (or was never more than a name), and nothing that is remembered stands below it or names it.
  func isDispensable(_ slot: Int32) -> Bool {
    arena[slot].firstChild == NodeArena.none && arena[wards: slot].firstWard == NodeArena.none
      && (!arena[record: slot].isRunning || arena[record: slot].knowledge == .placeholder)
  }

  private mutating func forget(_ slot: Int32, _ change: inout TreeChange) {
    let parent = arena[slot].parent
    remove(slot, &change)
    seen.forgotten &+= 1
    retireIfDue(parent)
  }

  /// Takes a node without children out of the tree.
  mutating func remove(_ slot: Int32, _ change: inout TreeChange) {
    let id = arena[slot].id
    note(.forgotten, slot, &change)
    arena.unlink(slot)
    slots.remove(slot, in: arena)
    if running[id.pid] == slot { running[id.pid] = nil }
    for image in arena[record: slot].heldImages { programs.release(image) }
    arena.release(slot)
  }
}

extension Int {
  /// The sum, or the greatest number there is.
  fileprivate func addingToLimit(_ other: Int) -> Int {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? .max : sum
  }
}
