internal import Events
internal import Filtering
internal import Tree

/// One row of an export: a process that matches, or an ancestor of one.
struct ExportRow {
  let id: ProcessID
  /// The row of its parent, which comes before it; -1 for none.
  var parent: Int32
  /// The topmost process above it, or itself.
  var top: Int32
  /// Levels below the topmost row.
  var depth: Int32
  /// Whether it matches. Otherwise it is an ancestor of a process that does.
  var isMatch: Bool
}

/// The rows of an export, each below its parent, siblings by start time.
enum ExportRows {
  /// Finds the rows: processes that match the filter and ran at a time within the window, and their ancestors.
  /// - Complexity: O(processes), and what the filter costs.
  static func rows(
    of tree: ProcessTree, matching filter: Filter?, within window: ClosedRange<UInt64>?
  ) -> [ExportRow] {
    let evaluator = filter.map { FilterEvaluator($0) }
    var rows: [ExportRow] = []
    rows.reserveCapacity(tree.totals.processes)
    // Depth first, with a stack of its own: a chain of processes may be a hundred thousand long.
    var stack: [(id: ProcessID, parent: Int32)] = tree.topLevelProcesses.reversed().map { ($0, -1) }
    while let (id, parent) = stack.popLast() {
      let row = Int32(clamping: rows.count)
      let above = parent < 0 ? nil : rows[Int(parent)]
      // A machine is no process.
      let isMatch = !id.isHost && (evaluator?.matches(id, in: tree) ?? true)
      rows.append(
        ExportRow(
          id: id, parent: parent, top: above.map { $0.id.isHost ? row : $0.top } ?? row,
          depth: above.map { $0.depth &+ 1 } ?? 0,
          isMatch: isMatch && (window.map { ran(id, in: tree, within: $0) } ?? true)))
      for child in tree.children(of: id).reversed() { stack.append((child, row)) }
    }
    return filter == nil && window == nil ? rows : withoutOthers(rows)
  }

  /// Whether a process ran at a time within the window.
  private static func ran(_ id: ProcessID, in tree: ProcessTree, within window: ClosedRange<UInt64>) -> Bool {
    guard let node = tree[id] else { return false }
    return node.startTime <= window.upperBound && (node.end?.time ?? .max) >= window.lowerBound
  }

  /// Removes rows without a match at or below them.
  private static func withoutOthers(_ rows: [ExportRow]) -> [ExportRow] {
    var isKept = rows.map(\.isMatch)
    // A parent comes before its children.
    for row in rows.indices.reversed() where isKept[row] && rows[row].parent >= 0 {
      isKept[Int(rows[row].parent)] = true
    }
    var places = [Int32](repeating: -1, count: rows.count)
    var kept: [ExportRow] = []
    for (index, row) in rows.enumerated() where isKept[index] {
      places[index] = Int32(clamping: kept.count)
      var row = row
      if row.parent >= 0 { row.parent = places[Int(row.parent)] }
      row.top = places[Int(row.top)]
      kept.append(row)
    }
    return kept
  }
}
