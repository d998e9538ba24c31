/// How far a filter that is applied in slices has come.
struct Sieve: Sendable {
  /// The next slot to look at.
  var next: Int32 = 1
  /// What was looked at may be wrong by now: after the last slot it begins again.
  var goesRoundAgain = false
  /// Only those need to be looked at that match already.
  var narrows: Bool
}

extension Outline {
  /// Whether a filter is still being applied: `sift` goes on with it.
  public var isSifting: Bool { sieve != nil }

  /// Begins to apply a filter: `sift` does it in slices, so that keys stay live while a million processes are looked
  /// at. Until that is done, rows come (or go, where the filter only narrows) as they are found.
  /// - Complexity: O(processes), without looking at any; O(1) where the filter narrows.
  public mutating func beginFilter(_ filter: Filter?, in tree: ProcessTree) {
    guard let filter else { return setFilter(nil, in: tree) }
    let narrows = !isSifting && (self.filter.map { filter.isNarrower(than: $0) } ?? false)
    self.filter = filter
    sieve = Sieve(narrows: narrows)
    guard !narrows else { return }
    dropPendingRows()
    stows = [:]
    for index in entries.indices {
      entries[index].stowing = .none
      entries[index].rowsBelow = 0
      entries[index].matches = 0
      entries[index].isMatch = false
    }
    for index in chunkRows.indices { chunkRows[index] = 0 }
  }

  /// Looks at so many processes more. - Returns: whether there are more to look at.
  public mutating func sift(_ count: Int, in tree: ProcessTree) -> Bool {
    guard var sieve, let filter else { return false }
    // Relations that were looked into are not looked into again within a slice.
    let evaluator = FilterEvaluator(filter)
    let end = min(Int(sieve.next) &+ count, tree.arena.capacity)
    for slot in sieve.next..<max(Int32(truncatingIfNeeded: end), sieve.next) {
      if sieve.narrows, !entries[Int(slot)].isMatch { continue }
      guard tree.arena.isUsed(slot) else { continue }
      setMatch(evaluator.matches(slot: slot, in: tree), slot)
    }
    sieve.next = Int32(truncatingIfNeeded: end)
    if end < tree.arena.capacity {
      self.sieve = sieve
    } else {
      self.sieve = sieve.goesRoundAgain ? Sieve(narrows: false) : nil
    }
    update(in: tree)
    return isSifting
  }
}
