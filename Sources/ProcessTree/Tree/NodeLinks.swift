/// Where a node stands: its links to others and the sums over its subtree. Plain numbers, so that walking and summing
/// touch little memory and count no references.
struct NodeLinks: Sendable {
  // Apart, and the pid beside the other small numbers: together they would take four bytes more.
  private let startTime: UInt64
  private let pid: Int32
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
  /// How many levels it stands below the roots, as of the time that `depthStamp` tells.
  var depth: Int32 = 0
  var depthStamp: UInt32 = 0
  /// 1 more than its place in the list of nodes whose parents' sums lack something (`PendingSums`); 0 where it is not
  /// in the list.
  var pending: Int32 = 0
  /// The sums over this node and all below it, as far as they were carried up to it.
  var sums = SubtreeSums()
  /// The longest that one of them ran that ended, in nanoseconds, as far as it was carried up.
  var longestRun: UInt64 = 0

  static let free: Int32 = -2

  init(id: ProcessID) { (startTime, pid) = (id.startTime, id.pid) }

  var id: ProcessID { ProcessID(pid: pid, startTime: startTime) }
}

/// Who tells whom of its end: links of processes that run.
struct WardLinks: Sendable, Equatable {
  /// The node's present parent while the node runs, and the list of all that run with this node as theirs.
  var guardian = NodeArena.none
  var firstWard = NodeArena.none
  var previousWard = NodeArena.none
  var nextWard = NodeArena.none
}
