/// Where a search ended.
public struct SearchHit: Sendable, Hashable {
  public let id: ProcessID
  /// It went past the last row (or the first) and began again at the other end.
  public let wrapped: Bool
}

extension Outline {
  public enum SearchDirection: Sendable, Hashable {
    case forward, backward
  }

  /// The nearest displayed row after (or before) a process that matches, the process itself last; nil for none. Looks
  /// at displayed rows only and changes nothing.
  /// - Parameters:
  ///   - start: where to begin; nil, or what is not displayed, stands before the first row.
  ///   - includesStart: also looks at `start`, and there first, as a search does while it is typed.
  /// - Complexity: O(rows).
  public func search(
    for wanted: Filter, from start: ProcessID?, _ direction: SearchDirection = .forward,
    includesStart: Bool = false, in tree: ProcessTree
  ) -> SearchHit? {
    let here = start.flatMap { row(of: $0, in: tree) }
    let begin = here.map { includesStart ? $0 : $0 + 1 } ?? 0
    switch direction {
    case .forward:
      if let id = first(of: wanted, begin..<rowCount, in: tree) { return SearchHit(id: id, wrapped: false) }
      return first(of: wanted, 0..<begin, in: tree).map { SearchHit(id: $0, wrapped: true) }
    case .backward:
      let end = here.map { includesStart ? $0 + 1 : $0 } ?? 0
      if let id = last(of: wanted, 0..<end, in: tree) { return SearchHit(id: id, wrapped: false) }
      return last(of: wanted, end..<rowCount, in: tree).map { SearchHit(id: $0, wrapped: true) }
    }
  }

  private func first(of wanted: Filter, _ rows: Range<Int>, in tree: ProcessTree) -> ProcessID? {
    var hit: ProcessID?
    forEach(rows, in: tree) { slot in
      if wanted.matches(slot: slot, in: tree) { hit = tree.arena[slot].id }
      return hit == nil
    }
    return hit
  }

  private func last(of wanted: Filter, _ rows: Range<Int>, in tree: ProcessTree) -> ProcessID? {
    var hit: ProcessID?
    forEach(rows, in: tree) { slot in
      if wanted.matches(slot: slot, in: tree) { hit = tree.arena[slot].id }
      return true
    }
    return hit
  }

  /// Goes through rows until `body` returns false.
  private func forEach(_ rows: Range<Int>, in tree: ProcessTree, _ body: (Int32) -> Bool) {
    guard !rows.isEmpty, var walk = RowWalk(self, tree, at: rows.lowerBound) else { return }
    for _ in rows {
      guard body(walk.slot), walk.advance(self, tree) else { return }
    }
  }
}
