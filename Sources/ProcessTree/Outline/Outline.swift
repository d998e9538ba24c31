/// The displayed rows of one tree, under folds and a filter: derived from the tree, kept beside it, and brought up to
/// date change by change.
///
/// For every node it holds how many rows its subtree displays. A row is then found by skipping whole subtrees. An event
/// changes the counts of a node and its parent; those above them follow with `update`, for many events at once:
///
///     make      rows 5          rows = 1 + those of the children, unless folded (1), or nothing
///     ├─ cc     rows 2                 in the subtree matches the filter (0)
///     │  └─ as  rows 1
///     └─ ▸ sh   rows 1 (folded)
///
/// Where a parent has many children these are skipped by chunks (`SiblingIndex`), whose rows are summed too.
///
/// Folds and the filter are choices of the user and outlive the nodes; a fold goes when its process is forgotten.
public struct Outline: Sendable {
  /// Whether a node is stowed, and as what.
  enum Stowing: UInt8, Sendable {
    case none, ended, failed
  }

  /// What a display needs of one node, in the slot that the tree gave it.
  struct Entry: Sendable, Equatable {
    /// The parent's slot, and the chunk among its children, as far as the outline has followed the tree.
    var parent = NodeArena.none
    var chunk = NodeArena.none
    /// Rows of all children's subtrees together, whether or not this node is folded.
    var rowsBelow: Int32 = 0
    /// Matches in the subtree, this node included; 1 each without a filter.
    var matches: Int32 = 0
    /// Children that are over: nothing of their subtree runs.
    var over: Int32 = 0
    /// 1 more than its place among what `update` has to look at (`PendingRows`); 0 where it is not there.
    var pending: Int32 = 0
    var isMatch = false
    var isFolded = false
    var isOver = false
    /// It has no row of its own: one row stands for all that are stowed of its parent's children.
    var stowing = Stowing.none
    var isStowed: Bool { stowing != .none }

    var rows: Int32 { matches == 0 || isStowed ? 0 : isFolded ? 1 : 1 &+ rowsBelow }
  }

  /// By slot; the machine's own, slot 0, sums the roots.
  var entries: ContiguousArray<Entry> = [Entry()]
  /// Rows of each chunk of siblings.
  var chunkRows: ContiguousArray<Int32> = []
  /// What the rows are narrowed to; nil shows all.
  public internal(set) var filter: Filter?
  /// The folded processes, whether or not they have children now.
  public internal(set) var folds: Set<ProcessID> = []
  /// Of a parent with more children that are over than this, all but the last ones are stowed; nil stows nothing.
  public internal(set) var stowsBeyond: Int?
  /// By parent: what is stowed.
  var stows: [Int32: Stow] = [:]
  /// What `update` has to look at.
  var pending = PendingRows()
  /// Parents whose stowed children are shown.
  public internal(set) var opened: Set<ProcessID> = []
  /// While a filter is being applied: the next slot to look at.
  var sieve: Sieve?
  /// Siblings in another order than the tree's; nil for that.
  var sorted: SortedSiblings?

  /// Shows everything; `rebuild` takes in what a tree already holds.
  public init() {}

  /// How many rows there are. - Complexity: O(1).
  public var rowCount: Int { Int(entries[0].rowsBelow) }

  /// Processes that match the filter, displayed or hidden in a fold; all of them without a filter.
  public var matchCount: Int { Int(entries[0].matches) }

  /// Whether a process matches the filter, as of the last `update`; false of one that is not in the tree.
  /// - Complexity: O(1).
  public func isMatch(_ id: ProcessID, in tree: ProcessTree) -> Bool {
    tree.slot(of: id).map { Int($0) < entries.count && entries[Int($0)].isMatch } ?? false
  }

  /// Derives everything anew, keeping folds and filter: for another tree than before. - Complexity: O(processes).
  public mutating func rebuild(from tree: ProcessTree) {
    sieve = nil
    resort()
    pending = PendingRows()
    entries = ContiguousArray(repeating: Entry(), count: tree.arena.capacity)
    // Parents before children, then sums from the far end: no recursion however deep the tree.
    var order: [Int32] = []
    order.reserveCapacity(tree.totals.processes)
    var slot = NodeArena.machine
    while let next = tree.arena.successor(of: slot, within: NodeArena.machine) {
      order.append(next)
      slot = next
    }
    let evaluator = filter.map { FilterEvaluator($0) }
    for slot in order {
      let links = tree.arena[slot]
      let isMatch = evaluator?.matches(slot: slot, in: tree) ?? true
      entries[Int(slot)] = Entry(
        parent: links.parent, chunk: links.chunk, matches: isMatch ? 1 : 0, isMatch: isMatch,
        isFolded: !folds.isEmpty && folds.contains(links.id))
    }
    markOver(order, in: tree)
    stowAll(order, in: tree)
    chunkRows = ContiguousArray(repeating: 0, count: tree.arena.siblings.chunks.count)
    for slot in order.reversed() {
      let entry = entries[Int(slot)]
      entries[Int(entry.parent)].rowsBelow &+= entry.rows
      entries[Int(entry.parent)].matches &+= entry.matches
      if entry.chunk >= 0 { chunkRows[Int(entry.chunk)] &+= entry.rows }
    }
  }

