internal import DequeModule
public import Events

/// The process tree: every process that runs or ran, under the process that forked it.
///
/// It is a value. A copy is frozen, and costs nothing until the original changes; both share everything that stays the
/// same. `apply` accepts events in any order: lost and late events leave marks, never a wrong tree.
///
///     var tree = ProcessTree()
///     let frozen = tree              // does not change
///     let change = tree.apply(event) // for outlines of `tree`
public struct ProcessTree: Sendable {
  /// The limits of its memory.
  public let limits: Limits
  /// All events in order, bounded.
  public internal(set) var log: EventLog

  /// From the first to the last loss whose affected processes are unknown, in nanoseconds since boot; nil for none.
  /// Events of a process that existed then may be missing, and processes that started then may be missing.
  public internal(set) var blindTime: ClosedRange<UInt64>?
  /// The part of `blindTime` of each machine.
  var blindTimes: [UInt16: ClosedRange<UInt64>] = [:]

  /// The machines that are known by name, by their numbers.
  public internal(set) var hosts: [UInt16: KnownHost] = [:]
  /// The rows of the machines, where there are several.
  var hostRows: [UInt16: Int32] = [:]

  /// The earlier moment that it shows, in nanoseconds since boot; nil for the present.
  public internal(set) var moment: UInt64?

  var arena: NodeArena
  var slots = SlotIndex()
  var profiles = Profiles()
  /// The running process of a pid, by `PIDKey`.
  var running: [PIDKey: Int32] = [:]
  /// The processes that may be forgotten, in that order.
  var retirees: Deque<Retiree> = []
  var lastQueueNumber = QueueNumber.none
  /// Entries taken from the queue whose processes the user looks at. They are forgotten last.
  var spared: [Retiree] = []
  /// Entries taken from the queue while other processes depended on theirs, in the order of the queue; some are
  /// outdated by now.
  var waiting: Deque<Retiree> = []
  /// Entries taken from the queue whose processes existed at the pinned moment.
  var pinned: [Retiree] = []
  /// The processes that the user looks at.
  var kept: Set<ProcessID> = []
  /// The moment of which nothing is forgotten.
  var pin: Pin?
  /// Changes without a log entry.
  var quiet = QuietChanges()
  /// The memory of all programs.
  var programs = MemoryAccount()
  /// What the processes wrote.
  var written: WrittenTexts
  /// All totals except the arena's sums.
  var seen = Totals()
  /// What the traces of other programs do not have, as marks of their programs tell, by machine. Processes without a
  /// program have it too.
  var lacks: [UInt16: Marks] = [:]

  /// Whether times of a machine are times: false where its trace tells only the order of events.
  public func hasTimes(ofHost number: UInt16) -> Bool { lacks[number]?.contains(.untimed) != true }

  /// An empty tree.
  public init(limits: Limits = Limits()) { self.init(limits: limits, arena: NodeArena()) }

  init(limits: Limits, arena: NodeArena) {
    self.limits = limits
    self.arena = arena
    log = EventLog(limit: limits.logLines, memory: limits.memory / 4)
    written = WrittenTexts(limit: limits.output)
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

  /// Processes without a known parent, by start time; of several machines their rows. - Complexity: O(their number).
  public var topLevelProcesses: [ProcessID] { childIDs(of: NodeArena.root) }

  /// The children that a process forked, running or exited, by start time. - Complexity: O(their number).
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

  /// The running process of a pid of the first machine; nil for none. - Complexity: O(1).
  public func runningProcess(pid: Int32) -> ProcessID? {
    running[PIDKey(pid: pid, host: 0)].map { arena[$0].id }
  }

  /// The running process of a pid, or the last one that had it; nil where none is remembered. Of several machines, the
  /// first one that has such a process counts.
  /// - Complexity: O(machines) for a running process, else O(processes).
  public func process(pid: Int32) -> ProcessID? {
    guard pid > 0 else { return nil }
    if let running = runningProcess(pid: pid) { return running }
    for host in hostRows.keys.sorted() {
      if let slot = running[PIDKey(pid: pid, host: host)] { return arena[slot].id }
    }
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
      childCount: Int(links.childCount),
      presentParent: arena.presentParent(of: slot) ?? parent.flatMap { $0.isHost ? nil : $0 },
      longestRun: links.longestRun)
  }

  private func childIDs(of slot: Int32) -> [ProcessID] { arena.children(of: slot).map { arena[$0].id } }
}

/// The limits of a tree's memory. Beyond them the oldest processes are forgotten, and counted in `Totals.forgotten`.
public struct Limits: Sendable, Hashable {
  /// The most processes to remember. Only exited processes are forgotten: first those without remembered descendants,
  /// then those with one child, which moves to its grandparent. Running processes are kept even above the limit.
  public var processes: Int
  /// The most bytes for processes and log, by the estimate of `ProcessTree.memory`. Running processes are kept even
  /// above the limit. The log gets at most a quarter.
  public var memory: Int
  /// The most entries of the event log.
  public var logLines: Int
  /// The most programs to remember of one process, at least 1.
  public var execHistory: Int
  /// The most bytes of what processes wrote, where that is captured. The output of processes that exited first is
  /// forgotten first. It does not count for `memory`.
  public var output: Int

  /// Limits; negative values count as 0, and `execHistory` as at least 1.
  public init(
    processes: Int = 200_000, memory: Int = 256 << 20, logLines: Int = 100_000, execHistory: Int = 1000,
    output: Int = 32 << 20
  ) {
    self.processes = max(0, processes)
    self.memory = max(0, memory)
    self.logLines = max(0, logLines)
    self.execHistory = max(1, execHistory)
    self.output = max(0, output)
  }
}

/// A pid of a machine.
struct PIDKey: Hashable, Sendable {
  let pid: Int32
  let host: UInt16
}

extension ProcessID {
  /// The pid with its machine.
  var pidKey: PIDKey { PIDKey(pid: pid, host: host) }
}
