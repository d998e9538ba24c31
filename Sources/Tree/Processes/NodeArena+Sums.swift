internal import Events

// Sums over subtrees. An event changes the sums of its own node. The ancestors get all changes together when the sums
// are needed. So an event costs the same at any depth, and a thousand events below one chain climb that chain once.

/// Changes of nodes that their parents' sums do not have yet.
struct PendingSums: Sendable {
  struct Item: Sendable {
    let slot: Int32
    /// Whether the path from this node to the root is in the order of nodes to update.
    var isOrdered = false
    /// Whether to compare all children again, because the process with the longest run may be gone or may have run
    /// less.
    var comparesChildren = false
    /// The longest run of the node, or of a child's subtree, since the last update.
    var longest: UInt64 = 0
    /// The part of the node's sums that its parent's sums lack.
    var sums = SubtreeSums()

    init(slot: Int32) { self.slot = slot }
  }

  var items: ContiguousArray<Item> = []
  /// With this many pending nodes, an event carries the sums up. It then costs about eight steps at most.
  var limit = Self.least
  static let least = 4096
}

extension NodeArena {
  /// Whether the number of outdated sums has reached the limit, so that they must be carried up now.
  var hasManyPending: Bool { pending.items.count >= pending.limit }

  /// Whether all sums are up to date.
  var sumsAreCurrent: Bool { pending.items.isEmpty }

  /// The index of a node in the pending list; adds the node if necessary.
  @inline(__always)
  private mutating func pend(_ slot: Int32) -> Int {
    let place = Int(self[slot].pending)
    if place > 0 { return place &- 1 }
    pending.items.append(PendingSums.Item(slot: slot))
    let count = pending.items.count
    self[slot].pending = Int32(truncatingIfNeeded: count)
    return count &- 1
  }

  mutating func addOwn(_ delta: SubtreeSums, to slot: Int32) {
    self[slot].sums.add(delta)
    pending.items[pend(slot)].sums.add(delta)
  }

  /// Marks all sums of a node as missing in its new parent.
  mutating func pendAll(of slot: Int32) {
    let place = pend(slot)
    pending.items[place].sums = self[slot].sums
  }

  /// Subtracts the sums of a node from the parent that it leaves, as far as the parent has them.
  mutating func subtractSums(of slot: Int32, from parent: Int32) {
    var got = self[slot].sums
    if self[slot].pending > 0 {
      let place = pend(slot)
      got.add(pending.items[place].sums.negated)
      pending.items[place].sums = SubtreeSums()
    }
    let chunk = self[slot].chunk
    if chunk >= 0 { siblings[chunk].failures &-= got.failures }
    addOwn(got.negated, to: parent)
    let longest = self[slot].longestRun
    if longest > 0, longest == self[parent].longestRun { pending.items[pend(parent)].comparesChildren = true }
  }

  /// Drops the changes of a slot that is released.
  mutating func dropPending(_ slot: Int32) {
    guard self[slot].pending > 0 else { return }
    pending.items[pend(slot)] = PendingSums.Item(slot: slot)
  }

  /// Updates the longest run time after a node's own run time has changed.
  mutating func updateLongest(of slot: Int32, was old: UInt64) {
    let run = ownRun(slot)
    if run > old {
      let place = pend(slot)
      pending.items[place].longest = max(pending.items[place].longest, run)
    } else if run < old {
      pending.items[pend(slot)].comparesChildren = true
    }
  }

  /// Brings the sums of all nodes up to date. - Complexity: O(changed nodes, and their ancestors, each once).
  mutating func carrySums() {
    guard !pending.items.isEmpty else { return }
    var order: ContiguousArray<Int32> = []
    order.reserveCapacity(pending.items.count &* 2)
    var next = 0
    let changed = pending.items.count
    while next < changed {
      appendPath(from: next, to: &order)
      next &+= 1
    }
    // Each path runs downward from a node that is already in the order. So in reverse order the descendants of a node
    // come before the node.
    for place in order.reversed() { carry(Int(place)) }
    for item in pending.items { self[item.slot].pending = 0 }
    pending.limit = max(PendingSums.least, order.count >> 3)
    pending.items.removeAll(keepingCapacity: pending.items.count <= PendingSums.least &* 4)
  }

  /// Appends a node and its ancestors to the order, up to the first one that is already in it.
  private mutating func appendPath(from item: Int, to order: inout ContiguousArray<Int32>) {
    var slot = pending.items[item].slot
    guard isUsed(slot) else { return }
    let start = order.count
    while slot != Self.none {
      let place = pend(slot)
      if pending.items[place].isOrdered { break }
      pending.items[place].isOrdered = true
      order.append(Int32(truncatingIfNeeded: place))
      slot = self[slot].parent
    }
    order[start...].reverse()
  }

  /// Carries a node's changes to its parent; the changes of its descendants have been carried to it before.
  private mutating func carry(_ place: Int) {
    let item = pending.items[place]
    let old = self[item.slot].longestRun
    let longest =
      item.comparesChildren ? max(ownRun(item.slot), longestOfChildren(item.slot)) : max(old, item.longest)
    if longest != old { self[item.slot].longestRun = longest }
    let (parent, chunk) = (self[item.slot].parent, self[item.slot].chunk)
    guard parent != Self.none else { return }
    if chunk >= 0 {
      if longest > siblings[chunk].longestRun {
        siblings[chunk].longestRun = longest
      } else if longest < old, siblings[chunk].longestRun == old {
        sumLongest(ofChunk: chunk)
      }
    }
    let above = pend(parent)
    if longest > self[parent].longestRun {
      pending.items[above].longest = max(pending.items[above].longest, longest)
    } else if longest < old, self[parent].longestRun == old {
      pending.items[above].comparesChildren = true
    }
    if item.sums != SubtreeSums() {
      if chunk >= 0 { siblings[chunk].failures &+= item.sums.failures }
      self[parent].sums.add(item.sums)
      pending.items[above].sums.add(item.sums)
    }
  }
}

// MARK: - Longest run time

// The longest run time in each subtree is carried up with the sums. If the maximum leaves a subtree, the nodes that had
// it compare their children again.

extension NodeArena {
  /// The run time of an exited process in nanoseconds; 0 while it runs.
  func ownRun(_ slot: Int32) -> UInt64 {
    guard let end = self[record: slot].endTime else { return 0 }
    let start = self[slot].id.startTime
    return end > start ? end &- start : 0
  }

  mutating func sumLongest(ofChunk chunk: Int32) {
    siblings[chunk].longestRun = siblings[chunk].slots.reduce(0) { max($0, self[$1].longestRun) }
  }

  /// Sums the failures of a chunk's members, as far as their parent has them.
  mutating func sumFailures(ofChunk chunk: Int32) {
    siblings[chunk].failures = siblings[chunk].slots.reduce(0) { sum, slot in
      let place = Int(self[slot].pending)
      let missing = place > 0 ? pending.items[place &- 1].sums.failures : 0
      return sum &+ self[slot].sums.failures &- missing
    }
  }

  func longestOfChildren(_ slot: Int32) -> UInt64 {
    if let order = siblings.order(of: slot) {
      return order.reduce(0) { max($0, siblings[$1].longestRun) }
    }
    var longest: UInt64 = 0
    var child = self[slot].firstChild
    while child != Self.none {
      longest = max(longest, self[child].longestRun)
      child = self[child].next
    }
    return longest
  }
}
