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
  /// For each process that shares the row of a later one, that one.
  private var chained: [ProcessID: ProcessID] = [:]
  private let chains: Chains

  /// What decides which processes share rows.
  struct Chains {
    /// Whether any do.
    var areMerged: Bool
    var hasFilter: Bool
    var split: Set<ProcessID>
  }

  /// - Parameters:
  ///   - exitedChildLimit: nil under a filter.
  ///   - top: the process whose subtree is shown; nil for all.
  init(
    _ oracle: Oracle, folds: Set<ProcessID>, exitedChildLimit: Int?, opened: Set<ProcessID>, chains: Chains,
    top: ProcessID?, sorted: @escaping ([ProcessID]) -> [ProcessID], isMatch: @escaping (ProcessID) -> Bool
  ) {
    self.oracle = oracle
    self.exitedChildLimit = exitedChildLimit
    self.opened = opened
    self.sorted = sorted
    self.chains = chains
    self.folds = folds
    self.isMatch = isMatch
    matchCount = oracle.processes.filter { isMatch($0.id) }.count
    if let top, oracle[top] != nil {
      if matches(in: top) > 0 { show(top, guides: [], isLast: true) }
    } else {
      show(oracle.children(of: nil), guides: [])
    }
  }

  /// Whether a process shares the row of its only child.
  private func isMerged(_ id: ProcessID) -> Bool {
    guard chains.areMerged, !chains.split.contains(id), !folds.contains(id), let process = oracle[id] else {
      return false
    }
    guard let child = shownChildren(of: id).first, shownChildren(of: id).count == 1 else { return false }
    if process.knowledge == 0 || process.hasFailed { return false }
    if chains.hasFilter { return !isMatch(id) }
    return oracle.subtree(child).running > 0 || !process.isRunning
  }

  private func shownChildren(of id: ProcessID) -> [ProcessID] {
    oracle.children(of: id).filter { matches(in: $0) > 0 }
  }

  /// The index of the row of a process, or of the chain that it is part of.
  func index(of id: ProcessID) -> Int? {
    let last = chained[id] ?? id
    return rows.firstIndex { $0.id == last }
  }

  /// The rows that are repeated over others, see `Outline.ancestors(overRowsFrom:limit:in:)`.
  func ancestors(overRowsFrom first: Int, limit: Int) -> [OutlineRow] {
    guard first > 0 else { return [] }
    for covered in 0...limit {
      guard first + covered < rows.count else { return [] }
      let needed = min(rows[first + covered].depth, limit)
      guard needed <= covered else { continue }
      var result: [OutlineRow] = []
      var depth = rows[first + covered].depth
      for row in rows[..<(first + covered)].reversed() where row.depth < depth && result.count < needed {
        depth = row.depth
        result.append(row)
      }
      return result.reversed()
    }
    return []
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
    for id in shown { show(id, guides: guides, isLast: id == shown.last) }
  }

  private mutating func show(_ first: ProcessID, guides: [Bool], isLast: Bool) {
    var (id, chain) = (first, [ProcessID]())
    while isMerged(id) {
      chain.append(id)
      id = shownChildren(of: id)[0]
    }
    for other in chain { chained[other] = id }
    let below = shownChildren(of: id)
    let isFolded = folds.contains(id) && !below.isEmpty
    rows.append(
      OutlineRow(
        id: id, depth: guides.count, guides: Array(guides.dropFirst().suffix(OutlineRow.guideLimit)), isLast: isLast,
        isMatch: isMatch(id),
        hasChildren: !below.isEmpty, isFolded: isFolded,
        hiddenBelow: isFolded ? matches(in: id) - (isMatch(id) ? 1 : 0) : 0, collapsedCount: 0,
        collapsedFailedCount: 0, chainCount: chain.count, chain: chain.suffix(OutlineRow.chainLimit)))
    if !isFolded { show(below, guides: guides + [!isLast]) }
  }

  /// The row of a process or of the nearest ancestor that has one.
  func nearest(_ id: ProcessID) -> ProcessID? {
    var candidate: ProcessID? = id
    while let place = candidate {
      if let other = standIns[place], rows.contains(where: { $0.id == other }) { return other }
      if rows.contains(where: { $0.id == place }) { return place }
      if let last = chained[place] { return last }
      candidate = oracle[place]?.parent
    }
    return nil
  }
}

extension Oracle.Process {
  /// Whether it exited with an error or by a signal, or its last exec failed.
  var hasFailed: Bool {
    if !isRunning { return !(status?.isSuccess ?? true) }
    guard let failure = failureTimes.max() else { return false }
    return failure >= (images.last ?? inherited)?.time ?? 0
  }
}
