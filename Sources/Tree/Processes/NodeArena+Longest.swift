internal import Events

// The longest run time in each subtree. It is carried up with the sums. Where the maximum leaves a subtree, the nodes
// that had it compare their children again.

extension NodeArena {
  /// The run time of an exited process in nanoseconds; 0 while it runs.
  func ownRun(_ slot: Int32) -> UInt64 {
    guard let end = self[record: slot].endTime else { return 0 }
    let start = self[slot].id.startTime
    return end > start ? end &- start : 0
  }

  mutating func sumLongest(ofChunk chunk: Int32) {
    siblings[chunk].longestRun = siblings[chunk].slots.reduce(0) { max($0, self[$1].longestRun) }
  }

  func longestOfChildren(_ slot: Int32) -> UInt64 {
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
