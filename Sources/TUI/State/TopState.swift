internal import ProcessTree

/// The top table in the tree's place, and where the person stands in it. The place is held by the selected group, not
/// by a row number, so the selection stays with its group while rows are sorted anew.
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

  /// What was added up last, and of what; nil while the table is closed.
  private(set) var table: TopTable?
  private(set) var stamp: Stamp?
  /// The table that is being added up, and of what.
  private(set) var sum: TopSum?
  private(set) var sumStamp: Stamp?
  /// When the last table was done, nanoseconds since boot.
  private(set) var madeAt: UInt64 = 0
  /// Some row has a rate, which goes down by time alone.
  private var hasRate = false
  /// How often a table was made.
  private(set) var timesMade = 0
  /// Events came since.
  var isStale = false
  /// The lines of the detail pane: all that is known of the selected group.
  var detail: [StyledText] = []

  /// What a table was made of, the passing of time apart.
  struct Stamp: Hashable, Sendable {
    var grouping: TopGrouping
    var filter: String?
    /// The moment shown and the last event known then; nil while live.
    var moment: UInt64?
    var sequence: UInt64?
  }

  /// Between two tables of a live view, in nanoseconds: each costs a look at every process.
  static let interval: UInt64 = 1_000_000_000

  var rows: [TopRow] { table?.rows ?? [] }
  var selectedRow: TopRow? { rows.indices.contains(row) ? rows[row] : nil }

  mutating func begin(_ sum: TopSum, _ stamp: Stamp) {
    self.sum = sum
    sumStamp = stamp
    isStale = false
  }

  /// Looks at so many processes more, and takes the table when that were all.
  mutating func add(_ count: Int, of tree: ProcessTree, at now: UInt64) {
    guard sum != nil, !sum!.add(count, of: tree), let sum else { return }
    let table = sum.table(order: order)
    self.table = table
    hasRate = table.rows.contains { $0.recentExecs > 0 }
    stamp = sumStamp
    (self.sum, sumStamp) = (nil, nil)
    madeAt = now
    timesMade += 1
  }

  mutating func sort(_ order: TopOrder) {
    self.order = order
    table?.sort(order)
  }

  /// Goes to the first row of what the table will be by something else.
  mutating func group(by grouping: TopGrouping) {
    self.grouping = grouping
    table = nil
    selection = nil
    (row, first, sideways) = (0, 0, 0)
  }

  /// Moves the view. The selection keeps to its group while that is in view, and to the edge after that.
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

  /// When the table is to be made anew although no key asks for it, nanoseconds since boot; nil for never: nothing came
  /// since, and no rate goes down by time alone.
  var due: UInt64? {
    guard isOpen, isStale || hasRate else { return nil }
    // A recording may say that it ends when time does.
    let (due, overflow) = madeAt.addingReportingOverflow(Self.interval)
    return overflow ? nil : due
  }

  /// Puts the row and the part in view right: the selection follows its group, and where that is gone it stays on its
  /// row. The view moves no further than is needed to show it.
  ///
  /// - Parameter height: rows of the pane.
  /// - Complexity: O(groups) after the table changed, else O(1).
  mutating func settle(height: Int) {
    let rows = self.rows
    if !rows.indices.contains(row) || rows[row].key != selection {
      row = selection.flatMap { key in rows.firstIndex { $0.key == key } } ?? max(min(row, rows.count - 1), 0)
      selection = rows.isEmpty ? nil : rows[row].key
    }
    first = max(min(first, row, rows.count - height), row - max(height - 1, 0), 0)
  }
}
