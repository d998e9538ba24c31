// Who stands above whom, without climbing: depths are counted once, and what began later is below nobody.

extension NodeArena {
  /// Levels between a node and the roots: 0 for a root. Those that were left out of a chain count. - Complexity: O(1), unless something above it moved since its
  /// last event: O(depth).
  func depth(of slot: Int32) -> Int {
    var levels = 0
    var slot = slot
    while !knowsDepth(of: slot) {
      levels &+= 1 &+ Int(leftOut(above: slot))
      slot = self[slot].parent
    }
    return Int(self[slot].depth) &+ levels
  }

  /// Processes that stood between a node and its parent, and are forgotten.
  func leftOut(above slot: Int32) -> Int32 {
    self[record: slot].gaps.contains(.parents) ? self[record: slot].leftOut : 0
  }

  private func knowsDepth(of slot: Int32) -> Bool {
    slot == Self.machine || slot == Self.none || self[slot].depthStamp == moves
  }

  /// Counts the depth of a node again, if something above it moved since. - Complexity: O(1), amortised over the nodes
  /// above it.
  mutating func renewDepth(of slot: Int32) {
    if knowsDepth(of: slot) { return }
    var depth = depth(of: slot)
    var slot = slot
    while !knowsDepth(of: slot) {
      self[slot].depth = Int32(truncatingIfNeeded: depth)
      self[slot].depthStamp = moves
      depth &-= 1 &+ Int(leftOut(above: slot))
      slot = self[slot].parent
    }
  }

  mutating func setDepth(of slot: Int32, under parent: Int32) {
    if self[slot].firstChild != Self.none { moves &+= 1 }
    renewDepth(of: parent)
    self[slot].depth = self[parent].depth &+ 1 &+ leftOut(above: slot)
    self[slot].depthStamp = moves
  }

  /// Whether a node is `top` or stands below it. - Complexity: O(1) where nothing is below `top`, or where everything
  /// began after its parent; else O(the depth, or the nodes below `top`, whichever is less).
  func isWithin(_ slot: Int32, _ top: Int32) -> Bool {
    if slot == top { return true }
    // What nothing stands below is nobody's ancestor: so it is with every new process.
    if slot == Self.machine || self[top].firstChild == Self.none { return false }
    if disorder == 0, self[slot].id < self[top].id { return false }
    var above = slot
    var below = top
    while true {
      above = self[above].parent
      if above == top { return true }
      guard above != Self.machine, above != Self.none, let next = successor(of: below, within: top) else {
        return false
      }
      if next == slot { return true }
      below = next
    }
  }
}
