// Sums over subtrees. An event changes what a node has itself, in the same moment; the nodes above it get their share
// when somebody is going to look, all of them at once. So an event costs the same at any depth, and a thousand events
// below one chain climb that chain once.

/// What sums still lack: for each node that changed, what its parent has not got of it yet.
struct PendingSums: Sendable {
  struct Item: Sendable {
    let slot: Int32
    /// The way from here to the root is in the order of the nodes to go through.
    var isOrdered = false
    /// What had run longest may be gone or run less: look at all that are below.
    var looksAgain = false
    /// The longest that the node itself, or one of its children's subtrees, has run since.
    var longest: UInt64 = 0
    /// What is in the node's sums and not in its parent's.
    var sums = SubtreeSums()

    init(slot: Int32) { self.slot = slot }
  }

  var items: ContiguousArray<Item> = []
  /// So many may be pending before they are carried up unasked: an event then costs some eight steps at most.
  var limit = Self.least
  static let least = 4096
}

extension NodeArena {
  /// The nodes whose sums are not up to date are too many to wait for somebody who asks.
  var hasManyPending: Bool { pending.items.count >= pending.limit }

  /// Whether all sums are up to date.
  var sumsAreCurrent: Bool { pending.items.isEmpty }

  /// The place of a node among the pending ones.
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

  /// A node got a parent, which has nothing of it yet.
  mutating func pendAll(of slot: Int32) {
    let place = pend(slot)
    pending.items[place].sums = self[slot].sums
  }

  /// A node leaves its parent, which gives back what it got of it.
  mutating func takeBack(_ slot: Int32, from parent: Int32) {
    var got = self[slot].sums
    if self[slot].pending > 0 {
      let place = pend(slot)
      got.add(pending.items[place].sums.negated)
      pending.items[place].sums = SubtreeSums()
    }
    addOwn(got.negated, to: parent)
    let longest = self[slot].longestRun
    if longest > 0, longest == self[parent].longestRun { pending.items[pend(parent)].looksAgain = true }
  }

  /// The slot is going to be another node's.
  mutating func dropPending(_ slot: Int32) {
    guard self[slot].pending > 0 else { return }
    pending.items[pend(slot)] = PendingSums.Item(slot: slot)
  }

  /// A node's own run is known, or is another than it was.
  mutating func noteRun(of slot: Int32, was old: UInt64) {
    let run = ownRun(slot)
    if run > old {
      let place = pend(slot)
      pending.items[place].longest = max(pending.items[place].longest, run)
    } else if run < old {
      pending.items[pend(slot)].looksAgain = true
    }
  }

  /// Brings the sums of all nodes up to date. - Complexity: O(nodes that changed, and those above them, each once).
  mutating func carrySums() {
    guard !pending.items.isEmpty else { return }
    var order: ContiguousArray<Int32> = []
    order.reserveCapacity(pending.items.count &* 2)
    var next = 0
    let changed = pending.items.count
    while next < changed {
      appendWay(from: next, to: &order)
      next &+= 1
    }
    // Each way stands from above to below, and leads to one that stands before it: from the end on, all that is below
    // a node comes before the node.
    for place in order.reversed() { carry(Int(place)) }
    for item in pending.items { self[item.slot].pending = 0 }
    pending.limit = max(PendingSums.least, order.count >> 3)
    pending.items.removeAll(keepingCapacity: pending.items.count <= PendingSums.least &* 4)
  }

  /// Puts a node and those above it, down to the first that is in it already, into the order.
  private mutating func appendWay(from item: Int, to order: inout ContiguousArray<Int32>) {
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

  /// Gives a node's parent what it lacks; all that is below the node has been carried to it.
  private mutating func carry(_ place: Int) {
    let item = pending.items[place]
    let old = self[item.slot].longestRun
    let longest =
      item.looksAgain ? max(ownRun(item.slot), longestOfChildren(item.slot)) : max(old, item.longest)
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
      pending.items[above].looksAgain = true
    }
    if item.sums != SubtreeSums() {
      self[parent].sums.add(item.sums)
      pending.items[above].sums.add(item.sums)
    }
  }
}
