extension FilterProgram {
  /// Whether an item passes a routine.
  /// - Parameter memo: keeps results for other processes while the tree stays the same.
  /// - Complexity: O(the bytes tested); a relation without a memo adds O(depth) or O(children) evaluations.
  public func passes<Source: FilterSource>(
    _ item: Source.Item, in source: Source, routine: Int = 0, now: UInt64?, memo: FilterMemo? = nil
  ) -> Bool {
    var at = entries[routine]
    while at >= 0 {
      let step = steps[Int(at)]
      let isTrue: Bool
      switch step.condition {
      case .word(let scan): isTrue = hasWord(item, in: source, scans[Int(scan)])
      case .contains(let text, let scan):
        let scan = scans[Int(scan)]
        isTrue = source.withBytes(text, of: item) { scan.isFound(in: $0, words: false) } ?? false
      case .equals(let text, let scan):
        let scan = scans[Int(scan)]
        isTrue = source.withBytes(text, of: item) { scan.isAll(of: $0) } ?? false
      case .line(let strings, let scan, let isWhole):
        isTrue = hasLine(strings, of: item, in: source, scans[Int(scan)], isWhole: isWhole)
      case .anyString(let strings, let scan, let isWhole):
        let scan = scans[Int(scan)]
        isTrue = source.withBytes(strings, of: item) { scan.isFound(inStrings: $0, isWhole: isWhole) } ?? false
      case .found(let text, let search):
        let search = searches[Int(search)]
        isTrue = source.withBytes(text, of: item) { search.isFound(in: $0, words: false) } ?? false
      case .foundInLine(let strings, let search):
        isTrue = Self.isFound(searches[Int(search)], inLine: strings, of: item, in: source)
      case .foundInAny(let strings, let search):
        isTrue = Self.isFound(searches[Int(search)], inAny: strings, of: item, in: source)
      case .foundAnywhere(let search):
        let search = searches[Int(search)]
        isTrue =
          source.withBytes(.comm, of: item) { search.isFound(in: $0, words: false) } ?? false
          || source.withBytes(.exe, of: item) { search.isFound(in: $0, words: false) } ?? false
          || Self.isFound(search, inLine: .argv, of: item, in: source)
      case .number(let number, let low, let high):
        isTrue = source.number(number, of: item, now: now).map { low <= $0 && $0 <= high } ?? false
      case .bits(let number, let bits):
        isTrue = source.number(number, of: item, now: now).map { $0 & Int64(bits) != 0 } ?? false
      case .some(let bytes): isTrue = source.withBytes(bytes, of: item) { !$0.isEmpty } ?? false
      case .relation(let relation, let inner):
        isTrue =
          source.withNode(of: item) { tree, node in
            isRelated(relation, node, in: tree, routine: inner, now: now, memo: memo)
          } ?? false
      }
      at = isTrue ? step.onTrue : step.onFalse
    }
    return at == Self.accept
  }

  @inline(__always) private func hasWord<Source: FilterSource>(
    _ item: Source.Item, in source: Source, _ scan: ByteScan
  ) -> Bool {
    if source.withBytes(.comm, of: item, { scan.isFound(in: $0, words: false) }) ?? false { return true }
    if source.withBytes(.exe, of: item, { scan.isFound(in: $0, words: false) }) ?? false { return true }
    return hasLine(.argv, of: item, in: source, scan, isWhole: false)
  }

  @inline(__always) private func hasLine<Source: FilterSource>(
    _ strings: FilterBytes, of item: Source.Item, in source: Source, _ scan: ByteScan, isWhole: Bool
  ) -> Bool {
    source.withBytes(strings, of: item) { block in
      let line = UnsafeBufferPointer(rebasing: block.dropLast(block.last == 0 ? 1 : 0))
      return (!isWhole || line.count == scan.needle.count) && scan.isFound(in: line, words: true)
    } ?? false
  }

  @inline(__always) private static func isFound<Source: FilterSource>(
    _ search: Search, inLine strings: FilterBytes, of item: Source.Item, in source: Source
  ) -> Bool {
    source.withBytes(strings, of: item) { block in
      let isClosed = block.last == 0
      return search.isFound(in: UnsafeBufferPointer(rebasing: block.dropLast(isClosed ? 1 : 0)), words: true)
    } ?? false
  }

  private static func isFound<Source: FilterSource>(
    _ search: Search, inAny strings: FilterBytes, of item: Source.Item, in source: Source
  ) -> Bool {
    source.withBytes(strings, of: item) { block in
      var start = 0
      while start < block.count {
        let end = block[start...].firstIndex(of: 0) ?? block.count
        if search.isFound(in: UnsafeBufferPointer(rebasing: block[start..<end]), words: false) { return true }
        start = end &+ 1
      }
      return false
    } ?? false
  }

  /// Whether a process in this relation to the node passes the routine.
  private func isRelated<Tree: FilterTree>(
    _ relation: FilterRelation, _ node: Int32, in tree: Tree, routine: Int, now: UInt64?, memo: FilterMemo?
  ) -> Bool {
    switch relation {
    case .child:
      guard let parent = tree.parent(of: node) else { return false }
      return passes(node: parent, in: tree, routine: routine, now: now, memo: memo)
    case .parent:
      if let known = memo?.answer(.below, routine, node) { return known }
      var found = false
      var child = tree.firstChild(of: node)
      while let next = child, !found {
        found = passes(node: next, in: tree, routine: routine, now: now, memo: memo)
        child = tree.nextSibling(of: next)
      }
      memo?.keep(found, .below, routine, node)
      return found
    case .under:
      return isUnder(node, in: tree, routine: routine, now: now, memo: memo)
    }
  }

  /// Climbs to the first ancestor that passes or has a known result. Then it stores the result for all nodes on the
  /// way.
  private func isUnder<Tree: FilterTree>(
    _ node: Int32, in tree: Tree, routine: Int, now: UInt64?, memo: FilterMemo?
  ) -> Bool {
    var found = false
    var last: Int32?
    var above = node
    var levels = 0
    while true {
      if let memo, levels >= memo.climbLimit {
        // The result is unknown, so it is not stored.
        memo.shortClimbs &+= 1
        return false
      }
      levels &+= 1
      if let known = memo?.answer(.above, routine, above) {
        found = known
        last = above
        break
      }
      guard let parent = tree.parent(of: above) else { break }
      if passes(node: parent, in: tree, routine: routine, now: now, memo: memo) {
        memo?.keep(true, .above, routine, above)
        found = true
        last = above
        break
      }
      above = parent
    }
    guard let memo else { return found }
    var unanswered: Int32? = node
    while let next = unanswered, next != last {
      memo.keep(found, .above, routine, next)
      unanswered = tree.parent(of: next)
    }
    return found
  }

  private func passes<Tree: FilterTree>(
    node: Int32, in tree: Tree, routine: Int, now: UInt64?, memo: FilterMemo?
  ) -> Bool {
    if let known = memo?.answer(.itself, routine, node) { return known }
    let result = passes(node, in: tree, routine: routine, now: now, memo: memo)
    memo?.keep(result, .itself, routine, node)
    return result
  }
}
