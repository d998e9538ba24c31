internal import Tree

/// The top table, shown instead of the tree, and the position in it. The position is the selected group, not a row
/// number, so the selection stays on its group while rows are sorted again.
struct TopState: Sendable {
  var isOpen = false
  var grouping = TopGrouping.comm
  var order = TopOrder(.execs)
  /// The selected group; nil only while there is none at all.
  var selection: TopKey?
  /// The row of the selection, and the row on top of the pane.
  var row = 0
  var first = 0
  /// How far the name column is scrolled sideways, in columns.
  var sideways = 0

  /// The last computed table, and its source; nil while the table is closed.
  private(set) var table: TopTable?
  private(set) var stamp: Stamp?
  /// The table that is being computed, and its source.
  private(set) var sum: TopSum?
  private(set) var sumStamp: Stamp?
  /// When the last table was done, nanoseconds since boot.
  private(set) var madeAt: UInt64 = 0
  /// Whether a row has a rate, which falls as time passes.
  private var hasRate = false
  /// Whether a row recurs.
  private(set) var hasPeriods = false
  /// How often a table was made.
  private(set) var timesMade = 0
  /// Events have arrived since.
  var isStale = false
  /// The lines of the detail pane for the selected group.
  var detail: [StyledText] = []

  /// The source of a table, except the time.
  struct Stamp: Hashable, Sendable {
    var grouping: TopGrouping
    var filter: String?
    /// The moment shown and the last event known then; nil while live.
    var moment: UInt64?
    var sequence: UInt64?
  }

  /// The minimum time between two tables of a live view, in nanoseconds: each visits every process.
  static let interval: UInt64 = 1_000_000_000

  var rows: [TopRow] { table?.rows ?? [] }
  /// The rows in view in a pane of that height.
  func rows(height: Int) -> ArraySlice<TopRow> { rows.dropFirst(first).prefix(height) }
  var selectedRow: TopRow? { rows.indices.contains(row) ? rows[row] : nil }

  mutating func begin(_ sum: TopSum, _ stamp: Stamp) {
    self.sum = sum
    sumStamp = stamp
    isStale = false
  }

  /// Counts this many more processes, and shows the table after the last one.
  mutating func add(_ count: Int, of tree: ProcessTree, at now: UInt64) {
    guard sum != nil, !sum!.add(count, of: tree), let sum else { return }
    let table = sum.table(order: order)
    self.table = table
    hasRate = table.rows.contains { $0.recentExecs > 0 }
    hasPeriods = table.rows.contains { !$0.recurrences.isEmpty }
    stamp = sumStamp
    (self.sum, sumStamp) = (nil, nil)
    madeAt = now
    timesMade += 1
  }

  mutating func sort(_ order: TopOrder) {
    self.order = order
    table?.sort(order)
  }

  /// Goes to the first row of the table with a new grouping.
  mutating func group(by grouping: TopGrouping) {
    self.grouping = grouping
    table = nil
    selection = nil
    (row, first, sideways) = (0, 0, 0)
  }

  /// Moves the view. The selection stays on its group while that is in view, then at the edge.
  mutating func scroll(by offset: Int, height: Int) {
    guard !rows.isEmpty else { return }
    first = max(min(first + offset, rows.count - height), 0)
    row = max(min(row, first + height - 1, rows.count - 1), first)
    selection = rows[row].key
  }

  mutating func close() {
    isOpen = false
    table = nil
    (sum, sumStamp) = (nil, nil)
    hasRate = false
    stamp = nil
    detail = []
  }

  /// When the table must be computed again without a key, nanoseconds since boot; nil for never: no event arrived
  /// since, and no rate falls.
  var due: UInt64? {
    guard isOpen, isStale || hasRate else { return nil }
    // A recording may say that it ends when time does.
    let (due, overflow) = madeAt.addingReportingOverflow(Self.interval)
    return overflow ? nil : due
  }

  /// Corrects the row and the view: the selection follows its group, or stays on its row if the group is gone. The
  /// view moves only as far as needed to show it.
  ///
  /// - Parameter height: rows of the pane.
  /// - Complexity: O(groups) after the table changed, else O(1).
  mutating func reconcile(height: Int) {
    let rows = self.rows
    if !rows.indices.contains(row) || rows[row].key != selection {
      row = selection.flatMap { key in rows.firstIndex { $0.key == key } } ?? max(min(row, rows.count - 1), 0)
      selection = rows.isEmpty ? nil : rows[row].key
    }
    first = max(min(first, row, rows.count - height), row - max(height - 1, 0), 0)
  }
}
