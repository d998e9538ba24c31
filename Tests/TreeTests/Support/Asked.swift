@testable import Events
@testable import Tree

// What only tests ask for.

extension ProcessTree {
  /// The tree as it was, made anew. - Complexity: O(processes).
  func asOf(_ time: UInt64) -> ProcessTree {
    var past = self
    past.turn(from: .max, to: time, in: self) { _, _ in }
    return past
  }
}

extension ProcessNode {
  /// This process and everything remembered below it.
  var subtree: SubtreeCounts { SubtreeCounts(sums, longestRun: longestRun) }
}

extension Outline {
  /// Whether a parent's stowed children were asked for.
  func isOpened(_ parent: ProcessID) -> Bool { opened.contains(parent) }
}

extension TopTable {
  /// Some processes had no group left: the last row is theirs.
  var hasOthers: Bool { rows.last?.key == .others }
}
