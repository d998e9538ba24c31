public import Events
public import Filtering

/// The displayed rows of a tree, under folds and a filter: derived from the tree, stored beside it, and updated change
/// by change.
///
/// For every node it stores how many rows its subtree displays, so that a row is found by skipping whole subtrees. An
/// event changes the counts of a node and its parent; `update` carries the changes of many events to their ancestors:
///
///     make      rows 5          rows = 1 + those of the children, unless folded (1), or nothing
///     ├─ cc     rows 2                 in the subtree matches the filter (0)
///     │  └─ as  rows 1
///     └─ ▸ sh   rows 1 (folded)
///
/// A process that shares the row of its only child (`Outline+Chains`) counts the rows of that child alone.
///
/// Where a parent has many children, these are skipped by chunks (`SiblingIndex`), whose rows are summed too.
///
/// Folds and the filter are choices of the user and stay when nodes change; a fold is removed when its process is
/// forgotten.
public struct Outline: Sendable {
  /// Whether a node is collapsed, and how it exited.
  enum CollapseState: UInt8, Sendable {
    case none, ended, failed
  }

  /// The data of one node, by its slot in the tree.
  struct Entry: Sendable, Equatable {
    /// The parent's slot, as of the last applied change.
    var parent = NodeArena.none
    /// The chunk among the parent's children, as of the last applied change.
    var chunk = NodeArena.none
    /// Rows of all children's subtrees together, whether or not this node is folded.
    var rowsBelow: Int32 = 0
    /// Matches in the subtree, this node included; all nodes without a filter.
    var matches: Int32 = 0
    /// How many children have an exited subtree.
    var exitedChildren: Int32 = 0
    /// How many children have matches in their subtrees.
    var shownChildren: Int32 = 0
    /// 1 more than its index in the list of pending nodes (`PendingRows`); 0 where it is not in the list.
    var pending: Int32 = 0
    var isMatch = false
    var isFolded = false
    var isExited = false
    /// Whether it has a row of its own in every chain, see `Outline+Chains`.
    var isApart = false
    /// Whether the user opened the chain after it.
    var isSplit = false
    var merging = Merging.never
    /// Its depth when it got its parent, modulo `Outline.longestChain`. A move of an ancestor does not change it.
    var link: UInt8 = 0
    /// A collapsed node has no row of its own: one row stands for all collapsed children of its parent.
    var collapseState = CollapseState.none
    var isCollapsed: Bool { collapseState != .none }

    /// The rows that its parent has of it.
    var rows: Int32 { isCollapsed ? 0 : ownRows }
    /// The same where it is the top of what is displayed, so that no parent collapses it.
    var ownRows: Int32 { matches == 0 ? 0 : isFolded ? 1 : isMerged ? rowsBelow : 1 &+ rowsBelow }
  }

  /// By slot; slot 0, the root, sums the top-level processes.
  var entries: ContiguousArray<Entry> = [Entry()]
  /// The rows of each chunk of siblings.
  var chunkRows: ContiguousArray<Int32> = []
  /// The filter; nil shows all processes.
  public internal(set) var filter: Filter?
  /// The folded processes, with or without children.
  public internal(set) var folds: Set<ProcessID> = []
  /// How many exited children of one parent are shown; the others are collapsed. Nil collapses none.
  public internal(set) var exitedChildLimit: Int?
  /// The collapsed rows by parent.
  var collapsedRows: [Int32: CollapsedRow] = [:]
  /// The changes that `update` has to carry to ancestors.
  var pending = PendingRows()
  /// Parents whose exited children are all shown.
  public internal(set) var opened: Set<ProcessID> = []
  /// The progress of a filter that is being applied; nil for none.
  var filterProgress: FilterProgress?
  /// Siblings in another order than the tree's; nil for the tree's.
  var sorted: SortedSiblings?
  /// Whether a chain of only children shares one row.
  public internal(set) var mergesChains = false
  /// Processes whose chains the user opened: they have rows of their own.
  public internal(set) var split: Set<ProcessID> = []
  /// The process whose subtree is displayed; nil for the whole tree, as while the tree does not have the process.
  public internal(set) var top: ProcessID?

