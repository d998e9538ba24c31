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
public struct TopTable: Sendable {
  /// The time before `now` whose execs make the rate, in nanoseconds.
  public static let rateTime: UInt64 = 10_000_000_000

  /// What the rows are grouped by.
  public let grouping: TopGrouping
  /// The most groups. Further groups are summed in the row `TopKey.others`: a process that makes up thousands of names
  /// gets one row for them, and not all memory.
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
