public import Events
public import Filtering

/// When a process and its descendants ran, as plain numbers: the critical path and the concurrency are made of it.
///
/// Each process is tied to the parent that forked it. If it outlives that parent and another process of the subtree
/// adopts it, it is tied to that one too, from the adoption on. A tie is *waited* if the child ended before the parent
/// did: only then the parent may have waited for it.
public struct SubtreeRuns: Sendable {
  /// One process.
  struct Run: Sendable {
    let id: ProcessID
    /// The number of the process that forked it; -1 for the root. A parent has a lower number than its children.
    let parent: Int32
    /// Nanoseconds since boot; `end` is not before `start`. A running process ends now.
    let start: UInt64
    let end: UInt64
    var isRunning = false
    /// False if the exit was lost: then `end` is only the latest possible time.
    var endIsKnown = true
    /// User and system time in nanoseconds; nil while unknown.
    var cpu: UInt64?
    /// The number of the process that adopted it; -1 for none in the subtree.
    var reaper: Int32 = -1
    var adopted: UInt64 = 0
  }

  /// A process as the child of another one, for the time that both ran.
  struct Tie: Sendable {
    let child: Int32
    let from: UInt64
    let until: UInt64
    let isWaited: Bool
  }

  /// The time that is looked at: that of the root, as far as it is known. Nanoseconds since boot.
  public let start: UInt64
  public let end: UInt64
  /// The root first, and each parent before its children.
  let runs: ContiguousArray<Run>
  /// The ties by parent, by their start.
  private let ties: ContiguousArray<Tie>
  private let places: ContiguousArray<Int32>

  /// The process that all of this is about.
  public var root: ProcessID { runs[0].id }
  /// Whether the root still runs.
  public var isRunning: Bool { runs[0].isRunning }
  /// How many processes there are.
  public var count: Int { runs.count }
  /// How many ends are unknown, because the exit was lost.
  public var unknownEnds: Int { runs.count { !$0.endIsKnown } }

  /// The nanoseconds from `start` to `end`.
  public var whole: UInt64 { end &- start }

  /// - Parameters:
  ///   - runs: the root first, and each parent before its children; not empty.
  ///   - since: nothing before this time is looked at.
  /// - Complexity: O(n log n).
  init(_ runs: ContiguousArray<Run>, since: UInt64 = 0) {
    let start = max(runs[0].start, since)
    let end = max(runs[0].end, start)
    var places = ContiguousArray<Int32>(repeating: 0, count: runs.count &+ 1)
    func forEachTie(_ body: (_ parent: Int32, Tie) -> Void) {
      for index in runs.indices.dropFirst() {
        let run = runs[index]
        let child = Int32(truncatingIfNeeded: index)
        func tie(to parent: Int32, from: UInt64) -> Bool {
          let above = runs[Int(parent)]
          let isOutlived = !above.isRunning && (run.isRunning || run.end > above.end)
          let first = max(from, above.start, start)
          let last = min(run.end, above.end, end)
          guard first <= last else { return isOutlived }
          body(parent, Tie(child: child, from: first, until: last, isWaited: !isOutlived && run.endIsKnown))
          return isOutlived
        }
        guard run.parent >= 0, run.parent < child, tie(to: run.parent, from: run.start), run.endIsKnown,
          run.reaper >= 0, run.reaper < child, run.reaper != run.parent
        else { continue }
        _ = tie(to: run.reaper, from: max(run.adopted, run.start))
      }
    }
    forEachTie { parent, _ in places[Int(parent) &+ 1] &+= 1 }
    for index in runs.indices { places[index &+ 1] &+= places[index] }
    var next = places
    let none = Tie(child: 0, from: 0, until: 0, isWaited: false)
    var ties = ContiguousArray(repeating: none, count: Int(places[runs.count]))
    forEachTie { parent, tie in
      ties[Int(next[Int(parent)])] = tie
      next[Int(parent)] &+= 1
    }
    // Children are numbered by their start: only adopted ones are out of order.
    for index in runs.indices {
      let range = Int(places[index])..<Int(places[index &+ 1])
      let isSorted = range.dropFirst().allSatisfy { ties[$0 &- 1].from <= ties[$0].from }
      if !isSorted { ties[range].sort { ($0.from, $0.child) < ($1.from, $1.child) } }
    }
    (self.start, self.end, self.runs, self.ties, self.places) = (start, end, runs, ties, places)
  }

