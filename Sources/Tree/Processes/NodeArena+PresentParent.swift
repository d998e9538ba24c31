internal import Events

// The present parent of a process is the original parent, until an event names another.

extension NodeArena {
  /// How many later parents of a process are remembered, besides the original one.
  private static let mostAdoptions = 64

  /// The present parent of a process; nil if it is unknown.
  func presentParent(of slot: Int32) -> ProcessID? {
    if self[record: slot].isAdopted { return self[record: slot].adoptions.last?.parent }
    let parent = self[slot].parent
    return parent == Self.root || self[record: parent].isHost ? nil : self[parent].id
  }

  /// - Parameter time: when the process got this parent, in nanoseconds since boot.
  mutating func setPresentParent(of slot: Int32, to parent: ProcessID?, at time: UInt64) {
    guard presentParent(of: slot) != parent else { return }
    self[record: slot].isAdopted = true
    var isFull = false
    self[record: slot].withRare { rare in
      rare.adoptions.append(RareFacts.Adoption(time: time, parent: parent))
      isFull = rare.adoptions.count > Self.mostAdoptions
      if isFull { rare.adoptions.removeFirst() }
    }
    if isFull { self[record: slot].gaps.insert(.parents) }
  }
}

// MARK: - Links

// Links between a running process and its present parent, which gets SIGCHLD at its exit. Besides the list of children
// that it forked, each node has a list of its present children, so that its exit finds them without a search.

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
