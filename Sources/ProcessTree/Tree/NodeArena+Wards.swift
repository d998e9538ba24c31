// A running process is the ward of its present parent, its guardian: the one who is told of its end. The wards of a
// node are a list of their own, apart from the children that it forked, so that its death finds them at once.

extension NodeArena {
  /// Makes `guardian` the present parent of a running node.
  mutating func entrust(_ slot: Int32, to guardian: Int32) {
    let next = self[wards: guardian].firstWard
    var own = self[wards: slot]
    (own.guardian, own.previousWard, own.nextWard) = (guardian, Self.none, next)
    self[wards: slot] = own
    if next != Self.none { self[wards: next].previousWard = slot }
    self[wards: guardian].firstWard = slot
  }

  /// Undoes `entrust`, and says who the guardian was.
  mutating func dismiss(_ slot: Int32) -> Int32? {
    var own = self[wards: slot]
    let (guardian, previous, next) = (own.guardian, own.previousWard, own.nextWard)
    guard guardian != Self.none else { return nil }
    if previous == Self.none { self[wards: guardian].firstWard = next } else { self[wards: previous].nextWard = next }
    if next != Self.none { self[wards: next].previousWard = previous }
    own = self[wards: slot]
    (own.guardian, own.previousWard, own.nextWard) = (Self.none, Self.none, Self.none)
    self[wards: slot] = own
    return guardian
  }
}