  /// The children of a process, by the start of their ties.
  func ties(of run: Int) -> ArraySlice<Tie> {
    ArraySlice(ties[Int(places[run])..<Int(places[run &+ 1])])
  }
}

extension SubtreeRuns {
  /// Takes the run times of a process and its descendants.
  ///
  /// - Parameters:
  ///   - tree: as of now, or as of an earlier moment (`ProcessTree.turn`).
  ///   - now: the moment that the tree shows, in nanoseconds since boot: running processes have run until then.
  ///   - since: nothing before this time is looked at, such as the time before the trace.
  /// - Returns: nil if the process is unknown.
  /// - Complexity: O(n log n) for n processes in the subtree, and a few bytes for each process of the tree.
  public init?(of root: ProcessID, in tree: ProcessTree, now: UInt64, since: UInt64 = 0) {
    guard let top = tree.slot(of: root) else { return nil }
    let arena = tree.arena
    var numbers = ContiguousArray<Int32>(repeating: -1, count: arena.capacity)
    var runs: ContiguousArray<Run> = []
    var slot = top
    while true {
      let id = arena[slot].id
      let ended = arena[record: slot].endTime
      let wasSeen = arena[record: slot].endStatus != nil
      let isPlaceholder = arena[record: slot].knowledge == .placeholder
      var run = Run(
        id: id, parent: slot == top ? -1 : numbers[Int(arena[slot].parent)], start: id.startTime,
        end: max(ended ?? now, id.startTime), isRunning: ended == nil,
        endIsKnown: ended == nil ? !isPlaceholder : wasSeen,
        cpu: arena[record: slot].usage?.cpuTime)
      if arena[record: slot].isAdopted, let adoption = arena[record: slot].adoptions.last,
        let reaper = adoption.parent.flatMap({ tree.slot(of: $0) })
      {
        (run.reaper, run.adopted) = (numbers[Int(reaper)], adoption.time)
      }
      numbers[Int(slot)] = Int32(truncatingIfNeeded: runs.count)
      runs.append(run)
      guard let next = arena.successor(of: slot, within: top) else { break }
      slot = next
    }
    self.init(runs, since: since)
  }
}

extension ProcessTree {
  /// The process that ran longest, by which a whole recording is explained if nobody names one.
  ///
  /// - Parameters:
  ///   - filter: only matching processes; nil takes those whose start was seen, or all if there are none.
  ///   - now: running processes have run until then, in nanoseconds since boot.
  /// - Complexity: O(processes).
  public func longestProcess(matching filter: Filter?, now: UInt64) -> ProcessID? {
    let evaluator = filter.map { FilterEvaluator($0, at: now) }
    var best: (rank: Bool, time: UInt64, id: ProcessID)?
    arena.forEachRecord(in: 0..<arena.capacity) { slot, id, record in
      if record.pointee.knowledge == .placeholder { return }
      if let evaluator, !evaluator.matches(slot: slot, in: self) { return }
      let end = record.pointee.endTime ?? now
      let time = end > id.startTime ? end &- id.startTime : 0
      let wasSeen = filter != nil || record.pointee.marks.isDisjoint(with: [.inferred, .fromProc])
      if let best {
        if best.rank != wasSeen, best.rank { return }
        if best.rank == wasSeen, (best.time, id) >= (time, best.id) { return }
      }
      best = (wasSeen, time, id)
    }
    return best?.id
  }
}
