/// What the remembered processes of a tree add up to, by command, executable, user, cgroup or container.
///
///     var table = TopTable(of: tree, by: .comm, now: now)
///     table.sort(TopOrder(.cpu))
///     table.rows.first?.filterText     // comm="cc1"
///
/// It is a value made of one state of a tree, which may be one of a past moment (`ProcessTree.asOf`). Each process
/// counts once, under what it is at that moment: a shell that became a compiler is one compiler.
public struct TopTable: Sendable {
  /// The time before `now` whose execs make the rate, in nanoseconds.
  public static let rateTime: UInt64 = 10_000_000_000

  /// What the rows are of.
  public let grouping: TopGrouping
  /// How many groups there can be. Processes beyond that are summed in the row `TopKey.others`: whoever makes up names by
  /// the thousand gets one row for them, and not the memory of the machine.
  public let groupLimit: Int
  /// How they are sorted.
  public private(set) var order: TopOrder
  /// One for each group, in `order`.
  public private(set) var rows: [TopRow]

  /// Adds everything up.
  ///
  /// - Parameters:
  ///   - tree: as of now, or as of a past moment.
  ///   - root: looks only at this process and all below it; nil looks at all.
  ///   - filter: of whom only to look at; nil for all.
  ///   - now: the moment that the tree shows, in nanoseconds since boot: execs behind it do not count as recent.
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

  /// Sorts the rows anew. - Complexity: O(groups × log groups).
  public mutating func sort(_ order: TopOrder) {
    self.order = order
    rows.sort(by: order.areInOrder)
  }
}
