/// Where a node stands: its links to others and the sums over its subtree. Plain numbers, so that walking and summing
/// touch little memory and count no references.
struct NodeLinks: Sendable {
  var id: ProcessID
  var parent = NodeArena.none
  var firstChild = NodeArena.none
  var lastChild = NodeArena.none
  var previous = NodeArena.none
  var next = NodeArena.none
  var childCount: Int32 = 0
  /// Where its parent has many children: the part of these that it belongs to (`SiblingIndex`). `free` in a slot that
  /// is not used.
  var chunk = NodeArena.none
  /// Where its links to guardian and wards are, as long as it has any.
  var ward = NodeArena.none
  /// The sums over this node and all below it.
  var sums = SubtreeSums()
  /// The longest that one of them ran that ended, in nanoseconds.
  var longestRun: UInt64 = 0

  static let free: Int32 = -2

  init(id: ProcessID) { self.id = id }
}

/// Who tells whom of its end: links of processes that run.
struct WardLinks: Sendable, Equatable {
  /// The node's present parent while the node runs, and the list of all that run with this node as theirs.
  var guardian = NodeArena.none
  var firstWard = NodeArena.none
  var previousWard = NodeArena.none
  var nextWard = NodeArena.none
}
