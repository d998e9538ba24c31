internal import DequeModule
public import Events

/// The process tree: every process that runs or ran, under the process that forked it.
///
/// A value. A copy freezes what it shows, at no cost until the original changes; copies share everything that stays the
/// same. `apply` accepts events in any order: lost and late events leave marks, never a wrong tree.
///
///     var tree = ProcessTree()
///     let frozen = tree              // does not change
///     let change = tree.apply(event) // what a view of `tree` has to update
public struct ProcessTree: Sendable {
  /// The limits of its memory.
  public let limits: Limits
  /// All events in order, bounded.
  public internal(set) var log: EventLog

  /// From the first to the last loss whose affected processes are unknown, in nanoseconds since boot; nil for none.
  /// Events of a process that existed then may be missing, and processes that started then may be missing.
  public internal(set) var blindTime: ClosedRange<UInt64>?

  /// The earlier moment that it shows, in nanoseconds since boot; nil for the present.
  public internal(set) var moment: UInt64?

  var arena: NodeArena
  var slots = SlotIndex()
  var profiles = Profiles()
  /// The running process of a pid.
  var running: [Int32: Int32] = [:]
  /// The processes that may be forgotten, in that order.
  var retirees: Deque<Retiree> = []
  var turns = Turn.none
  /// Processes whose turn has come: the ones that the user looks at, which are forgotten last.
  var spared: [Retiree] = []
  /// Processes whose turn came while others depended on them, in the order of their turns; some have a later turn by
  /// now.
  var waiting: Deque<Retiree> = []
  var pinned: [Retiree] = []
  var kept: Set<ProcessID> = []
  var pin: Pin?
  var quiet = QuietChanges()
  var programs = MemoryAccount()
  /// All totals except the arena's sums.
  var seen = Totals()

  /// An empty tree.
  public init(limits: Limits = Limits()) { self.init(limits: limits, arena: NodeArena()) }

  init(limits: Limits, arena: NodeArena) {
    self.limits = limits
    self.arena = arena
    log = EventLog(limit: limits.logLines, memory: limits.memory / 4)
  }

  /// The totals of the whole tree. - Complexity: O(1).
  public var totals: Totals {
    var totals = seen
    totals.processes = Int(arena.whole.processes)
    totals.running = Int(arena.whole.running)
    return totals
  }

  /// The process as it is now; nil where it is unknown or forgotten. - Complexity: O(1).
  public subscript(_ id: ProcessID) -> ProcessNode? {
    slot(of: id).map(node)
  }

  /// Whether the process is remembered. - Complexity: O(1).
  public func contains(_ id: ProcessID) -> Bool { slot(of: id) != nil }

  /// Processes without a known parent, by start time. - Complexity: O(their number).
  public var topLevelProcesses: [ProcessID] { childIDs(of: NodeArena.root) }

  /// The children that a process forked, by start time, running or exited. - Complexity: O(their number).
  public func children(of id: ProcessID) -> [ProcessID] {
    slot(of: id).map(childIDs) ?? []
  }

  /// The original parents up to the top level, nearest first. - Complexity: O(depth).
  public func lineage(of id: ProcessID) -> [ProcessID] {
    guard let slot = slot(of: id) else { return [] }
    var result: [ProcessID] = []
    var above = arena[slot].parent
    while above != NodeArena.root {
      result.append(arena[above].id)
      above = arena[above].parent
    }
    return result
  }

  /// Levels below the root at the start of the process: 0 for a top-level process; nil where it is unknown. Left out
  /// ancestors (`ProcessGaps.parents`) count. - Complexity: usually O(1).
  public func depth(of id: ProcessID) -> Int? { slot(of: id).map(arena.depth(of:)) }

  /// Brings `ProcessNode.below` up to date: an event changes the sums of its own process at once, and those of the
  /// ancestors only here. - Complexity: O(processes that changed since, and their ancestors, each once).
  public mutating func updateSums() { arena.carrySums() }

  /// The running process of a pid; nil for none. - Complexity: O(1).
  public func runningProcess(pid: Int32) -> ProcessID? {
    running[pid].map { arena[$0].id }
  }

  /// The running process of a pid, or the last one that had it; nil where none is remembered.
  /// - Complexity: O(1) for a running process, else O(processes).
  public func process(pid: Int32) -> ProcessID? {
    if let running = runningProcess(pid: pid) { return running }
    return allIDs.filter { $0.pid == pid }.max()
  }

  /// Whether events of a process may be missing without a mark: it existed in `blindTime`.
  public func mayLackEvents(_ id: ProcessID) -> Bool { slot(of: id).map(isInBlindTime) ?? false }

  func slot(of id: ProcessID) -> Int32? { slots.slot(of: id, in: arena) }

  func node(at slot: Int32) -> ProcessNode {
    let links = arena[slot]
    let parent = links.parent == NodeArena.root ? nil : arena[links.parent].id
    return ProcessNode(
      record: arena[record: slot], sums: links.sums, id: links.id, parent: parent,
      childCount: Int(links.childCount), presentParent: arena.presentParent(of: slot) ?? parent,
      longestRun: links.longestRun)
  }

  private func childIDs(of slot: Int32) -> [ProcessID] { arena.children(of: slot).map { arena[$0].id } }
}
