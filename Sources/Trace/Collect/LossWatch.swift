internal import CExecsnoop
internal import ProcessTree

/// Finds out what was lost, and tells it a few times a second.
///
/// The kernel's counters are looked at after each drain, which costs nothing. A loss leaves a note in a ring of its own,
/// which wakes the collector: so what is lost after a drain, when nothing follows, is told as well.
struct LossWatch: ~Copyable {
  /// Between two events of loss, nanoseconds: a storm that loses for long is not told of at every drain.
  private static let interval: UInt64 = 250_000_000
  /// Between two readings of the runs that the kernel skipped, nanoseconds: each takes a few system calls.
  private static let missedRunsInterval: UInt64 = 1_000_000_000
  /// The most lost records that one event names; more are unnamed.
  private static let namedLimit = 8192

  private let notes: LossNotes
  private let missedRuns: MissedRuns
  private var counted = LossCounts()
  private var unnamed: UInt64 = 0
  private var missedRunsReadAt: UInt64 = 0
  private var missedRunsAreDue = false
  /// Found and not told yet.
  private var found: LostEvent?
  /// When nothing more was lost than had been told by then.
  private var cleanAt: UInt64
  private var toldAt: UInt64 = 0

  init(of trace: borrowing KernelTrace) throws(TraceError) {
    notes = try LossNotes(trace)
    missedRuns = trace.missedRuns
    cleanAt = trace.attachedAt
  }

  /// Becomes readable after a loss.
  var descriptor: Int32 { notes.descriptor }

  /// When to look again although nothing happens; nil for never.
  var nextLook: UInt64? {
    if found != nil { return toldAt &+ Self.interval }
    return missedRunsAreDue ? missedRunsReadAt &+ Self.missedRunsInterval : nil
  }

  /// Looks for losses, after a drain.
  /// - Parameters:
  ///   - hadTraffic: whether something came: then a run may have been skipped as well.
  ///   - unreadable: how many records of the ring made no sense.
  ///   - last: whether there will be no other look.
  /// - Returns: whether there were any.
  mutating func look(
    _ trace: borrowing KernelTrace, now: UInt64, hadTraffic: Bool, unreadable: UInt64, last: Bool = false
  ) -> Bool {
    // The notes first: what is noted was counted before.
    let notes = notes.take()
    var counts = trace.lost
    let unnamed = trace.unnamedLosses
    counts.missedRuns = counted.missedRuns
    missedRunsAreDue = missedRunsAreDue || hadTraffic
    if last || (missedRunsAreDue && now >= missedRunsReadAt &+ Self.missedRunsInterval) {
      missedRunsReadAt = now
      counts.missedRuns = last ? missedRuns.readLast() : missedRuns.read()
      missedRunsAreDue = !missedRuns.isSettled
    }
    var news = counts - counted
    // Of what could not be read, the kind is not known either.
    news += LossCounts(missedRuns: unreadable)
    let new = LostEvent(
      time: now, since: cleanAt, counts: news, records: notes.compactMap(LostRecord.init),
      unnamed: unnamed &- min(unnamed, self.unnamed))
    (counted, self.unnamed) = (.largest(counts, counted), max(unnamed, self.unnamed))
    let isLoss = new.counts.total > 0 || new.unnamed > 0 || !new.records.isEmpty
    if isLoss {
      if found == nil { found = new } else { found?.add(new, naming: Self.namedLimit) }
    } else if found == nil {
      cleanAt = now
    }
    return isLoss
  }

  /// Whether all that was found has been told.
  var isTold: Bool { found == nil }

  /// What is to be told now.
  /// - Parameter all: also what could wait.
  mutating func take(now: UInt64, all: Bool) -> LostEvent? {
    guard let event = found, all || now >= toldAt &+ Self.interval else { return nil }
    found = nil
    toldAt = now
    cleanAt = now
    return event
  }
}

extension LostEvent {
  /// Takes in another loss. Those of its records that are over the limit become unnamed.
  mutating func add(_ other: LostEvent, naming limit: Int) {
    time = max(time, other.time)
    since = min(since, other.since)
    counts += other.counts
    let room = min(max(limit &- records.count, 0), other.records.count)
    records += other.records.prefix(room)
    let (sum, overflows) = unnamed.addingReportingOverflow(other.unnamed)
    unnamed = overflows ? .max : sum &+ UInt64(clamping: other.records.count &- room)
  }
}

extension LostRecord {
  /// Nil of a kind that is not known.
  init?(_ note: est_loss) {
    let kind: Kind
    switch est_kind(rawValue: note.kind) {
    case EST_FORK: kind = .fork
    case EST_EXEC: kind = .exec
    case EST_FAILED_EXEC: kind = .failedExec
    case EST_EXIT: kind = .exit
    default: return nil
    }
    self.init(
      kind: kind, time: note.time, id: ProcessID(pid: note.pid, startTime: note.start),
      parent: note.parent_pid == 0 ? nil : ProcessID(pid: note.parent_pid, startTime: note.parent_start),
      comm: withUnsafeBytes(of: note.comm) { Comm($0) }, uid: note.uid)
  }
}
