internal import Events

/// The events of a process after a moment.
struct LaterCounts {
  var execs: Int32 = 0
  /// Failed execs, each call.
  var failures: Int32 = 0
  /// The change of the number of failed execs that count.
  var settled: Int32 = 0
}

/// A tree as a source for the state of processes at an earlier moment.
struct PastTree {
  /// The tree as it is now.
  let now: ProcessTree
  /// Nanoseconds since boot.
  let time: UInt64
  /// Results of `existed` by slot: 0 unknown, 1 existed, 2 did not exist.
  private var answers: ContiguousArray<UInt8> = []
  /// The events after the moment, counted when they are first needed.
  private var later: [ProcessID: LaterCounts]?

  init(_ now: ProcessTree, at time: UInt64) {
    self.now = now
    self.time = time
  }

  /// Whether a process existed at the moment: it and its ancestors had started. (An ancestor starts earlier, except in
  /// a forged recording.) - Complexity: O(1), amortised over its ancestors.
  mutating func existed(_ slot: Int32) -> Bool {
    if now.arena.disorder == 0 || now.arena[slot].id.startTime > time { return now.arena[slot].id.startTime <= time }
    if answers.isEmpty { answers = ContiguousArray(repeating: 0, count: now.arena.capacity) }
    answers[Int(NodeArena.root)] = 1
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

  /// The record of a process as it was at the moment.
  ///
  /// - Parameter shown: a profile that is likely to match.
  mutating func record(_ slot: Int32, shown: Profile, _ profiles: inout Profiles) -> ProcessRecord {
    let record = now.arena[record: slot]
    let id = now.arena[slot].id
    // The remembered programs and failures have times. The others are counted in the log.
    let counts = record.remembersAll ? nil : laterCounts()[id] ?? LaterCounts()
    return record.at(time, counts: counts, shown: shown, profiles: &profiles)
  }

  private mutating func laterCounts() -> [ProcessID: LaterCounts] {
    if let later { return later }
    var counts: [ProcessID: LaterCounts] = [:]
    now.log.forEachEntry(after: time, upTo: .max) { entry in
      guard let id = entry.id, entry.time > time else { return }
      switch entry.payload {
      case .exec(let found):
        counts[id, default: LaterCounts()].execs &+= 1
        counts[id]?.settled &-= found
      case .failedExec(let item):
        counts[id, default: LaterCounts()].failures &+= 1
        if item.counts { counts[id]?.settled &+= 1 }
      case .fork, .exit, .lost: break
      }
    }
    now.quiet.forEachFound(after: time) { id, count in counts[id, default: LaterCounts()].settled &-= count }
    later = counts
    return counts
  }
}
