internal import DequeModule
internal import Events

/// Changes of processes without an entry in the log: views of an earlier moment have to look at these too.
struct QuietChanges: Sendable {
  private static let limit = 100_000
  private var changes: Deque<(time: UInt64, id: ProcessID)> = []
  /// How many failed execs stopped to count by an exec that no event reported.
  private var found: Deque<(time: UInt64, id: ProcessID, count: Int32)> = []
  /// Changes up to this time may be missing, in nanoseconds since boot.
  private(set) var forgottenUntil: UInt64 = 0

  mutating func add(_ id: ProcessID, at time: UInt64) {
    changes.append((time, id))
    if changes.count > Self.limit { forgottenUntil = max(forgottenUntil, changes.removeFirst().time) }
  }

  /// Adds failed execs that count no longer, because of an exec that no event reported.
  mutating func add(_ id: ProcessID, found count: Int32, at time: UInt64) {
    found.append((time, id, count))
    if found.count > Self.limit { found.removeFirst() }
  }

  /// Calls `body` with the failed execs that stopped to count after a moment. - Complexity: O(their number in all).
  func forEachFound(after time: UInt64, _ body: (ProcessID, Int32) -> Void) {
    for change in found where change.time > time { body(change.id, change.count) }
  }

  /// The processes that changed between two moments. - Complexity: O(changes).
  func ids(after low: UInt64, upTo high: UInt64) -> Set<ProcessID> {
    var ids: Set<ProcessID> = []
    for change in changes where change.time > low && change.time <= high { ids.insert(change.id) }
    return ids
  }
}

extension ProcessTree {
  /// Records the changes of an event that its log entry does not show: changes of other processes, or without an entry.
  mutating func recordQuietChanges(of event: ProcessEvent, _ change: TreeChange) {
    let own = event.loggedProcess
    change.forEachStep { step in
      if step.id != own { quiet.add(step.id, at: event.time) }
      // The process exists from its start on. Only the log entry of a fork has that time.
      if step.kind == .inserted, !event.isFork || step.id != own { quiet.add(step.id, at: step.id.startTime) }
    }
    switch event {
    case .existing(let existing):
      quiet.add(existing.process.id, at: existing.image.time)
      // From then on its facts are known again, even if they did not change.
      if change.isEmpty { quiet.add(existing.process.id, at: existing.time) }
    case .lost(let lost):
      for record in lost.records { quiet.add(record.id, at: record.time) }
    default: break
    }
  }
}

extension ProcessEvent {
  fileprivate var isFork: Bool {
    if case .fork = self { true } else { false }
  }

  /// The process that the event's entry in the log names.
  fileprivate var loggedProcess: ProcessID? {
    switch self {
    case .fork(let event): event.process.id
    case .exec(let event): event.process.id
    case .failedExec(let event): event.process.id
    case .exit(let event): event.process.id
    case .existing, .lost, .census, .output, .host: nil
    }
  }
}
