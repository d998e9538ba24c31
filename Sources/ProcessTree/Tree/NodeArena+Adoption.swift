// The present parent: the original one, until an event names another.

extension NodeArena {
  /// Nil where none is known.
  func presentParent(of slot: Int32) -> ProcessID? {
    if self[record: slot].isAdopted { return self[record: slot].adoptions.last?.parent }
    let parent = self[slot].parent
    return parent == Self.machine ? nil : self[parent].id
  }

  /// - Parameter time: from when on, nanoseconds since boot.
  mutating func setPresentParent(of slot: Int32, to parent: ProcessID?, at time: UInt64) {
    guard presentParent(of: slot) != parent else { return }
    self[record: slot].isAdopted = true
    self[record: slot].withRare { rare in
      rare.adoptions.append(RareFacts.Adoption(time: time, parent: parent))
      // More than a few are a recording's invention.
      if rare.adoptions.count > 16 { rare.adoptions.removeFirst() }
    }
  }
}
