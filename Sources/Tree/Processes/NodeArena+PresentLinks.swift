// Links between a running process and its present parent, which gets SIGCHLD at its exit. Each node has a list of its
// present children besides the children that it forked, so that its exit finds them at once.

extension NodeArena {
  /// Makes `parentSlot` the present parent of a running node. - Complexity: O(1).
  mutating func linkPresentParent(of slot: Int32, to parentSlot: Int32) {
    let next = self[presentLinks: parentSlot].firstPresentChild
    var own = self[presentLinks: slot]
    (own.presentParent, own.previousSibling, own.nextSibling) = (parentSlot, Self.none, next)
    self[presentLinks: slot] = own
    if next != Self.none { self[presentLinks: next].previousSibling = slot }
    self[presentLinks: parentSlot].firstPresentChild = slot
  }

  /// Removes the link to the present parent, and returns that parent. - Complexity: O(1).
  mutating func unlinkPresentParent(of slot: Int32) -> Int32? {
    var own = self[presentLinks: slot]
    let (parentSlot, previous, next) = (own.presentParent, own.previousSibling, own.nextSibling)
    guard parentSlot != Self.none else { return nil }
    if previous == Self.none {
      self[presentLinks: parentSlot].firstPresentChild = next
    } else {
      self[presentLinks: previous].nextSibling = next
    }
    if next != Self.none { self[presentLinks: next].previousSibling = previous }
    own = self[presentLinks: slot]
    (own.presentParent, own.previousSibling, own.nextSibling) = (Self.none, Self.none, Self.none)
    self[presentLinks: slot] = own
    return parentSlot
  }
}
