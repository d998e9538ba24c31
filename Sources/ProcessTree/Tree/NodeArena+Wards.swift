// A running process is the ward of its present parent, its guardian: the one who is told of its end. The wards of a
// node are a list of their own, apart from the children that it forked, so that its death finds them at once.

extension NodeArena {
  /// Makes `guardian` the present parent of a running node.
  mutating func entrust(_ slot: Int32, to guardian: Int32) {
    let next = self[wards: guardian].firstWard
    self[wards: slot].guardian = guardian
    self[wards: slot].previousWard = Self.none
    self[wards: slot].nextWard = next
    if next != Self.none { self[wards: next].previousWard = slot }
    self[wards: guardian].firstWard = slot
  }

  /// Undoes `entrust`, and says who the guardian was.
  mutating func dismiss(_ slot: Int32) -> Int32? {
    let node = self[wards: slot]
    guard node.guardian != Self.none else { return nil }
    if node.previousWard == Self.none {
      self[wards: node.guardian].firstWard = node.nextWard
    } else {
      self[wards: node.previousWard].nextWard = node.nextWard
    }
    if node.nextWard != Self.none { self[wards: node.nextWard].previousWard = node.previousWard }
    self[wards: slot].guardian = Self.none
    self[wards: slot].previousWard = Self.none
    self[wards: slot].nextWard = Self.none
    return node.guardian
  }
}
