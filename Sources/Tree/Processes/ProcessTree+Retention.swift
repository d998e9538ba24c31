internal import DequeModule
public import Events

// If there are too many processes, those that exited first are forgotten, children before their parents.
//
// Each process enters a queue when it exits. If there are too many processes, the head of the queue is forgotten if no
// other process depends on it; else it is set aside as due, and returns to its place in the queue when the last
// dependent process is gone. So no event searches the tree, and each entry is visited once. Processes that the user
// looks at are set aside too, and are forgotten when there are no others.
//
// A chain of processes that each fork one process and exit would be remembered forever, because its last process runs
// and is a descendant of all others. So if no other process can be forgotten, exited processes with one child are left
// out: the child moves to its grandparent and gets a mark.

/// An entry of the queue of processes to forget, which is sorted by number.
struct Retiree: Sendable {
  let slot: Int32
  /// The entry is valid if the slot's record has the same number. Otherwise the slot belongs to another process, or the
  /// process has a later entry.
  let queueNumber: QueueNumber
}

/// The number of an entry in the queue. It wraps after four thousand million entries: only numbers that are in the
/// queue at the same time are compared. 0 is none.
struct QueueNumber: Sendable, Equatable {
  private var count: UInt32 = 0

  static let none = QueueNumber()

  mutating func advance() { count = count == .max ? 1 : count &+ 1 }

  static func < (a: QueueNumber, b: QueueNumber) -> Bool { Int32(bitPattern: a.count &- b.count) < 0 }
}

/// A moment of which nothing is forgotten.
struct Pin: Sendable {
  /// Nanoseconds since boot.
  var time: UInt64
  /// The processes at that moment, which do not count for the limits.
  var processes: Int
  /// The bytes at that moment, which do not count for the limits.
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

  /// Forgets nothing that existed at a moment, until `unpin`. The limits then apply to later processes only.
  public mutating func pin(at time: UInt64) {
    pin = Pin(time: time, processes: Int(arena.whole.processes), memory: memory)
  }

  /// The moment of which nothing is forgotten; nil for none.
  public var pinnedMoment: UInt64? { pin?.time }

  /// Undoes `pin`: the next event forgets processes over the limits.
  public mutating func unpin() {
    pin = nil
    guard !pinned.isEmpty else { return }
    // The entries return to their old places in the queue.
    retirees = Deque((pinned.filter(isCurrent) + retirees).sorted { $0.queueNumber < $1.queueNumber })
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
    // Some of the waiting processes were forgotten meanwhile.
    if waiting.count > max(64, slots.count &* 2) {
      waiting = Deque(waiting.filter { isCurrent($0) && arena[record: $0.slot].isDue })
    }
  }

  /// The most waiting entries to visit for one event.
  private static let chainVisits = 8

  /// Leaves out processes in the middle of chains, the ones that exited first.
  private mutating func shortenChains(_ change: inout TreeChange) {
    var visits = Self.chainVisits
    while visits > 0, isOverLimits, let next = waiting.popFirst() {
      visits &-= 1
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
    arena.isUsed(entry.slot) && arena[record: entry.slot].queueNumber == entry.queueNumber
  }

  private func isPinned(_ slot: Int32) -> Bool { pin.map { arena[slot].id.startTime <= $0.time } ?? false }

  private mutating func enqueue(_ entry: Retiree) {
    retirees.insert(entry, at: retirees.partitioningIndex { entry.queueNumber < $0.queueNumber })
  }

  /// Puts an exited process or a placeholder at the end of the queue of processes to forget.
  mutating func retire(_ slot: Int32) {
    lastQueueNumber.advance()
    arena[record: slot].queueNumber = lastQueueNumber
    arena[record: slot].isDue = false
    retirees.append(Retiree(slot: slot, queueNumber: lastQueueNumber))
  }

  /// Returns a due process to the queue after the last process that depended on it is gone.
  mutating func retireIfDue(_ slot: Int32) {
    guard slot != NodeArena.root, arena[record: slot].isDue, isDispensable(slot) else { return }
    arena[record: slot].isDue = false
    enqueue(Retiree(slot: slot, queueNumber: arena[record: slot].queueNumber))
  }

  /// Whether a process has exited (or is a placeholder), and no remembered process has it as original or present
  /// parent.
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
    if running[id.pidKey] == slot { running[id.pidKey] = nil }
    for image in arena[record: slot].heldImages { programs.release(image) }
    if moment == nil { written.remove(id) }
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

/// Counts the memory of a tree's programs, in bytes: the arguments of each, and a shared environment once.
struct MemoryAccount: Sendable {
  /// In bytes.
  private(set) var bytes = 0
  /// How many images hold an environment, by the address of its bytes.
  private var environments: [UInt: Int] = [:]

  mutating func hold(_ image: ProcessImage) {
    bytes &+= image.size
    guard let (place, size) = image.environmentStorage else { return }
    if environments[place, default: 0] == 0 { bytes &+= size }
    environments[place, default: 0] &+= 1
  }

  mutating func release(_ image: ProcessImage) {
    bytes &-= image.size
    guard let (place, size) = image.environmentStorage, let holders = environments[place] else { return }
    environments[place] = holders > 1 ? holders &- 1 : nil
    if holders == 1 { bytes &-= size }
  }
}

extension ProcessImage {
  /// The address and the size of the environment's bytes; nil without one.
  fileprivate var environmentStorage: (place: UInt, size: Int)? {
    guard let bytes = env?.bytes, !bytes.isEmpty else { return nil }
    return bytes.withUnsafeBufferPointer { (UInt(bitPattern: $0.baseAddress), $0.count &+ 48) }
  }
}
