@testable import ProcessTree

/// The displayed rows derived from the oracle by going through everything.
struct NaiveRows {
  private(set) var rows: [OutlineRow] = []
  private(set) var matchCount = 0
  private let oracle: Oracle
  private let folds: Set<ProcessID>
  private let isMatch: (ProcessID) -> Bool

  init(_ oracle: Oracle, folds: Set<ProcessID>, isMatch: @escaping (ProcessID) -> Bool) {
    self.oracle = oracle
    self.folds = folds
    self.isMatch = isMatch
    matchCount = oracle.processes.filter { isMatch($0.id) }.count
    show(oracle.children(of: nil), guides: [])
  }

  private func matches(in id: ProcessID) -> Int {
    oracle.children(of: id).reduce(isMatch(id) ? 1 : 0) { $0 + matches(in: $1) }
  }

  private mutating func show(_ siblings: [ProcessID], guides: [Bool]) {
    let shown = siblings.filter { matches(in: $0) > 0 }
    for id in shown {
      let below = oracle.children(of: id).filter { matches(in: $0) > 0 }
      let isFolded = folds.contains(id) && !below.isEmpty
      let isLast = id == shown.last
      rows.append(
        OutlineRow(
          id: id, depth: guides.count, guides: Array(guides.dropFirst()), isLast: isLast, isMatch: isMatch(id),
          hasChildren: !below.isEmpty, isFolded: isFolded,
          hiddenBelow: isFolded ? matches(in: id) - (isMatch(id) ? 1 : 0) : 0))
      if !isFolded { show(below, guides: guides + [!isLast]) }
    }
  }

  /// The row of a process or of the nearest ancestor that has one.
  func nearest(_ id: ProcessID) -> ProcessID? {
    var candidate: ProcessID? = id
    while let place = candidate {
      if rows.contains(where: { $0.id == place }) { return place }
      candidate = oracle[place]?.parent
    }
    return nil
  }
}
