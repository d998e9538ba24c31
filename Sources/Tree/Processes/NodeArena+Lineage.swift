// Ancestry, mostly without climbing: each depth is counted once, and a process starts after its ancestors.

extension NodeArena {
  /// Levels between a node and the top level: 0 for a top-level process. Ancestors that were left out count.
  /// - Complexity: O(1), or O(depth) after an ancestor has moved since the node's last event.
  func depth(of slot: Int32) -> Int {
    var levels = 0
    var slot = slot
    while !knowsDepth(of: slot) {
      levels &+= 1 &+ Int(leftOut(above: slot))
      slot = self[slot].parent
    }
    return Int(self[slot].depth) &+ levels
  }

  /// How many forgotten processes were between a node and its parent.
  func leftOut(above slot: Int32) -> Int32 {
    self[record: slot].gaps.contains(.parents) ? self[record: slot].leftOut : 0
  }

  private func knowsDepth(of slot: Int32) -> Bool {
    slot == Self.root || slot == Self.none || self[slot].depthStamp == moves
  }

  /// Counts the depth of a node again if an ancestor has moved. - Complexity: O(1), amortised over its ancestors.
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

  /// Whether a node is `top` or a descendant of it. - Complexity: O(1) where `top` has no children, or where every
  /// process started after its parent; else O(the smaller of the depth and the number of descendants of `top`).
  func isWithin(_ slot: Int32, _ top: Int32) -> Bool {
    if slot == top { return true }
    // A node without children has no descendants. This is so for every new process.
    if slot == Self.root || self[top].firstChild == Self.none { return false }
    if disorder == 0, self[slot].id < self[top].id { return false }
    var above = slot
    var below = top
    while true {
      above = self[above].parent
      if above == top { return true }
      guard above != Self.root, above != Self.none, let next = successor(of: below, within: top) else {
        return false
      }
      if next == slot { return true }
      below = next
    }
  }
}
