internal import DequeModule
public import Events

// Which processes are forgotten when there are too many: the ones that exited first, children before their parents.
//
// Each process enters a queue when it exits. When there are too many, the head of the queue is forgotten if nothing
// depends on it; else it is set aside as due, and returns to its place in the queue when the last dependent process is
// gone. So no event searches the tree, and each entry is visited once. Processes that the user looks at are set aside
// too, and are forgotten when nothing else is left.
//
// A chain of processes that each fork one process and exit would be remembered forever: its last process runs, and is a
// descendant of all others. So when nothing else is left, exited processes with one child are left out: the child moves
// to its grandparent and gets a mark.

/// An entry of the queue, which is sorted by turns.
struct Retiree: Sendable {
  let slot: Int32
  /// Valid while it equals the turn in the slot's record: the slot may belong to another process by now, or the process
  /// may have a later turn.
  let turn: Turn
}

/// A number of the queue's entries. It wraps after four thousand million entries: only turns that are in the queue at
/// the same time are compared. 0 is none.
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
  /// The processes and bytes of that moment: as many may be added beyond the limits.
  var processes: Int
  var memory: Int
}

extension ProcessTree {
  /// The memory of processes and log in bytes: an estimate without the allocator's overhead. - Complexity: O(1).
  public var memory: Int {
    Int(arena.whole.processes) &* Self.nodeSize &+ programs.bytes &+ log.memory
  }

  /// A node with its row and its entries in the tables, in bytes.
  private static let nodeSize =
    MemoryLayout<NodeLinks>.stride + MemoryLayout<ProcessRecord>.stride + 48

  /// Keeps these processes as long as anything else can be forgotten: the user marked them or looks at them.
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

  /// Forgets nothing that existed at a moment, until `unpin`. Later processes have the limits for themselves.
  public mutating func pin(at time: UInt64) {
    pin = Pin(time: time, processes: Int(arena.whole.processes), memory: memory)
  }

  /// The moment of which nothing is forgotten; nil for none.
  public var pinnedMoment: UInt64? { pin?.time }

  /// Undoes `pin`: the next event forgets what is over the limits.
  public mutating func unpin() {
    pin = nil
    guard !pinned.isEmpty else { return }
    // They return to their old places in the queue.
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
    // It still contains entries that were forgotten meanwhile.
    if waiting.count > max(64, slots.count &* 2) {
      waiting = Deque(waiting.filter { isCurrent($0) && arena[record: $0.slot].isDue })
    }
  }

  /// How many waiting entries are visited for one event.
  private static let chainLooks = 8

  /// Leaves out processes in the middle of chains, the ones that exited first.
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

  /// Whether a process has exited and only one child depends on it.
  func isLink(_ slot: Int32) -> Bool {
    arena[slot].childCount == 1 && arena[presentLinks: slot].firstPresentChild == NodeArena.none
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
    addStep(.moved, child, &change, from: slot, leavingOut: true)
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

  /// Puts an exited process or a placeholder at the end of the queue of processes to forget.
  mutating func retire(_ slot: Int32) {
    turns.advance()
    arena[record: slot].turn = turns
    arena[record: slot].isDue = false
    retirees.append(Retiree(slot: slot, turn: turns))
  }

  /// Returns a due process to the queue after the last process that depended on it is gone.
  mutating func retireIfDue(_ slot: Int32) {
    guard slot != NodeArena.root, arena[record: slot].isDue, isDispensable(slot) else { return }
    arena[record: slot].isDue = false
    enqueue(Retiree(slot: slot, turn: arena[record: slot].turn))
  }

  /// Whether a process has exited (or is a placeholder), and no remembered process is below it or names it.
  func isDispensable(_ slot: Int32) -> Bool {
    arena[slot].firstChild == NodeArena.none && arena[presentLinks: slot].firstPresentChild == NodeArena.none
      && (!arena[record: slot].isRunning || arena[record: slot].knowledge == .placeholder)
  }

  private mutating func forget(_ slot: Int32, _ change: inout TreeChange) {
    let parent = arena[slot].parent
    remove(slot, &change)
    seen.forgotten &+= 1
    retireIfDue(parent)
  }

  /// Removes a node without children from the tree.
  mutating func remove(_ slot: Int32, _ change: inout TreeChange) {
    let id = arena[slot].id
    addStep(.forgotten, slot, &change)
    arena.unlink(slot)
    slots.remove(slot, in: arena)
    if running[id.pid] == slot { running[id.pid] = nil }
    for image in arena[record: slot].heldImages { programs.release(image) }
    arena.release(slot)
  }
}

extension Int {
  /// The sum, or the greatest number where it overflows.
  fileprivate func addingToLimit(_ other: Int) -> Int {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? .max : sum
  }
}