  /// An outline that shows everything. `rebuild` adds the processes of a tree.
  public init() {}

  /// The number of rows of the whole tree. - Complexity: O(1).
  public var rowCount: Int { Int(entries[0].rowsBelow) }

  /// How many processes match the filter, including hidden ones; all without a filter. - Complexity: O(1).
  public var matchCount: Int { Int(entries[0].matches) }

  /// Whether a process matches the filter, as of the last `update`; false where it is not in the tree.
  /// - Complexity: O(1).
  public func isMatch(_ id: ProcessID, in tree: ProcessTree) -> Bool {
    tree.slot(of: id).map { Int($0) < entries.count && entries[Int($0)].isMatch } ?? false
  }

  /// Derives all rows from another tree, with the same folds and filter. - Complexity: O(processes).
  public mutating func rebuild(from tree: ProcessTree) { rebuild(from: tree, links: nil) }

  /// - Parameter links: of each slot; nil to count them again.
  mutating func rebuild(from tree: ProcessTree, links known: ContiguousArray<UInt8>?) {
    filterProgress = nil
    resort()
    pending = PendingRows()
    entries = ContiguousArray(repeating: Entry(), count: tree.arena.capacity)
    // Parents before children, then sums in reverse order: no recursion, however deep the tree is.
    var order: [Int32] = []
    order.reserveCapacity(tree.totals.processes)
    var slot = NodeArena.root
    while let next = tree.arena.successor(of: slot, within: NodeArena.root) {
      order.append(next)
      slot = next
    }
    let evaluator = filter.map { FilterEvaluator($0) }
    for slot in order {
      let links = tree.arena[slot]
      let isMatch = evaluator?.matches(slot: slot, in: tree) ?? true
      entries[Int(slot)] = Entry(
        parent: links.parent, chunk: links.chunk, matches: isMatch ? 1 : 0, isMatch: isMatch,
        isFolded: !folds.isEmpty && folds.contains(links.id), isApart: tree.arena[record: slot].isApart,
        isSplit: !split.isEmpty && split.contains(links.id), link: known?[Int(slot)] ?? link(below: links.parent))
      entries[Int(slot)].merging = merging(of: entries[Int(slot)])
    }
    markExited(order, in: tree)
    collapseAll(order, in: tree)
    chunkRows = ContiguousArray(repeating: 0, count: tree.arena.siblings.chunks.count)
    for slot in order.reversed() {
      let entry = entries[Int(slot)]
      entries[Int(entry.parent)].rowsBelow &+= entry.rows
      entries[Int(entry.parent)].matches &+= entry.matches
      if entry.matches > 0 { entries[Int(entry.parent)].shownChildren &+= 1 }
      if entry.chunk >= 0 { chunkRows[Int(entry.chunk)] &+= entry.rows }
    }
  }

  /// Applies one change. Call it once for every change, in order, with the tree right after the change. Rows can be
  /// read after the next `update`.
  /// - Complexity: O(1) at any depth; the filter evaluates each changed node once.
  public mutating func apply(_ change: TreeChange, in tree: ProcessTree) {
    change.forEachStep { apply($0, in: tree) }
    markDependents(of: change)
    change.forEachChunk { sum(chunk: $0, in: tree) }
    if pending.isLong { update(in: tree) }
  }

  /// Shows only matching processes and their ancestors; nil shows everything. Folds stay.
  /// - Complexity: O(processes).
  public mutating func setFilter(_ filter: Filter?, in tree: ProcessTree) {
    self.filter = filter
    rebuild(from: tree)
  }

