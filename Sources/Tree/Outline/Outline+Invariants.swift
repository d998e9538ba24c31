extension Outline {
  /// The faults of the outline, for tests: none, unless there is a bug or a change was not applied.
  /// - Complexity: O(processes).
  func _checkInvariants(in tree: ProcessTree) -> [String] {
    var faults: [String] = []
    for (place, item) in pending.items.enumerated() where Int(entries[Int(item.slot)].pending) != place &+ 1 {
      faults.append("place of the pending slot \(item.slot)")
    }
    var current = self
    current.update(in: tree)
    return faults + current._checkCurrent(in: tree)
  }

  /// The checks of an outline whose rows are up to date.
  private func _checkCurrent(in tree: ProcessTree) -> [String] {
    var expected = Outline()
    expected.folds = folds
    expected.opened = opened
    expected.split = split
    expected.mergesChains = mergesChains
    expected.exitedChildLimit = exitedChildLimit
    expected.filter = filter
    expected.rebuild(from: tree, links: ContiguousArray(entries.map(\.link)))
    var faults: [String] = []
    if rowCount != expected.rowCount { faults.append("\(rowCount) rows, not \(expected.rowCount)") }
    if matchCount != expected.matchCount { faults.append("\(matchCount) matches, not \(expected.matchCount)") }
    if collapsedRows != expected.collapsedRows {
      faults.append("collapsed rows \(collapsedRows), not \(expected.collapsedRows)")
    }
    for slot in entries.indices where entries[slot].isMerged && entries[slot].matches > 0 {
      if entries[slot].rowsBelow < 1 || collapsedRows[Int32(truncatingIfNeeded: slot)] != nil {
        faults.append("slot \(slot) shares the row of a child that has none")
      }
    }
    var slot = NodeArena.root
    while let next = tree.arena.successor(of: slot, within: NodeArena.root) {
      slot = next
      if entries[Int(slot)] != expected.entries[Int(slot)] {
        faults.append("\(tree.arena[slot].id): \(entries[Int(slot)]), not \(expected.entries[Int(slot)])")
      }
      let chunk = tree.arena[slot].chunk
      if chunk >= 0, chunkRows[Int(chunk)] != expected.chunkRows[Int(chunk)] {
        faults.append("rows of chunk \(chunk): \(chunkRows[Int(chunk)]), not \(expected.chunkRows[Int(chunk)])")
      }
    }
    return faults
  }
}
