public import Events

/// The events that lead to a tree: from them, a replay makes the same tree again.
///
/// A tree does not keep its events. They are made of what it knows: the fork (or the first look at /proc), the programs,
/// the failed execs, the changes of facts and parents, and the exit of each process, in the order of their times. Execs
/// and failed execs that it only counted are a loss in these events, with the process named, so nothing is missing
/// without notice. The tree of an earlier moment gives the events until then.
///
///     TreeEvents(of: tree).forEachBatch { events in writer.write(events) }
public struct TreeEvents {
  /// One event to make: of which process, and which of its parts.
  struct Step {
    enum Kind: UInt8 {
      case fork, existing, lostFork, unknown
      case exec, loggedExec, lostExecs, lostExec, program, doubt
      case failure, lastFailure, lostFailures, lostFailure
      case facts, adoption, look, present
      case exit, lostExit
      case output
      case loss, earlierLoss, blindTime, census
    }

    var kind: Kind
    /// When it happened, in nanoseconds since boot.
    var time: UInt64
    /// An index into a list of the process, a sequence of the log, or a count.
    var index: UInt64 = 0
  }

  struct Entry {
    /// The place in the order: the time, but after all earlier steps of the same process, and after the first step of its
    /// parent.
    var key: UInt64
    var number: Int32
    var slot: Int32
    var step: Step
  }

  let tree: ProcessTree
  /// No event is later, in nanoseconds since boot.
  let latest: UInt64
  let logged: LoggedEvents
  /// The reapers that the exits of processes name.
  var reapers: [Int32: ProcessID] = [:]
  var entries: [Entry] = []
  /// For each slot, whether its process is included.
  private var isIncluded: [Bool]
  /// The first key of each process.
  private var firstKeys: [UInt64]
  /// The times at which processes ended without an exit.
  private var censuses: Set<UInt64> = []

  /// The number of processes.
  public private(set) var processCount = 0
  /// The number of events.
  public var count: Int { entries.count }

  /// - Parameters:
  ///   - tree: the present one, or one that shows an earlier moment.
  ///   - shown: only these processes; nil for all. Include their ancestors.
  ///   - withLosses: whether to include losses that name no process.
  /// - Complexity: O(processes + events × log events).
  public init(of tree: ProcessTree, only shown: Set<ProcessID>? = nil, withLosses: Bool = true) {
    self.tree = tree
    latest = tree.moment ?? .max
    logged = LoggedEvents(of: tree, until: latest)
    isIncluded = Array(repeating: false, count: tree.arena.capacity)
    firstKeys = Array(repeating: 0, count: tree.arena.capacity)
    var slots: [Int32] = []
    var slot = NodeArena.root
    while let next = tree.arena.successor(of: slot, within: NodeArena.root) {
      slot = next
      // A machine is no event: lines name it.
      if tree.arena[record: slot].isHost { continue }
      guard shown?.contains(tree.arena[slot].id) ?? true else { continue }
      isIncluded[Int(slot)] = true
      slots.append(slot)
    }
    processCount = slots.count
    for slot in slots where tree.arena[record: slot].isAdopted { findReapers(of: slot) }
    if withLosses { planLosses() }
    for slot in slots { plan(slot) }
    let hosts = tree.hasHostRows ? tree.hostRows.keys.sorted() : [0]
    for time in censuses.sorted() {
      for host in hosts {
        add(Step(kind: .census, time: time, index: UInt64(host)), of: NodeArena.root, key: time)
      }
    }
    // Not by their times alone: the order within a process has to stay.
    entries.sort { ($0.key, $0.number) < ($1.key, $1.number) }
  }

  /// Calls `body` with the events, oldest first, until it returns false.
  /// - Parameter size: the most events of a batch.
  public func forEachBatch<Failure>(
    of size: Int = 2000, _ body: ([ProcessEvent]) throws(Failure) -> Bool
  ) throws(Failure) {
    var start = 0
    while start < entries.count {
      let end = min(start &+ max(size, 1), entries.count)
      if try !body(entries[start..<end].map(event)) { return }
      start = end
    }
  }

  /// The running processes with their ancestors.
  public static func running(in tree: ProcessTree) -> Set<ProcessID> {
    var result: Set<ProcessID> = []
    for slot in tree.running.values {
      var above = slot
      // As far as another one has not been there.
      while above != NodeArena.root, result.insert(tree.arena[above].id).inserted { above = tree.arena[above].parent }
    }
    return result
  }

  /// All events. - Complexity: O(events), with as much memory; use `forEachBatch` for a large tree.
  public var all: [ProcessEvent] { entries.map(event) }

  func includes(_ slot: Int32) -> Bool { isIncluded[Int(slot)] }

  // MARK: - Order

  /// Adds the steps of a process, of which the first stays first.
  private mutating func plan(_ slot: Int32) {
    let steps = self.steps(of: slot)
    let parent = tree.arena[slot].parent
    var key = parent == NodeArena.root ? 0 : firstKeys[Int(parent)]
    for (index, step) in steps.enumerated() {
      key = max(key, step.time)
      if index == 0 { firstKeys[Int(slot)] = key }
      add(step, of: slot, key: key)
    }
    if endsWithoutEvent(slot), let end = tree.arena[record: slot].endTime { censuses.insert(end) }
  }

  mutating func add(_ step: Step, of slot: Int32, key: UInt64) {
    entries.append(Entry(key: key, number: Int32(truncatingIfNeeded: entries.count), slot: slot, step: step))
  }

  /// Whether a process exited unseen, and no event of its own or of a later process with its pid tells that.
  func endsWithoutEvent(_ slot: Int32) -> Bool {
    let record = tree.arena[record: slot]
    guard let end = record.endTime, record.endStatus == nil else { return false }
    if record.knowledge != .placeholder, record.gaps.contains(.exit) { return false }
    let next = ProcessID(pid: tree.arena[slot].id.pid, startTime: end)
    return !(tree.slot(of: next).map(includes) ?? false)
  }
}

/// The entries of a log that the tree does not have in its processes.
struct LoggedEvents {
  /// The sequences of the entries, by slot.
  private(set) var forks: [Int32: UInt64] = [:]
  private(set) var failures: [Int32: [UInt64]] = [:]
  /// The execs of processes that have dropped programs.
  private(set) var execs: [Int32: [UInt64]] = [:]
  /// The losses that were counted.
  private(set) var losses: [UInt64] = []

  /// - Complexity: O(entries).
  init(of tree: ProcessTree, until latest: UInt64) {
    for sequence in tree.log.firstSequence..<tree.log.nextSequence {
      guard let entry = tree.log[sequence], entry.time <= latest else { continue }
      if entry.kind == .lost { losses.append(sequence) }
      guard let id = entry.id, let slot = tree.slot(of: id) else { continue }
      switch entry.kind {
      case .fork: forks[slot] = sequence
      case .failedExec: failures[slot, default: []].append(sequence)
      case .exec: if tree.arena[record: slot].droppedImages > 0 { execs[slot, default: []].append(sequence) }
      case .exit, .lost: break
      }
    }
  }
}