  private mutating func apply(_ step: TreeChange.Step, in tree: ProcessTree) {
    let index = Int(step.slot)
    updateOrder(of: step)
    switch step.kind {
    case .inserted:
      while entries.count <= index { entries.append(Entry()) }
      let isFolded = !folds.isEmpty && folds.contains(step.id)
      entries[index] = Entry(
        parent: step.parentSlot, chunk: chunk(of: step, in: tree), pending: entries[index].pending, isFolded: isFolded,
        isSplit: !split.isEmpty && split.contains(step.id), link: link(below: step.parentSlot))
      updateApart(of: step, in: tree)
      evaluate(step, in: tree)
      markExitCheck(of: step.slot)
      markExitCheck(of: step.parentSlot)
    case .changed:
      updateApart(of: step, in: tree)
      if filter != nil { evaluate(step, in: tree) }
      markExitCheck(of: step.slot)
      updateCollapseState(of: step, in: tree)
    case .moved:
      clearExited(step.slot)
      let old = entries[index].parent
      let entry = entries[index]
      let shown: Int32 = entry.matches > 0 ? 1 : 0
      add(
        rows: 0 &- entry.rows, matches: 0 &- entry.matches, children: 0 &- shown, chunk: entry.chunk, to: entry.parent)
      entries[index].parent = step.parentSlot
      entries[index].link = link(below: step.parentSlot)
      entries[index].chunk = chunk(of: step, in: tree)
      add(
        rows: entry.rows, matches: entry.matches, children: shown, chunk: entries[index].chunk, to: step.parentSlot)
      updateApart(of: step, in: tree)
      evaluate(step, in: tree)
      markExitCheck(of: old)
      markExitCheck(of: step.slot)
      markExitCheck(of: step.parentSlot)
    case .forgotten:
      clearExited(step.slot)
      let entry = entries[index]
      add(
        rows: 0 &- entry.rows, matches: 0 &- entry.matches, children: entry.matches > 0 ? -1 : 0, chunk: entry.chunk,
        to: entry.parent)
      entries[index] = Entry(pending: entry.pending)
      dropPending(step.slot)
      folds.remove(step.id)
      opened.remove(step.id)
      split.remove(step.id)
      markExitCheck(of: entry.parent)
    }
  }

  private func chunk(of step: TreeChange.Step, in tree: ProcessTree) -> Int32 {
    tree.arena.holds(step.id, at: step.slot) ? tree.arena[step.slot].chunk : NodeArena.none
  }

  /// Sums the rows of a chunk whose members changed.
  private mutating func sum(chunk: Int32, in tree: ProcessTree) {
    while chunkRows.count <= Int(chunk) { chunkRows.append(0) }
    var rows: Int32 = 0
    for slot in tree.arena.siblings[chunk].slots {
      entries[Int(slot)].chunk = chunk
      rows &+= entries[Int(slot)].rows
    }
    chunkRows[Int(chunk)] = rows
  }

  /// Evaluates the match of a step's process at once, or later if the filter depends on other processes.
  private mutating func evaluate(_ step: TreeChange.Step, in tree: ProcessTree) {
    // If one event inserts a process and removes it again, the step that removes it follows.
    guard tree.arena.holds(step.id, at: step.slot) else { return setMatch(false, step.slot) }
    guard let filter else { return setMatch(true, step.slot) }
    if filter.asksAboutOthers {
      markMatchCheck(of: step.slot, .itself)
    } else {
      setMatch(filter.matches(slot: step.slot, in: tree), step.slot)
    }
  }

  mutating func setMatch(_ isMatch: Bool, _ slot: Int32) {
    let index = Int(slot)
    guard entries[index].isMatch != isMatch else { return }
    let (before, wasShown) = (entries[index].rows, entries[index].matches > 0)
    let delta: Int32 = isMatch ? 1 : -1
    entries[index].isMatch = isMatch
    entries[index].matches &+= delta
    entries[index].merging = merging(of: entries[index])
    add(
      rows: entries[index].rows &- before, matches: delta,
      children: (entries[index].matches > 0 ? 1 : 0) &- (wasShown ? 1 : 0), chunk: entries[index].chunk,
      to: entries[index].parent)
  }
}
