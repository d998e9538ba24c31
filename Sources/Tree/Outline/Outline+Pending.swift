// Rows of subtrees. An event changes the counts of its own node, and notes the change for its parent. The ancestors get
// all changes together before rows are read, as with sums (`PendingSums`).

/// Changes that the counts of an outline do not have yet, by node.
struct PendingRows: Sendable {
  struct Item: Sendable {
    let slot: Int32
    /// Changes of the children's rows that the node's counts lack.
    var rows: Int32 = 0
    /// Changes of the children's matches that the node's counts lack.
    var matches: Int32 = 0
    /// Changes of the number of its children with matches, which the node's count lacks.
    var children: Int32 = 0
    /// The first of its children that exited or turned out to be running, and may have to be collapsed or shown. The
    /// list is in `ends`.
    var firstEnd = NodeArena.none
    /// Whether the path from this node to the root is in the order of nodes to update.
    var isOrdered = false
    /// Whether its subtree may have exited, or may be running again.
    var mayBeExited = false
    /// Whether the number of its collapsed children may be wrong.
    var refitsCollapsedRow = false
    /// The matches to evaluate: its own, or those of its children or of all descendants.
    var matchChecks: PendingRows.MatchChecks = []

    init(slot: Int32) { self.slot = slot }
  }

  struct MatchChecks: OptionSet {
    let rawValue: UInt8
    static let itself = MatchChecks(rawValue: 1 << 0)
    static let children = MatchChecks(rawValue: 1 << 1)
    static let below = MatchChecks(rawValue: 1 << 2)
  }

  var items: ContiguousArray<Item> = []
  /// Whether some items have a match to evaluate.
  var hasMatchChecks = false
  /// Linked lists of children, each with the index of the next.
  var ends: ContiguousArray<(node: Int32, next: Int32)> = []
  /// With this many pending items, `apply` updates the rows by itself.
  var limit = Self.least
  static let least = 4096

  var isLong: Bool { items.count >= limit || ends.count >= Swift.max(limit, items.count &* 4) }
}

extension Outline {
  /// The index of a node in the pending list; adds the node if necessary.
  @inline(__always)
  private mutating func pend(_ slot: Int32) -> Int {
    let place = Int(entries[Int(slot)].pending)
    if place > 0 { return place &- 1 }
    pending.items.append(PendingRows.Item(slot: slot))
    let count = pending.items.count
    entries[Int(slot)].pending = Int32(truncatingIfNeeded: count)
    return count &- 1
  }

  /// Adds to the counts of a node's descendants; `update` carries the change to its ancestors.
  ///
  /// - Parameter chunk: the chunk of the changed child.
  mutating func add(rows: Int32, matches: Int32, children: Int32 = 0, chunk: Int32, to slot: Int32) {
    guard rows != 0 || matches != 0, slot != NodeArena.none else { return }
    // A chunk made by this change has no sum yet: it gets one after all steps.
    if chunk >= 0, Int(chunk) < chunkRows.count { chunkRows[Int(chunk)] &+= rows }
    let place = pend(slot)
    pending.items[place].rows &+= rows
    pending.items[place].matches &+= matches
    pending.items[place].children &+= children
  }

  /// Changes an entry, and carries the change of its rows to its parent.
  mutating func change(_ slot: Int32, _ body: (inout Entry) -> Void) {
    let index = Int(slot)
    let before = entries[index].rows
    body(&entries[index])
    add(
      rows: entries[index].rows &- before, matches: 0, chunk: entries[index].chunk, to: entries[index].parent)
  }

  /// Marks a node whose subtree may have exited or may be running again.
  mutating func markExitCheck(of slot: Int32) {
    guard slot != NodeArena.root, slot != NodeArena.none else { return }
    pending.items[pend(slot)].mayBeExited = true
  }

