package import Tree

extension AppState {
  /// The keys of the tree pane go to the top table.
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

  /// Handles a tree command while the top table is shown instead; false if the command works as usual.
  mutating func performInTop(_ command: Command, on key: Key) -> Bool {
    switch command.id {
    case .collapse: group(by: -1)
    case .expand: group(by: 1)
    case .onlyThisCommand where top.selectedRow == nil && undoOnly(.onlyThisCommand): break
    case .open, .onlyThisCommand: filterToRow()
    case .scrollLeft, .scrollRight, .scrollToStart, .scrollToEnd: scrollTop(command.id)
    case .unfold, .fold, .toggleAllBelow, .toggleEverything, .runTimes, .criticalPath, .mark, .onlyBelow:
      showErrorInTop(key)
    case .search, .searchNext, .searchPrevious, .nextFailure, .previousFailure:
      // These commands need the tree.
      closeTop()
      return false
    case .back where !isZoomed: closeTop()
    default: return false
    }
    return true
  }

  /// Handles a command of any pane while the tree is hidden; false if the command works as usual.
  mutating func performBesideTop(_ command: Command, on key: Key) -> Bool {
    switch command.id {
    case .parent, .follow: showErrorInTop(key)
    case .mark, .onlyBelow:
      // The detail shows a group; only the log has a selected process.
      guard focus == .detail else { return false }
      showErrorInTop(key)
    case .onlyThisCommand:
      guard focus == .detail, !undoOnly(.onlyThisCommand) else { return false }
      filterToRow()
    case .goto,
      .nextFailure where focus != .log, .previousFailure where focus != .log:
      // The process that it finds is in the tree.
      closeTop()
      return false
    default: return false
    }
    return true
  }

  private mutating func showErrorInTop(_ key: Key) {
    showError("\(key.name(arrows: glyphs.showsArrows)) works only in the tree (\(keyName(.top)) goes there)")
  }

  mutating func moveInTop(by rows: Int) {
    let row = Self.sum(top.row, rows, below: top.rows.count)
    top.row = row
    top.selection = top.rows.isEmpty ? nil : top.rows[row].key
  }

  mutating func sortTop(_ order: TopOrder) {
    top.sort(order)
    // After sorting, the first rows are of interest.
    moveInTop(by: Int.min / 2)
    guard layout[.tree]?.header == nil else { return }
    // Nothing else on the screen shows the order.
    let arrow = order.isDescending ? glyphs.arrowDown : glyphs.arrowUp
    show("sorted by \(arrow)\(TopListing.title(of: order.column, by: top.grouping))")
  }

  private mutating func group(by step: Int) {
    let all = TopGrouping.allCases
    let index = all.firstIndex(of: top.grouping) ?? 0
    top.group(by: all[(index + step + all.count) % all.count])
    makeTop()
  }

  /// Shows the processes of the row in the tree: those that match the present filter and belong to the group.
  mutating func filterToRow() {
    guard let row = top.selectedRow else { return showError("no group is selected") }
    guard let text = row.filterText else { return showError("(others) has no filter: it holds all remaining groups") }
    let all = typedFilter.text.isEmpty || typedFilter.text == text ? text : "(\(typedFilter.text)) \(text)"
    let before = typedFilter.text
    if let fault = setFilter(all) { return showError(DisplayText(typed: fault.message)) }
    if before != typedFilter.text {
      typedFilter.onlyThese = [TypedFilter.OnlyThis(command: .onlyThisCommand, before: before, set: all)]
    }
    histories.filter.add(all)
    closeTop()
    typedFilter.seeksMatch = true
  }

  private mutating func scrollTop(_ command: CommandID) {
    let geometry = self.geometry
    guard let box = geometry.layout[.tree], let columns = geometry.top else { return }
    let longest = top.rows(height: box.rows).reduce(0) { max($0, TopListing.name(of: $1).width) }
    let last = max(longest - columns.nameWidth, 0)
    switch command {
    case .scrollLeft: top.sideways = max(top.sideways - Self.sidewaysStep, 0)
    case .scrollRight: top.sideways = max(min(top.sideways + Self.sidewaysStep, last), top.sideways)
    case .scrollToStart: top.sideways = 0
    default: top.sideways = last
    }
  }
}

extension TopOrder {
  /// Reversed.
  var reversed: TopOrder { TopOrder(column, isDescending: !isDescending) }
}

// The mouse in the top table.

extension AppState {
  /// The first click on a row selects it, the next one acts as Enter; a click on a heading sorts by that column, the
  /// next one reverses the order.
  mutating func pressTop(at point: Point, in box: Layout.Box, hadFocus: Bool) {
    if let header = box.header, point.row == header {
      if let column = geometry.top?.column(at: point.column - box.column) { sortTop(byHeadOf: column) }
      return
    }
    let line = point.row - box.top
    let row = top.first + line
    guard (0..<box.rows).contains(line), top.rows.indices.contains(row) else { return }
    if hadFocus, row == top.row { return filterToRow() }
    moveInTop(by: row - top.row)
  }

  private mutating func sortTop(byHeadOf column: TopColumn) {
    sortTop(column == top.order.column ? top.order.reversed : TopOrder(column))
  }
}

extension AppState {
  /// The totals of the processes at the moment that is shown; with a filter, only of the matching ones.
  /// - Complexity: O(processes).
  package func top(by grouping: TopGrouping, order: TopOrder = TopOrder(.execs)) -> TopTable {
    TopTable(of: shown.tree, by: grouping, matching: shown.filter, now: shownTime, order: order)
  }
}
