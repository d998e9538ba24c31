internal import Events

/// The place of a node: its links to other nodes, and the sums over its subtree. They are plain numbers, so that walks
/// and sums read little memory and do no reference counting.
struct NodeLinks: Sendable {
  // The pid is stored beside other small numbers: a `ProcessID` would take four bytes more.
  private let startTime: UInt64
  private let pid: Int32
  var parent = NodeArena.none
  var firstChild = NodeArena.none
  var lastChild = NodeArena.none
  var previous = NodeArena.none
  var next = NodeArena.none
  var childCount: Int32 = 0
  /// The chunk of its parent's children that it belongs to (`SiblingIndex`), where there are many. `free` in an unused
  /// slot.
  var chunk = NodeArena.none
  /// The place of its `PresentLinks`, while it has any.
  var presentLinks = NodeArena.none
  /// Its depth, valid while `depthStamp` equals the arena's `moves`.
  var depth: Int32 = 0
  var depthStamp: UInt32 = 0
  /// 1 more than its index in the list of pending nodes (`PendingSums`); 0 where it is not in the list.
  var pending: Int32 = 0
  /// The sums over this node and its descendants, as far as carried up.
  var sums = SubtreeSums()
  // Fits behind the sums, whose last number ends before a multiple of eight bytes.
  private let host: UInt16
  /// The longest run time in the subtree in nanoseconds, as far as carried up.
  var longestRun: UInt64 = 0

  static let free: Int32 = -2

  init(id: ProcessID) { (startTime, pid, host) = (id.startTime, id.pid, id.host) }

  var id: ProcessID { ProcessID(pid: pid, startTime: startTime, host: host) }
}

/// Links between running processes by present parent.
struct PresentLinks: Sendable, Equatable {
  /// The present parent of a running node.
  var presentParent = NodeArena.none
  /// The list of all running nodes that have this node as present parent.
  var firstPresentChild = NodeArena.none
  var previousSibling = NodeArena.none
  var nextSibling = NodeArena.none
}

/// `SubtreeCounts` as a node stores them. Sums can wrap, but only with the numbers of a forged recording.
struct SubtreeSums: Sendable, Equatable {
  // First, so that another value can follow the small numbers without a gap.
  var cpuTime: UInt64 = 0
  var processes: Int32 = 0
  var running: Int32 = 0
  var execs: Int32 = 0
  var failedExecs: Int32 = 0
  var nonzero: Int32 = 0

  /// The sums of one process, or of changes to it.
  init(
    processes: Int32 = 0, running: Int32 = 0, execs: Int32 = 0, failedExecs: Int32 = 0, nonzero: Int32 = 0,
    cpuTime: UInt64 = 0
  ) {
    (self.processes, self.running, self.execs) = (processes, running, execs)
    (self.failedExecs, self.nonzero, self.cpuTime) = (failedExecs, nonzero, cpuTime)
  }

  mutating func add(_ other: SubtreeSums) {
    processes &+= other.processes
    running &+= other.running
    execs &+= other.execs
    failedExecs &+= other.failedExecs
    nonzero &+= other.nonzero
    cpuTime &+= other.cpuTime
  }

  var negated: SubtreeSums {
    SubtreeSums(
      processes: 0 &- processes, running: 0 &- running, execs: 0 &- execs, failedExecs: 0 &- failedExecs,
      nonzero: 0 &- nonzero, cpuTime: 0 &- cpuTime)
  }

  /// Nonzero exits, exits by signals, and failed execs; 0 if no process of the subtree failed.
  var failures: Int32 { nonzero &+ failedExecs }
}

extension ProcessRecord {
  /// The part of the sums that is the process's own.
  var sums: SubtreeSums {
    if isHost { return SubtreeSums() }
    return SubtreeSums(
      processes: 1, running: isRunning && !endIsUnknown ? 1 : 0, execs: execCount, failedExecs: execFailures,
      nonzero: exitedNonzero ? 1 : 0, cpuTime: cpuTime)
  }
}
