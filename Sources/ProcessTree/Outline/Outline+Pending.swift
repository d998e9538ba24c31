// Rows of subtrees. An event changes the counts of the node that it is about, and what its parent lacks is noted. The
// nodes above get their share when rows are going to be looked for, all of them at once, as sums do (`PendingSums`).

/// What the counts of an outline still lack, by node.
struct PendingRows: Sendable {
  struct Item: Sendable {
    let slot: Int32
    /// What the node has not got of its children yet.
    var rows: Int32 = 0
    var matches: Int32 = 0
    /// The first of its children that came to their end, or back, and are to be stowed or shown; their list is in
    /// `ends`.
    var firstEnd = NodeArena.none
    var isOrdered = false
    /// It may have come to its end, or back.
    var mayBeOver = false
    /// How many of its children are stowed may be wrong.
    var restows = false
    /// Whether it matches is to be looked at, or whether its children do, or all below it.
    var looksAt: PendingRows.Looks = []

    init(slot: Int32) { self.slot = slot }
  }

  struct Looks: OptionSet {
    let rawValue: UInt8
    static let itself = Looks(rawValue: 1 << 0)
    static let children = Looks(rawValue: 1 << 1)
    static let below = Looks(rawValue: 1 << 2)
  }

  var items: ContiguousArray<Item> = []
  /// Some of them have a match to be looked at.
  var looks = false
  /// Lists of children, each with the place of the next.
  var ends: ContiguousArray<(node: Int32, next: Int32)> = []
  /// So many items may wait before they are looked at unasked.
  var limit = Self.least
  static let least = 4096

  var isLong: Bool { items.count >= limit || ends.count >= Swift.max(limit, items.count &* 4) }
}

extension Outline {
  /// The place of a node among what is pending.
  @inline(__always)
  private mutating func pend(_ slot: Int32) -> Int {
    let place = Int(entries[Int(slot)].pending)
    if place > 0 { return place &- 1 }
    pending.items.append(PendingRows.Item(slot: slot))
    let count = pending.items.count
    entries[Int(slot)].pending = Int32(truncatingIfNeeded: count)
    return count &- 1
  }

  /// Adds to what a node has below it; `update` carries to its ancestors what that changes for them.
  ///
  /// - Parameter chunk: of the child that changed.
  mutating func add(rows: Int32, matches: Int32, chunk: Int32, to slot: Int32) {
    guard rows != 0 || matches != 0, slot != NodeArena.none else { return }
    // A chunk made by this very change has no sum yet: it gets one when all steps are noted.
    if chunk >= 0, Int(chunk) < chunkRows.count { chunkRows[Int(chunk)] &+= rows }
    let place = pend(slot)
    pending.items[place].rows &+= rows
    pending.items[place].matches &+= matches
  }

  /// A node may have come to its end, or back, or have got or lost a child.
  mutating func noteEnd(of slot: Int32) {
    guard slot != NodeArena.machine, slot != NodeArena.none else { return }
    pending.items[pend(slot)].mayBeOver = true
  }

  /// How many of a node's children are to be stowed is to be looked at again.
  ///
  /// - Parameter node: a child that came to its end, or back.
  mutating func noteStow(of parent: Int32, for node: Int32 = NodeArena.none) {
    let place = pend(parent)
    pending.items[place].restows = true
    guard node != NodeArena.none else { return }
    pending.ends.append((node, pending.items[place].firstEnd))
    pending.items[place].firstEnd = Int32(truncatingIfNeeded: pending.ends.count &- 1)
  }

  /// Whether a node matches, or what hangs on it, is to be looked at.
  mutating func noteMatch(of slot: Int32, _ looks: PendingRows.Looks) {
    guard slot > NodeArena.machine, Int(slot) < entries.count else { return }
    let place = pend(slot)
    pending.items[place].looksAt.formUnion(looks)
    pending.looks = true
  }

  /// The slot is going to be another node's.
  mutating func dropPending(_ slot: Int32) {
    guard entries[Int(slot)].pending > 0 else { return }
    pending.items[pend(slot)] = PendingRows.Item(slot: slot)
  }

  /// All counts begin from nothing; what ended in the meantime still did.
  mutating func dropPendingRows() {
    for place in pending.items.indices { (pending.items[place].rows, pending.items[place].matches) = (0, 0) }
  }

  /// Brings rows up to date after changes were noted. - Complexity: O(nodes that changed, and those above them, each
  /// once); for a parent whose stowed children change, O(its children).
  public mutating func update(in tree: ProcessTree) {
    guard !pending.items.isEmpty else { return }
    lookAtMatches(in: tree)
    var order: ContiguousArray<Int32> = []
    order.reserveCapacity(pending.items.count &* 2)
    var next = 0
    let changed = pending.items.count
    while next < changed {
      appendWay(from: next, to: &order)
      next &+= 1
    }
    // As with the sums: from the end on, all that is below a node comes before the node.
    for place in order.reversed() { carry(Int(place), in: tree) }
    for item in pending.items { entries[Int(item.slot)].pending = 0 }
    pending.limit = max(PendingRows.least, order.count >> 3)
    let isShort = pending.items.count <= PendingRows.least &* 4
    pending.items.removeAll(keepingCapacity: isShort)
    pending.ends.removeAll(keepingCapacity: isShort)
  }

  private mutating func appendWay(from item: Int, to order: inout ContiguousArray<Int32>) {
    var slot = pending.items[item].slot
    guard slot == NodeArena.machine || entries[Int(slot)].parent != NodeArena.none else { return }
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

  /// Brings one node up to date; all below it is.
  private mutating func carry(_ place: Int, in tree: ProcessTree) {
    let slot = pending.items[place].slot
    if pending.items[place].restows { settleStow(of: slot, firstEnd: pending.items[place].firstEnd, in: tree) }
    let item = pending.items[place]
    let index = Int(slot)
    let before = entries[index].rows
    entries[index].rowsBelow &+= item.rows
    entries[index].matches &+= item.matches
    add(
      rows: entries[index].rows &- before, matches: item.matches, chunk: entries[index].chunk,
      to: entries[index].parent)
    guard item.mayBeOver, tree.arena.isUsed(slot) else { return }
    let isOver = !tree.arena[record: slot].isRunning && tree.arena[slot].childCount == entries[index].over
    guard isOver != entries[index].isOver else { return }
    setOver(isOver, slot, under: entries[index].parent)
    noteEnd(of: entries[index].parent)
  }
}
