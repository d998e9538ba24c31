// The longest run in each subtree. A greater one climbs until it meets its like; where the greatest leaves, those that
// had it from there look at their children again.

extension NodeArena {
  /// How long a process ran that ended, in nanoseconds; 0 while it runs.
  func ownRun(_ slot: Int32) -> UInt64 {
    guard let end = self[record: slot].endTime else { return 0 }
    return end > self[slot].id.startTime ? end - self[slot].id.startTime : 0
  }

  /// A node's own run is known or is longer than it was. - Complexity: O(depth).
  mutating func raiseLongest(of slot: Int32, to run: UInt64) {
    guard run > self[slot].longestRun else { return }
    self[slot].longestRun = run
    raiseLongest(from: slot)
  }

  /// Carries what a node has to all above it.
  mutating func raiseLongest(from slot: Int32) {
    let run = self[slot].longestRun
    guard run > 0 else { return }
    var slot = slot
    while true {
      let node = self[slot]
      if node.chunk >= 0, siblings[node.chunk].longestRun < run { siblings[node.chunk].longestRun = run }
      guard node.parent != Self.none, self[node.parent].longestRun < run else { return }
      self[node.parent].longestRun = run
      slot = node.parent
    }
  }

  /// Something that had run so long is no longer below a node (or no longer has). - Complexity: O(depth × the square
  /// root of the siblings) at worst; mostly it was not the longest.
  mutating func lowerLongest(from slot: Int32, was run: UInt64) {
    var slot = slot
    while slot != Self.none, run > 0, self[slot].longestRun == run {
      let rest = max(ownRun(slot), longestOfChildren(slot))
      guard rest < run else { return }
      self[slot].longestRun = rest
      let chunk = self[slot].chunk
      if chunk >= 0, siblings[chunk].longestRun == run { sumLongest(ofChunk: chunk) }
      slot = self[slot].parent
    }
  }

  mutating func sumLongest(ofChunk chunk: Int32) {
    siblings[chunk].longestRun = siblings[chunk].slots.reduce(0) { max($0, self[$1].longestRun) }
  }

  private func longestOfChildren(_ slot: Int32) -> UInt64 {
    if let order = siblings.order(of: slot) {
      return order.reduce(0) { max($0, siblings[$1].longestRun) }
    }
    var longest: UInt64 = 0
    var child = self[slot].firstChild
    while child != Self.none {
      longest = max(longest, self[child].longestRun)
      child = self[child].next
    }
    return longest
  }
}