  /// Marks a parent whose number of collapsed children has to be checked.
  ///
  /// - Parameter node: a child that exited or turned out to be running.
  mutating func markCollapsedRow(of parent: Int32, for node: Int32 = NodeArena.none) {
    let place = pend(parent)
    pending.items[place].refitsCollapsedRow = true
    guard node != NodeArena.none else { return }
    pending.ends.append((node, pending.items[place].firstEnd))
    pending.items[place].firstEnd = Int32(truncatingIfNeeded: pending.ends.count &- 1)
  }

  /// Marks a node for the evaluation of its match, or of the matches that depend on it.
  mutating func markMatchCheck(of slot: Int32, _ checks: PendingRows.MatchChecks) {
    guard slot > NodeArena.root, Int(slot) < entries.count else { return }
    let place = pend(slot)
    pending.items[place].matchChecks.formUnion(checks)
    pending.hasMatchChecks = true
  }

  /// Drops the changes of a slot that is released.
  mutating func dropPending(_ slot: Int32) {
    guard entries[Int(slot)].pending > 0 else { return }
    pending.items[pend(slot)] = PendingRows.Item(slot: slot)
  }

  /// Resets all pending counts. Marks of nodes stay.
  mutating func dropPendingRows() {
    for place in pending.items.indices {
      (pending.items[place].rows, pending.items[place].matches, pending.items[place].children) = (0, 0, 0)
    }
  }

  /// Brings rows up to date after changes. - Complexity: O(changed nodes, and their ancestors, each once); O(children)
  /// for a parent whose collapsed children change.
  public mutating func update(in tree: ProcessTree) {
    guard !pending.items.isEmpty else { return }
    checkMatches(in: tree)
    var order: ContiguousArray<Int32> = []
    order.reserveCapacity(pending.items.count &* 2)
    var next = 0
    let changed = pending.items.count
    while next < changed {
      appendPath(from: next, to: &order)
      next &+= 1
    }
    // In reverse order the descendants of a node come before the node, as with the sums.
    for place in order.reversed() { carry(Int(place), in: tree) }
    for item in pending.items { entries[Int(item.slot)].pending = 0 }
    pending.limit = max(PendingRows.least, order.count >> 3)
    let isShort = pending.items.count <= PendingRows.least &* 4
    pending.items.removeAll(keepingCapacity: isShort)
    pending.ends.removeAll(keepingCapacity: isShort)
  }

  private mutating func appendPath(from item: Int, to order: inout ContiguousArray<Int32>) {
    var slot = pending.items[item].slot
    guard slot == NodeArena.root || entries[Int(slot)].parent != NodeArena.none else { return }
    let start = order.count
    while slot != NodeArena.none {
      let place = pend(slot)
      if pending.items[place].isOrdered { break }
      pending.items[place].isOrdered = true
      order.append(Int32(truncatingIfNeeded: place))
      slot = entries[Int(slot)].parent
    }
    order[start...].reverse()
  }

  /// Carries a node's changes to its parent; its descendants are up to date.
  private mutating func carry(_ place: Int, in tree: ProcessTree) {
    let slot = pending.items[place].slot
    if pending.items[place].refitsCollapsedRow {
      updateCollapsedRow(of: slot, firstEnd: pending.items[place].firstEnd, in: tree)
    }
    let item = pending.items[place]
    let index = Int(slot)
    let (before, wasShown) = (entries[index].rows, entries[index].matches > 0)
    entries[index].rowsBelow &+= item.rows
    entries[index].matches &+= item.matches
    entries[index].shownChildren &+= item.children
    add(
      rows: entries[index].rows &- before, matches: item.matches,
      children: (entries[index].matches > 0 ? 1 : 0) &- (wasShown ? 1 : 0), chunk: entries[index].chunk,
      to: entries[index].parent)
    guard item.mayBeExited, tree.arena.isUsed(slot) else { return }
    let isExited = !tree.arena[record: slot].isRunning && tree.arena[slot].childCount == entries[index].exitedChildren
    guard isExited != entries[index].isExited else { return }
    setExited(isExited, slot, under: entries[index].parent)
    markExitCheck(of: entries[index].parent)
  }
}
