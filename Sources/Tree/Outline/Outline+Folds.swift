public import Events

extension Outline {
  /// Whether a process is folded, with or without children. - Complexity: O(1).
  public func isFolded(_ id: ProcessID) -> Bool { folds.contains(id) }

  /// Folds or unfolds one process. - Complexity: O(depth).
  public mutating func setFolded(_ folded: Bool, _ id: ProcessID, in tree: ProcessTree) {
    guard let slot = tree.slot(of: id) else { return }
    setFolded(folded, id, slot)
    update(in: tree)
  }

  /// Folds or unfolds many processes. - Complexity: O(their number, and their ancestors, each once).
  public mutating func setFolded(_ folded: Bool, _ ids: [ProcessID], in tree: ProcessTree) {
    for id in ids {
      if let slot = tree.slot(of: id) { setFolded(folded, id, slot) }
    }
    update(in: tree)
  }

  /// Folds or unfolds a process and all its descendants that have children. - Complexity: O(subtree + depth).
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
      var slot = NodeArena.root
      while let next = tree.arena.successor(of: slot, within: NodeArena.root) {
        if tree.arena[next].firstChild != NodeArena.none { folds.insert(tree.arena[next].id) }
        slot = next
      }
    }
    rebuild(from: tree)
  }

  /// The present folds and opened parents, for `setFoldState`.
  public var foldState: FoldState { FoldState(folds: folds, opened: opened, split: split, top: top) }

  /// Sets the folds, opened parents, opened chains and the top of another view of the same tree, such as a frozen one,
  /// or of an earlier state.
  ///
  /// - Complexity: O(differences, and their ancestors, each once).
  public mutating func setFoldState(_ state: FoldState, in tree: ProcessTree) {
    guard state != foldState else { return }
    top = state.top
    setSplit(state.split, in: tree)
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

/// Which processes hide their descendants, which show all of their exited children, which chains are open, and what is
/// the top.
public struct FoldState: Hashable, Sendable {
  let folds: Set<ProcessID>
  let opened: Set<ProcessID>
  let split: Set<ProcessID>
  let top: ProcessID?
}
