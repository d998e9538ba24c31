/// What a tree knows of a past moment.
struct PastTree {
  /// Everything that is known.
  let now: ProcessTree
  /// Nanoseconds since boot.
  let time: UInt64
  /// By slot, of those that were asked about: 1 for one that was there, 2 for one that was not.
  private var answers: ContiguousArray<UInt8> = []
  /// What happened after the moment; made when it is needed.
  private var later: [ProcessID: (execs: Int32, failures: Int32)]?

  init(_ now: ProcessTree, at time: UInt64) {
    self.now = now
    self.time = time
  }

  /// A process is part of a moment from its start on, if those above it are. (They began before it, but a recording may
  /// say otherwise.) - Complexity: O(1), amortised over the processes above it.
  mutating func existed(_ slot: Int32) -> Bool {
    if now.arena.disorder == 0 || now.arena[slot].id.startTime > time { return now.arena[slot].id.startTime <= time }
    if answers.isEmpty { answers = ContiguousArray(repeating: 0, count: now.arena.capacity) }
    answers[Int(NodeArena.machine)] = 1
    var above = slot
    while answers[Int(above)] == 0, now.arena[above].id.startTime <= time { above = now.arena[above].parent }
    let answer: UInt8 = answers[Int(above)] == 0 ? 2 : answers[Int(above)]
    var below = slot
    while below != above {
      answers[Int(below)] = answer
      below = now.arena[below].parent
    }
    answers[Int(above)] = answer
    return answer == 1
  }

  /// What was so of a process.
  ///
  /// - Parameter shown: a profile that may be the one.
  mutating func record(_ slot: Int32, shown: Profile, _ profiles: inout Profiles) -> ProcessRecord {
    let record = now.arena[record: slot]
    let id = now.arena[slot].id
    // The programs and failures that are remembered tell when each was; of more than these the log tells.
    let counts = record.remembersAll ? nil : laterCounts()[id] ?? (0, 0)
    return record.at(time, counts: counts, shown: shown, profiles: &profiles)
  }

  private mutating func laterCounts() -> [ProcessID: (execs: Int32, failures: Int32)] {
    if let later { return later }
    var counts: [ProcessID: (execs: Int32, failures: Int32)] = [:]
    now.log.forEachEntry(after: time, upTo: .max) { entry in
      guard let id = entry.id, entry.time > time else { return }
      switch entry.kind {
      case .exec: counts[id, default: (0, 0)].execs &+= 1
      case .failedExec: counts[id, default: (0, 0)].failures &+= 1
      case .fork, .exit, .lost: break
      }
    }
    later = counts
    return counts
  }
}
