/// The places of all parts of a screen of a given size. A value made for every frame; it knows only sizes.
///
/// On a small screen things are left out in this order: the detail, the column headers, the log, the key bar, and last
/// the top line; a row of the tree is always there. A pane that has the focus is shown in place of the tree when there
/// is no room for both.
struct Layout: Hashable, Sendable {
  /// A pane: its title line, where there is room for one, the line of column headers, and the rows of its content.
  struct Box: Hashable, Sendable {
    var column: Int
    var columns: Int
    var title: Int?
    var header: Int?
    /// The line with the ancestors of the tree's root.
    var crumbs: Int?
    /// The first row of the content, and how many there are.
    var top: Int
    var rows: Int
    /// The line of the tree that shows how many processes ran at a time, above the bars.
    var concurrency: Int?
  }

  var topLine: Int?
  /// The first of the timeline's two rows.
  var timeline: Int?
  var keyBar: Int?
  var boxes: [Pane: Box]
  /// The column of the line between the tree and the detail.
  var divider: Int?

  subscript(_ pane: Pane) -> Box? { boxes[pane] }

  /// The minimum number of columns to show the detail beside the tree: 46 for the tree and 26 for the detail.
  static let columnsForDetail = 72
  /// The same while the top table is shown instead of the tree: its numbers need more columns.
  static let columnsForDetailOfTop = 110
  static let rowsForDetail = 12
  static let rowsForHeaders = 12
  static let rowsForLog = 8
  static let rowsForTitles = 7
  static let rowsForKeyBar = 4
  /// The rows of the tree from which on one of them is for the ancestors of its root.
  static let rowsForCrumbs = 4
  /// By default the timeline is shown from this many rows on; if the user asked for it, from the smaller size on.
  static let rowsForTimeline = 40
  static let leastForTimeline = Size(columns: 40, rows: 16)

  init(
    size: Size, focus: Pane, isZoomed: Bool, hasTimeline: Bool = false, panes: PaneChoice = PaneChoice(),
    columnsForDetail: Int = Self.columnsForDetail, hasCrumbs: Bool = false, logHasHeader: Bool = true
  ) {
    let (columns, rows) = (size.columns, size.rows)
    topLine = rows >= 2 ? 0 : nil
    keyBar = rows >= Self.rowsForKeyBar ? rows - 1 : nil
    let fits = columns >= Self.leastForTimeline.columns && rows >= Self.leastForTimeline.rows
    timeline = hasTimeline && fits ? 1 : nil
    let top = topLine == nil ? 0 : timeline == nil ? 1 : 3
    let bottom = keyBar ?? rows
    boxes = [:]
    let hasTitles = rows >= Self.rowsForTitles
    let hasHeaders = rows >= Self.rowsForHeaders

    func box(_ pane: Pane, column: Int, columns: Int, _ rows: Range<Int>) -> Box {
      var box = Box(column: column, columns: max(columns, 0), title: nil, header: nil, top: 0, rows: 0)
      var row = rows.lowerBound
      if hasTitles {
        box.title = row
        row += 1
      }
      if hasHeaders, pane != .detail, pane != .log || logHasHeader {
        box.header = row
        row += 1
      }
      box.top = min(row, rows.upperBound)
      box.rows = max(rows.upperBound - row, 0)
      if pane == .tree, hasCrumbs, box.rows >= Self.rowsForCrumbs {
        box.crumbs = box.top
        box.top += 1
        box.rows -= 1
      }
      return box
    }

    let hasLog = rows >= Self.rowsForLog && panes.arrangement != 3
    let hasDetail = panes.arrangement != 2 && columns >= columnsForDetail && rows >= Self.rowsForDetail
    if isZoomed || (focus == .log && !hasLog) {
      boxes[focus] = box(focus, column: 0, columns: columns, top..<max(top, bottom))
      return
    }
    let logRows = hasLog ? Self.logRows(of: bottom - top, hasHeaders: hasHeaders, percent: panes.log) : 0
    let upper = top..<max(top, bottom - logRows)
    if hasLog { boxes[.log] = box(.log, column: 0, columns: columns, upper.upperBound..<bottom) }
    if hasDetail {
      let detailColumns = Self.detailColumns(of: columns, percent: 100 - panes.tree)
      let treeColumns = columns - detailColumns - 1
      boxes[.tree] = box(.tree, column: 0, columns: treeColumns, upper)
      boxes[.detail] = box(.detail, column: treeColumns + 1, columns: detailColumns, upper)
      divider = treeColumns
    } else {
      let pane: Pane = focus == .detail ? .detail : .tree
      boxes[pane] = box(pane, column: 0, columns: columns, upper)
    }
  }

  /// Takes a row of the tree for the concurrency, if there is room for bars and some rows are left.
  mutating func addConcurrency() {
    guard var box = boxes[.tree], box.header != nil, box.rows >= Self.rowsForConcurrency,
      GanttPlace(paneWidth: box.columns) != nil
    else { return }
    box.concurrency = box.top
    box.top += 1
    box.rows -= 1
    boxes[.tree] = box
  }

  /// The rows that the tree has at least, with that line.
  private static let rowsForConcurrency = 5

  /// The rows of the log with its title and header: its share of the rows, but at least two entries, and one row of the
  /// tree above it.
  private static func logRows(of rows: Int, hasHeaders: Bool, percent: Int) -> Int {
    let (least, kept) = hasHeaders ? (5, 3) : (3, 2)
    return max(min(rows * percent / 100, rows - kept), least)
  }

  /// Wide enough for a readable argument per line, but no wider than the tree can spare. Beyond 100 columns it grows only
  /// if the user made the tree smaller than its default.
  private static func detailColumns(of columns: Int, percent: Int) -> Int {
    let wanted = max(columns * percent / 100, 26)
    let spared = columns - 45
    return min(wanted, spared, percent > 100 - PaneChoice().tree ? .max : 100)
  }
}
