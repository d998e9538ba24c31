internal import DequeModule

/// The process tree of a machine: every process that runs or ran, under the one that forked it.
///
/// A value. Copying it freezes what it shows, at no cost until the original changes; the copies share all that stays
/// the same. Events enter through `apply` in any order: what was lost or comes late leaves marks, never a wrong tree.
///
///     var tree = ProcessTree()
///     let frozen = tree              // stands still
///     let change = tree.apply(event) // what a view of `tree` has to look at
public struct ProcessTree: Sendable {
  /// How much it remembers.
  public let limits: Limits
  /// Every event in order, bounded.
  public internal(set) var log: EventLog

  /// From the first to the last loss of which it is not known whom it concerned, nanoseconds since boot; nil for none.
  /// Of a process that lived then anything may be missing, and some that were born then may be missing altogether.
  public internal(set) var blindTime: ClosedRange<UInt64>?

  /// The moment that it shows, where that is not the present: nanoseconds since boot.
  public internal(set) var moment: UInt64?

  var arena: NodeArena
  var slots = SlotIndex()
  var profiles = Profiles()
  /// The process that holds a pid now.
  var running: [Int32: Int32] = [:]
  /// Those that may be forgotten, in the order in which they may.
  var retirees: Deque<Retiree> = []
  var turns = Turn.none
  /// Of those whose turn came: what somebody looks at, and so goes last, and what must not go at all now.
  var spared: [Retiree] = []
  /// Those whose turn came while something was below them, in the order of their turns; some got another turn since.
  var waiting: Deque<Retiree> = []
  var pinned: [Retiree] = []
  var kept: Set<ProcessID> = []
  var pin: Pin?
  var quiet = QuietChanges()
  var programs = MemoryAccount()
  /// All but what the arena sums.
  var seen = Totals()

  /// An empty tree.
  public init(limits: Limits = Limits()) { self.init(limits: limits, arena: NodeArena()) }

  init(limits: Limits, arena: NodeArena) {
    self.limits = limits
    self.arena = arena
    log = EventLog(limit: limits.logLines, memory: limits.memory / 4)
  }

  /// What the whole tree adds up to. - Complexity: O(1).
  public var totals: Totals {
    var totals = seen
    totals.processes = Int(arena.whole.processes)
    totals.running = Int(arena.whole.running)
    return totals
  }

  /// The process as it is now; nil where it is not (or no longer) known. - Complexity: O(1).
  public subscript(_ id: ProcessID) -> ProcessNode? {
    slot(of: id).map(node)
  }

  /// Whether the process is known. - Complexity: O(1).
  public func contains(_ id: ProcessID) -> Bool { slot(of: id) != nil }

  /// Processes without a known parent, in the order of their start. - Complexity: O(their number).
  public var roots: [ProcessID] { childIDs(of: NodeArena.machine) }

  /// The children it forked, in the order of their start, running or ended. - Complexity: O(their number).
  public func children(of id: ProcessID) -> [ProcessID] {
    slot(of: id).map(childIDs) ?? []
  }

  /// The original parents up to the root, nearest first. - Complexity: O(depth).
  public func lineage(of id: ProcessID) -> [ProcessID] {
    guard let slot = slot(of: id) else { return [] }
    var result: [ProcessID] = []
    var above = arena[slot].parent
    while above != NodeArena.machine {
      result.append(arena[above].id)
      above = arena[above].parent
    }
    return result
  }

  /// How many stood above it when it began: 0 for a root; nil where it is not known. Those that were left out of a chain
  /// since (`ProcessGaps.parents`) count. - Complexity: O(1), as a rule.
  public func depth(of id: ProcessID) -> Int? { slot(of: id).map(arena.depth(of:)) }

  /// Brings up to date what `ProcessNode.below` says: events change that of a process itself at once, and that of those
  /// above it here. - Complexity: O(processes that changed since, and those above them, each once).
  public mutating func updateSums() { arena.carrySums() }

  /// The process that runs under a pid; nil for none.
  public func runningProcess(pid: Int32) -> ProcessID? {
    running[pid].map { arena[$0].id }
  }

  /// The process that runs under a pid, or the last one that did; nil where none is remembered.
  /// - Complexity: O(1) of one that runs, else O(processes).
  public func process(pid: Int32) -> ProcessID? {
    if let running = runningProcess(pid: pid) { return running }
    return allIDs.filter { $0.pid == pid }.max()
  }

  /// Whether something of a process may be missing without a mark of its own that says so: it lived in `blindTime`.
  public func mayLackEvents(_ id: ProcessID) -> Bool { slot(of: id).map(isInBlindTime) ?? false }

  func slot(of id: ProcessID) -> Int32? { slots.slot(of: id, in: arena) }

  func node(at slot: Int32) -> ProcessNode {
    let links = arena[slot]
    let parent = links.parent == NodeArena.machine ? nil : arena[links.parent].id
    return ProcessNode(
      record: arena[record: slot], sums: links.sums, id: links.id, parent: parent,
      childCount: Int(links.childCount), presentParent: arena.presentParent(of: slot) ?? parent,
      longestRun: links.longestRun)
  }

  private func childIDs(of slot: Int32) -> [ProcessID] { arena.children(of: slot).map { arena[$0].id } }
}
