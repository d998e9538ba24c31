extension Outline {
  /// Whether a process is folded, with or without children now. - Complexity: O(1).
  public func isFolded(_ id: ProcessID) -> Bool { folds.contains(id) }

  /// Folds or unfolds one process. - Complexity: O(depth), as the next.
  public mutating func setFolded(_ folded: Bool, _ id: ProcessID, in tree: ProcessTree) {
    guard let slot = tree.slot(of: id) else { return }
    setFolded(folded, id, slot)
    update(in: tree)
  }

  /// Folds or unfolds many processes. - Complexity: O(their number, and those above them, each once).
  public mutating func setFolded(_ folded: Bool, _ ids: [ProcessID], in tree: ProcessTree) {
    for id in ids {
      if let slot = tree.slot(of: id) { setFolded(folded, id, slot) }
    }
    update(in: tree)
  }

  /// Folds or unfolds a process and every one below it that has children. - Complexity: O(subtree + depth).
  public mutating func setFolded(_ folded: Bool, allBelow id: ProcessID, in tree: ProcessTree) {
    guard let top = tree.slot(of: id) else { return }
    setFolded(folded, within: top, in: tree)
    setFolded(folded, id, top)
    update(in: tree)
  }

  /// Folds every process that has children, or unfolds everything. - Complexity: O(processes).
  public mutating func setAllFolded(_ folded: Bool, in tree: ProcessTree) {
    folds = []
    if folded {
      var slot = NodeArena.machine
      while let next = tree.arena.successor(of: slot, within: NodeArena.machine) {
        if tree.arena[next].firstChild != NodeArena.none { folds.insert(tree.arena[next].id) }
        slot = next
      }
    }
    rebuild(from: tree)
  }

  /// What was folded and opened, to have it again later.
  public var foldState: FoldState { FoldState(folds: folds, opened: opened) }

  /// Folds and opens what another view of the same machine has folded and opened, such as a frozen one, or this one before.
  ///
  /// - Complexity: O(what differs, and what stands above that, each once).
  public mutating func setFoldState(_ state: FoldState, in tree: ProcessTree) {
    guard state != foldState else { return }
    for id in folds.symmetricDifference(state.folds) {
      if let slot = tree.slot(of: id) { setFolded(state.folds.contains(id), id, slot) }
    }
    for id in opened.symmetricDifference(state.opened) {
      if let slot = tree.slot(of: id) { setOpened(state.opened.contains(id), id, slot) }
    }
    update(in: tree)
  }

  private mutating func setFolded(_ folded: Bool, within top: Int32, in tree: ProcessTree) {
    var slot = top
    while let next = tree.arena.successor(of: slot, within: top) {
      if !folded || tree.arena[next].firstChild != NodeArena.none {
        setFolded(folded, tree.arena[next].id, next)
      }
      slot = next
    }
  }

  private mutating func setFolded(_ folded: Bool, _ id: ProcessID, _ slot: Int32) {
    if folded { folds.insert(id) } else { folds.remove(id) }
    let before = entries[Int(slot)].rows
    entries[Int(slot)].isFolded = folded
    add(
      rows: entries[Int(slot)].rows &- before, matches: 0, chunk: entries[Int(slot)].chunk,
      to: entries[Int(slot)].parent)
  }
}

/// Which processes hide what is below them, and which show all of their children although many are over.
public struct FoldState: Hashable, Sendable {
  let folds: Set<ProcessID>
  let opened: Set<ProcessID>
}
