@testable import Events
@testable import Tree

// Properties for tests.

extension ProcessTree {
  /// The tree of a moment, derived from a fresh copy. - Complexity: O(processes).
  func asOf(_ time: UInt64) -> ProcessTree {
    var past = self
    past.turn(from: .max, to: time, in: self) { _, _ in }
    return past
  }
}

extension ProcessNode {
  /// This process and its remembered descendants.
  var subtree: SubtreeCounts { SubtreeCounts(sums, longestRun: longestRun) }
}

extension Outline {
  /// Whether all exited children of a parent are shown.
  func isOpened(_ parent: ProcessID) -> Bool { opened.contains(parent) }
}

extension TopTable {
  /// Whether there are more groups than rows, so that the last row is `others`.
  var hasOthers: Bool { rows.last?.key == .others }
}
