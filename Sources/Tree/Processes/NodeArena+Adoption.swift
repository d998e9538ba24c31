internal import Events

// The present parent of a process: the original parent, until an event names another.

extension NodeArena {
  /// How many later parents of a process are remembered, besides the original one.
  private static let mostAdoptions = 64

  /// Nil where none is known.
  func presentParent(of slot: Int32) -> ProcessID? {
    if self[record: slot].isAdopted { return self[record: slot].adoptions.last?.parent }
    let parent = self[slot].parent
    return parent == Self.root ? nil : self[parent].id
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
