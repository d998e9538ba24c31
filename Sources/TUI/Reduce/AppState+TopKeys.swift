internal import ProcessTree

extension AppState {
  /// The keys of the tree's pane are the top table's.
  var isInTop: Bool { top.isOpen && focus == .tree }

  mutating func toggleTop() {
    if top.isOpen { return closeTop() }
    focus = .tree
    top.isOpen = true
    detail.top = 0
    makeTop()
  }

  mutating func closeTop() {
    guard top.isOpen else { return }
    top.close()
    detail.top = 0
  }

  /// What a key of the tree does while the top table stands in its place; false where it does what it always does.
  mutating func performInTop(_ command: Command, on key: Key) -> Bool {
    switch command.id {
    case .collapse: group(by: -1)
    case .expand: group(by: 1)
    case .onlyThisCommand where top.selectedRow == nil && undoOnly(.onlyThisCommand): break
    case .toggleFold, .onlyThisCommand: filterToRow()
    case .scrollLeft, .scrollRight, .scrollToStart, .scrollToEnd: scrollTop(command.id)
    case .unfold, .fold, .toggleAllBelow, .toggleEverything, .runTimes, .mark, .onlyBelow: complainOfTree(key)
    case .search, .searchNext, .searchPrevious:
      // What these find or start from is in the tree.
      closeTop()
      return false
    case .back where !isZoomed: closeTop()
    default: return false
    }
    return true
  }

  /// What a key does in any pane as long as the tree is not to be seen; false where it does what it always does.
  mutating func performBesideTop(_ command: Command, on key: Key) -> Bool {
    switch command.id {
    case .parent, .follow: complainOfTree(key)
    case .mark, .onlyBelow:
      // The detail is of the group; in the log there is a process to do it to.
      guard focus == .detail else { return false }
      complainOfTree(key)
    case .onlyThisCommand:
      guard focus == .detail, !undoOnly(.onlyThisCommand) else { return false }
      filterToRow()
    case .goto:
      // Whom it finds is in the tree.
      closeTop()
      return false
    default: return false
    }
    return true
  }

  private mutating func complainOfTree(_ key: Key) {
    complain("\(key.name(arrows: glyphs.showsArrows)) is for the tree, \(keyName(.top)) leads back to it")
  }

  mutating func moveInTop(by rows: Int) {
    let row = Self.sum(top.row, rows, below: top.rows.count)
    top.row = row
    top.selection = top.rows.isEmpty ? nil : top.rows[row].key
  }

  mutating func sortTop(_ command: CommandID) {
    guard top.isOpen else { return sortTree(command) }
    let order = top.order
    if command == .topReverse {
      sortTop(order.reversed)
    } else {
      let all = TopColumns.order
      let index = all.firstIndex(of: order.column) ?? 0
      sortTop(TopOrder(all[(index + 1) % all.count]))
    }
  }

  mutating func sortTop(_ order: TopOrder) {
    top.sort(order)
    // Who sorts wants to see what comes first now.
    moveInTop(by: Int.min / 2)
    guard layout[.tree]?.header == nil else { return }
    // Nothing else on the screen tells.
    let arrow = order.isDescending ? glyphs.arrowDown : glyphs.arrowUp
    say("sorted by \(arrow)\(TopListing.title(of: order.column, by: top.grouping))")
  }

  private mutating func group(by step: Int) {
    let all = TopGrouping.allCases
    let index = all.firstIndex(of: top.grouping) ?? 0
    top.group(by: all[(index + step + all.count) % all.count])
    makeTop()
  }

  /// Shows in the tree whom the row counts: what the filter let through already, and of these its group.
  mutating func filterToRow() {
    guard let row = top.selectedRow else { return complain("no group is selected") }
    guard let text = row.filterText else { return complain("these have no filter: they are all that are left over") }
    let all = filterText.isEmpty || filterText == text ? text : "(\(filterText)) \(text)"
    let before = filterText
    if let fault = setFilter(all) { return complain(DisplayText(typed: fault.message)) }
    if before != filterText { onlyThese = [OnlyThis(command: .onlyThisCommand, before: before, set: all)] }
    filterHistory.add(all)
    closeTop()
    seeksMatch = true
  }

  private mutating func scrollTop(_ command: CommandID) {
    guard let box = layout[.tree] else { return }
    let pane = TopPane(state: self, box: box)
    let last = max(pane.longestName - pane.nameWidth, 0)
    switch command {
    case .scrollLeft: top.sideways = max(top.sideways - Self.sidewaysStep, 0)
    case .scrollRight: top.sideways = max(min(top.sideways + Self.sidewaysStep, last), top.sideways)
    case .scrollToStart: top.sideways = 0
    default: top.sideways = last
    }
  }
}

extension TopOrder {
  /// The other way round.
  var reversed: TopOrder { TopOrder(column, isDescending: !isDescending) }
}
