/// Where a node stands: its links to others and the sums over its subtree. Plain numbers, so that walking and summing
/// touch little memory and count no references.
struct NodeLinks: Sendable {
  var id: ProcessID
  var parent = NodeArena.none
  var firstChild = NodeArena.none
  var lastChild = NodeArena.none
  var previous = NodeArena.none
  var next = NodeArena.none
  /// The node's present parent while the node runs, and the list of all that run with this node as theirs.
  var guardian = NodeArena.none
  var firstWard = NodeArena.none
  var previousWard = NodeArena.none
  var nextWard = NodeArena.none
  var childCount: Int32 = 0
  var isUsed = true
  /// The sums over this node and all below it.
  var counts = SubtreeCounts()

  init(id: ProcessID) { self.id = id }
}
