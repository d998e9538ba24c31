internal import Events
public import Filtering

/// A top table that is summed up process by process, in slices: the view reacts to keys while a million processes are
/// visited.
///
///     var sum = TopSum(by: .comm, matching: filter, now: now)
///     while sum.add(20_000, of: tree) {}
///     let table = sum.table(order: TopOrder(.cpu))
///
/// The tree may change between two slices: each process counts as it is when it is visited.
public struct TopSum: Sendable {
  /// What the rows are grouped by.
  public let grouping: TopGrouping
  let groupLimit: Int
  private let filter: Filter?
  private let now: UInt64
  private var groups: TopGroups
  /// The next slot to visit.
  private var next = 0

  /// Starts a table; the parameters are those of `TopTable.init`.
  public init(by grouping: TopGrouping, matching filter: Filter? = nil, now: UInt64, groupLimit: Int = 4000) {
    self.grouping = grouping
    self.groupLimit = max(1, groupLimit)
    self.filter = filter
    self.now = now
    groups = TopGroups(grouping, limit: self.groupLimit)
  }

  /// Adds the next `count` processes. - Returns: whether there are more.
  public mutating func add(_ count: Int, of tree: ProcessTree) -> Bool {
    let end = min(next &+ max(count, 1), tree.arena.capacity)
    add(min(next, end)..<end, of: tree, below: nil)
    next = end
    return end < tree.arena.capacity
  }

  /// The part of the tree that was visited, 0 to 1.
  public func share(of tree: ProcessTree) -> Double { Double(next) / Double(max(tree.arena.capacity, 1)) }

  /// The table of what was visited so far. - Complexity: O(groups × log groups).
  public func table(order: TopOrder) -> TopTable { TopTable(self, order: order) }

  /// Visits all processes, or one process and its descendants.
  mutating func addAll(of tree: ProcessTree, below root: ProcessID?) {
    add(0..<tree.arena.capacity, of: tree, below: root.map(tree.slots(below:)))
  }

  var rows: [TopRow] { groups.rows.map { $0.finished() } }

  private mutating func add(_ slots: Range<Int>, of tree: ProcessTree, below: [Bool]?) {
    let window = (now >= TopTable.rateTime ? now &- TopTable.rateTime &+ 1 : 0)...now
    let evaluator = filter.map { FilterEvaluator($0, at: now) }
    // The objects that identify rows may have been freed since the last slice.
    groups.forgetObjects()
    tree.arena.forEachRecord(in: slots) { slot, id, record in
      if let below, !below[Int(slot)] { return }
      if let evaluator, !evaluator.matches(slot: slot, in: tree) { return }
      groups.add(record, id, window)
    }
  }
}

extension ProcessTree {
  /// The slots of a process and its descendants. - Complexity: O(slots).
  fileprivate func slots(below root: ProcessID) -> [Bool] {
    var slots = [Bool](repeating: false, count: arena.capacity)
    guard let top = slot(of: root) else { return slots }
    slots[Int(top)] = true
    var slot = top
    while let next = arena.successor(of: slot, within: top) {
      slots[Int(next)] = true
      slot = next
    }
    return slots
  }
}