  /// Follows one change. Every change must be noted once, in order, with the tree as it stood right after it. Rows are
  /// found again after the next `update`.
  /// - Complexity: O(1) at any depth; the filter looks at each changed node once.
  public mutating func note(_ change: TreeChange, in tree: ProcessTree) {
    change.forEachStep { note($0, in: tree) }
    noteDependents(of: change)
    change.forEachChunk { sum(chunk: $0, in: tree) }
    if pending.isLong { update(in: tree) }
  }

  /// Shows only what matches, with the ancestors of that; nil shows everything. Folds stay as they are.
  /// - Complexity: O(processes).
  public mutating func setFilter(_ filter: Filter?, in tree: ProcessTree) {
    self.filter = filter
    rebuild(from: tree)
  }

  private mutating func note(_ step: TreeChange.Step, in tree: ProcessTree) {
    let index = Int(step.slot)
    noteOrder(of: step)
    switch step.kind {
    case .inserted:
      while entries.count <= index { entries.append(Entry()) }
      let isFolded = !folds.isEmpty && folds.contains(step.id)
      entries[index] = Entry(
        parent: step.parentSlot, chunk: chunk(of: step, in: tree), pending: entries[index].pending, isFolded: isFolded)
      evaluate(step, in: tree)
      noteEnd(of: step.slot)
      noteEnd(of: step.parentSlot)
    case .changed:
      if filter != nil { evaluate(step, in: tree) }
      noteEnd(of: step.slot)
      noteStatus(of: step, in: tree)
    case .moved:
      leaveStow(step.slot)
      let old = entries[index].parent
      let entry = entries[index]
      add(rows: 0 &- entry.rows, matches: 0 &- entry.matches, chunk: entry.chunk, to: entry.parent)
      entries[index].parent = step.parentSlot
      entries[index].chunk = chunk(of: step, in: tree)
      add(rows: entry.rows, matches: entry.matches, chunk: entries[index].chunk, to: step.parentSlot)
      evaluate(step, in: tree)
      noteEnd(of: old)
      noteEnd(of: step.slot)
      noteEnd(of: step.parentSlot)
    case .forgotten:
      leaveStow(step.slot)
      let entry = entries[index]
      add(rows: 0 &- entry.rows, matches: 0 &- entry.matches, chunk: entry.chunk, to: entry.parent)
      entries[index] = Entry(pending: entry.pending)
      dropPending(step.slot)
      folds.remove(step.id)
      opened.remove(step.id)
      noteEnd(of: entry.parent)
    }
  }

  private func chunk(of step: TreeChange.Step, in tree: ProcessTree) -> Int32 {
    tree.arena.holds(step.id, at: step.slot) ? tree.arena[step.slot].chunk : NodeArena.none
  }

  /// Sums a chunk whose members changed.
  private mutating func sum(chunk: Int32, in tree: ProcessTree) {
    while chunkRows.count <= Int(chunk) { chunkRows.append(0) }
    var rows: Int32 = 0
    for slot in tree.arena.siblings[chunk].slots {
      entries[Int(slot)].chunk = chunk
      rows &+= entries[Int(slot)].rows
    }
    chunkRows[Int(chunk)] = rows
  }

  /// Whether the process of a step matches now: at once, or with others where that asks about others.
  private mutating func evaluate(_ step: TreeChange.Step, in tree: ProcessTree) {
    // One event may insert a process and forget it again: then the step of its leaving follows.
    guard tree.arena.holds(step.id, at: step.slot) else { return setMatch(false, step.slot) }
    guard let filter else { return setMatch(true, step.slot) }
    if filter.asksAboutOthers {
      noteMatch(of: step.slot, .itself)
    } else {
      setMatch(filter.matches(slot: step.slot, in: tree), step.slot)
    }
  }

  mutating func setMatch(_ isMatch: Bool, _ slot: Int32) {
    let index = Int(slot)
    guard entries[index].isMatch != isMatch else { return }
    let before = entries[index].rows
    let delta: Int32 = isMatch ? 1 : -1
    entries[index].isMatch = isMatch
    entries[index].matches &+= delta
    add(
      rows: entries[index].rows &- before, matches: delta, chunk: entries[index].chunk, to: entries[index].parent)
  }
}
