@testable import Events
@testable import Tree

/// The displayed rows, derived from the oracle with linear scans.
struct NaiveRows {
  private(set) var rows: [OutlineRow] = []
  private(set) var matchCount = 0
  private let oracle: Oracle
  private let folds: Set<ProcessID>
  private let isMatch: (ProcessID) -> Bool
  private let exitedChildLimit: Int?
  private let opened: Set<ProcessID>
  private let sorted: ([ProcessID]) -> [ProcessID]
  /// For each collapsed process and its descendants, the process of the collapsed row.
  private var standIns: [ProcessID: ProcessID] = [:]

  /// - Parameter exitedChildLimit: nil under a filter.
  init(
    _ oracle: Oracle, folds: Set<ProcessID>, exitedChildLimit: Int?, opened: Set<ProcessID>,
    sorted: @escaping ([ProcessID]) -> [ProcessID], isMatch: @escaping (ProcessID) -> Bool
  ) {
    self.oracle = oracle
    self.exitedChildLimit = exitedChildLimit
    self.opened = opened
    self.sorted = sorted
    self.folds = folds
    self.isMatch = isMatch
    matchCount = oracle.processes.filter { isMatch($0.id) }.count
    show(oracle.children(of: nil), guides: [])
  }

  private mutating func stand(_ id: ProcessID, for last: ProcessID) {
    standIns[id] = last
    for child in oracle.children(of: id) { stand(child, for: last) }
  }

  private func matches(in id: ProcessID) -> Int {
    oracle.children(of: id).reduce(isMatch(id) ? 1 : 0) { $0 + matches(in: $1) }
  }

  private mutating func show(_ siblings: [ProcessID], guides: [Bool]) {
    var shown = siblings.filter { matches(in: $0) > 0 }
    let parent = siblings.first.flatMap { oracle[$0]?.parent }
    if let limit = exitedChildLimit, parent.map({ !opened.contains($0) }) ?? true {
      let exited = siblings.filter { oracle.subtree($0).running == 0 }
      let collapsed = exited.dropLast(limit)
      if let last = collapsed.last {
        shown.removeAll { collapsed.contains($0) }
        rows.append(
          OutlineRow(
            id: last, depth: guides.count, guides: Array(guides.dropFirst().suffix(OutlineRow.guideLimit)),
            isLast: shown.isEmpty,
            isMatch: isMatch(last), hasChildren: false, isFolded: false, hiddenBelow: 0,
            collapsedCount: collapsed.count,
            collapsedFailedCount: collapsed.filter { !(oracle[$0]!.status?.isSuccess ?? true) }.count))
        for id in collapsed { stand(id, for: last) }
      }
    }
    shown = sorted(shown)
    for id in shown {
      let below = oracle.children(of: id).filter { matches(in: $0) > 0 }
      let isFolded = folds.contains(id) && !below.isEmpty
      let isLast = id == shown.last
      rows.append(
        OutlineRow(
          id: id, depth: guides.count, guides: Array(guides.dropFirst().suffix(OutlineRow.guideLimit)), isLast: isLast,
          isMatch: isMatch(id),
          hasChildren: !below.isEmpty, isFolded: isFolded,
          hiddenBelow: isFolded ? matches(in: id) - (isMatch(id) ? 1 : 0) : 0, collapsedCount: 0,
          collapsedFailedCount: 0))
      if !isFolded { show(below, guides: guides + [!isLast]) }
    }
  }

  /// The row of a process or of the nearest ancestor that has one.
  func nearest(_ id: ProcessID) -> ProcessID? {
    var candidate: ProcessID? = id
    while let place = candidate {
      if let other = standIns[place], rows.contains(where: { $0.id == other }) { return other }
      if rows.contains(where: { $0.id == place }) { return place }
      candidate = oracle[place]?.parent
    }
    return nil
  }
}
