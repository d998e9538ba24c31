public import Events
public import Filtering

/// The sums of a tree's remembered processes, by command, executable, user, cgroup or container.
///
///     var table = TopTable(of: tree, by: .comm, now: now)
///     table.sort(TopOrder(.cpu))
///     table.rows.first?.filterText     // comm="cc1"
///
/// A value made from one state of a tree, which may be an earlier moment (`ProcessTree.turn`). Each process counts
/// once, with its facts at that moment: a shell that became a compiler is one compiler.
///
/// Processes that are known only as a parent do not count, nor does the program that traces (`isTracer`).
public struct TopTable: Sendable {
  /// The time before `now` whose execs make the rate, in nanoseconds. Less counts where less was traced, but no less
  /// than a second.
  public static let rateTime: UInt64 = 10_000_000_000

  /// The property by which processes are grouped.
  public let grouping: TopGrouping
  /// The most groups. Further groups are summed in the row `TopKey.others`, so that a process that makes up thousands
  /// of names cannot take all memory.
  public let groupLimit: Int
  /// How the rows are sorted.
  public private(set) var order: TopOrder
  /// One row for each group, in `order`.
  public private(set) var rows: [TopRow]

  /// Sums up a tree.
  ///
  /// - Parameters:
  ///   - tree: as of now, or as of an earlier moment.
  ///   - root: counts only this process and its descendants; nil counts all.
  ///   - filter: counts only matching processes; nil counts all.
  ///   - now: the moment that the tree shows, in nanoseconds since boot: later execs do not count as recent.
  ///   - groupLimit: at least 1.
  /// - Complexity: O(processes), one pass; O(groups × log groups) for the order.
  public init(
    of tree: ProcessTree, by grouping: TopGrouping, below root: ProcessID? = nil, matching filter: Filter? = nil,
    now: UInt64,
    order: TopOrder = TopOrder(.execs), groupLimit: Int = 4000
  ) {
    var sum = TopSum(by: grouping, matching: filter, now: now, groupLimit: groupLimit)
    sum.addAll(of: tree, below: root)
    self = sum.table(order: order)
  }

  init(_ sum: TopSum, order: TopOrder) {
    grouping = sum.grouping
    groupLimit = sum.groupLimit
    self.order = order
    rows = sum.rows
    rows.sort(by: order.areInOrder)
  }

  /// Sorts the rows again. - Complexity: O(groups × log groups).
  public mutating func sort(_ order: TopOrder) {
    self.order = order
    rows.sort(by: order.areInOrder)
  }
}

/// A top table that is summed up in slices, so that the view reacts to keys while a million processes are visited.
///
///     var sum = TopSum(by: .comm, matching: filter, now: now)
///     while sum.add(20_000, of: tree) {}
///     let table = sum.table(order: TopOrder(.cpu))
///
/// The tree may change between two slices. Each process counts with its state when it is visited.
public struct TopSum: Sendable {
  /// The property by which processes are grouped.
  public let grouping: TopGrouping
  let groupLimit: Int
  private let filter: Filter?
  private let now: UInt64
  private var groups: TopGroups
  /// The time that the rate is of, in nanoseconds.
  private var rateTime = TopTable.rateTime
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
    if end < tree.arena.capacity { return true }
    groups.findRecurrences(in: tree)
    return false
  }

  /// The part of the tree that was visited, from 0 to 1.
  public func share(of tree: ProcessTree) -> Double { Double(next) / Double(max(tree.arena.capacity, 1)) }

  /// The table of the processes visited so far. - Complexity: O(groups × log groups).
  public func table(order: TopOrder) -> TopTable { TopTable(self, order: order) }

  /// Visits all processes, or one process and its descendants.
  mutating func addAll(of tree: ProcessTree, below root: ProcessID?) {
    add(0..<tree.arena.capacity, of: tree, below: root.map(tree.slots(below:)))
    groups.findRecurrences(in: tree)
  }

  var rows: [TopRow] { groups.rows.map { $0.finished(rateTime: rateTime) } }

  private mutating func add(_ slots: Range<Int>, of tree: ProcessTree, below: [Bool]?) {
    if let first = tree.earliestMoment {
      rateTime = min(max(now >= first ? now &- first : 0, 1_000_000_000), TopTable.rateTime)
    }
    let window = (now >= TopTable.rateTime ? now &- TopTable.rateTime &+ 1 : 0)...now
    let evaluator = filter.map { FilterEvaluator($0, at: now) }
    // Objects may have been freed since the last slice, and their addresses used again.
    groups.forgetObjects()
    tree.arena.forEachRecord(in: slots) { slot, id, record in
      if record.pointee.execCount == 0, record.pointee.knowledge == .placeholder || tree.isTracer(slot) { return }
      if let below, !below[Int(slot)] { return }
      if let evaluator, !evaluator.matches(slot: slot, in: tree) { return }
      groups.add(record, id, window)
    }
  }
}

extension ProcessTree {
  /// The name of the program that traces.
  private static let tracer: Comm = "execsnoop-top"

  /// Whether a process that has run no program since is the one that traces: it was running at the start, has this
  /// name and still runs; or it is such a process's fork. Such a process would be a row of each table. It stays in the
  /// tree, and what it starts is counted.
  fileprivate func isTracer(_ slot: Int32) -> Bool {
    guard arena[record: slot].profile.comm == Self.tracer else { return false }
    if arena[record: slot].marks.contains(.fromProc) { return arena[record: slot].isRunning }
    let parent = arena[slot].parent
    return parent != NodeArena.root && arena[record: parent].marks.contains(.fromProc)
      && arena[record: parent].execCount == 0 && arena[record: parent].profile.comm == Self.tracer
  }

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
