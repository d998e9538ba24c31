internal import Events
internal import Tree

extension AppState {
  mutating func changeFolds(_ command: CommandID) {
    switch command {
    case .collapse where focus == .detail: return chooseLink(by: -1)
    case .expand where focus == .detail: return chooseLink(by: 1)
    case .open where focus == .detail: return followLink()
    case .collapse where focus != .tree: return scrollSideways(.scrollLeft)
    case .expand where focus != .tree: return scrollSideways(.scrollRight)
    case .open where focus == .log: return showInTree()
    case .toggleEverything: return toggleEverything()
    default: break
    }
    guard let id = highlighted, let row = shown.row(of: id).flatMap({ shown.row(at: $0) }) else {
      return showError("no process is selected")
    }
    if row.collapsedCount > 0, [.expand, .open, .unfold, .toggleAllBelow].contains(command) { return open(id) }
    if changeChain(command, row) { return }
    let hasRowsBelow = row.hasChildren || row.isFolded
    let canFold = row.hasChildren && !row.isFolded
    if !hasRowsBelow, [.expand, .open, .unfold, .fold, .toggleAllBelow].contains(command) {
      return showError(nothingBelow(id))
    }
    switch command {
    case .collapse: canFold ? setFolded(true, id) : selectParent(of: standing ?? id)
    case .expand:
      row.isFolded ? setFolded(false, id) : selectFirstChild(of: id)
    case .open: setFolded(!row.isFolded, id)
    case .unfold:
      row.isFolded
        ? setFolded(false, id) : showError("already unfolded (\(keyName(.toggleAllBelow)) unfolds all descendants)")
    case .fold: canFold ? setFolded(true, id) : showError("already folded")
    case .toggleAllBelow: toggleAllBelow(id)
    default: selectParent(of: standing ?? id)
    }
  }

  /// The selected process, if it is on a row: its own, or that of a chain.
  var standing: ProcessID? { tree.selection.flatMap { shown.row(of: $0) == nil ? nil : $0 } }

  /// Opens or closes the chain of a row; false if the command means something else there.
  private mutating func changeChain(_ command: CommandID, _ row: OutlineRow) -> Bool {
    let opens = command == .expand || command == .unfold
    guard opens || command == .collapse || command == .fold else { return false }
    guard opens ? row.chainCount > 0 && !row.isFolded : shown.outline.isInOpenChain(row.id, in: shown.tree) else {
      return false
    }
    updateShown { $0.setSplit(opens, chainOf: row.id) }
    return true
  }

  /// Why there is nothing to fold or unfold.
  private func nothingBelow(_ id: ProcessID) -> DisplayText {
    let childCount = shown.tree[id]?.childCount ?? 0
    return childCount > 0 ? "no descendant matches the filter" : "no children"
  }

  private mutating func setFolded(_ folded: Bool, _ id: ProcessID) {
    updateShown {
      $0.setFolded(folded, id)
      // Folding collapses the exited children again.
      if folded { $0.setOpened(false, id) }
    }
    leaveHiddenSelection()
  }

  /// Expands a collapsed row and selects the first of its processes, on the line of that row.
  ///
  /// - Complexity: O(children of the parent).
  private mutating func open(_ id: ProcessID) {
    guard let parent = shown.tree[id]?.parent else { return showError("this row cannot be expanded") }
    let first = shown.tree.children(of: parent).first {
      shown.outline.collapsingParent(of: $0, in: shown.tree) == parent
    }
    updateShown { $0.setOpened(true, parent) }
    tree.isFollowing = false
    // If the newest are on top, the last of them is the first row.
    let revealed = [first, id].compactMap(\.self)
    tree.selection = revealed.min { shown.row(of: $0) ?? .max < shown.row(of: $1) ?? .max }
    show("fold the parent to collapse them again")
  }

  private mutating func toggleAllBelow(_ id: ProcessID) {
    let folded = hasFold(in: id)
    updateShown { $0.setFolded(!folded, allBelow: id) }
    leaveHiddenSelection()
  }

  /// Whether anything in a subtree is folded, its top included. - Complexity: O(subtree).
  private func hasFold(in top: ProcessID) -> Bool {
    guard !shown.outline.folds.isEmpty else { return false }
    var rest = [top]
    while let id = rest.popLast() {
      if shown.outline.isFolded(id) { return true }
      rest.append(contentsOf: shown.tree.children(of: id))
    }
    return false
  }

  private mutating func toggleEverything() {
    let foldsAll = shown.outline.folds.isEmpty
    let roots = shown.tree.topLevelProcesses
    updateShown { data in
      data.setAllFolded(foldsAll)
      // The first level stays in view: a screen with only pid 1 is useless.
      if foldsAll { data.setFolded(false, roots) }
    }
    leaveHiddenSelection()
    show(foldsAll ? "folded to the first level" : "whole tree unfolded")
  }

  private mutating func selectParent(of id: ProcessID) {
    if id == root { return leaveRoot() }
    guard let parent = shown.tree[id]?.parent else { return showError("no parent") }
    guard canStand(on: parent) else { return showError("the parent is not traced") }
    // In a chain it is on the same row.
    if shown.row(of: parent) != nil { return choose(parent) }
    guard let visible = shown.nearestVisible(parent) else { return showError("the filter hides the parent") }
    choose(visible)
  }

  private mutating func selectFirstChild(of id: ProcessID) {
    if let row = shown.row(of: id), let child = shown.row(at: row + 1)?.id { choose(child) }
  }

  /// From the log: the process of the entry under the cursor, in the tree.
  private mutating func showInTree() {
    guard let id = tree.selection, shown.tree[id] != nil else { return showError("that process is forgotten") }
    reveal(id)
    focus = .tree
    closeTop()
    if shown.row(of: id) == nil { show("the filter hides that process") }
    choose(id)
  }
}
