internal import CExecsnoop
internal import Events

/// Finds out which records were lost, and reports them a few times a second.
///
/// It reads the kernel's counters after each drain, which costs nothing. A loss also writes a record into a ring buffer
/// of its own, which wakes the collector. So a loss after a drain is reported even when no other record follows.
struct LossWatch: ~Copyable {
  /// Between two loss events, in nanoseconds: a long storm of losses is not reported at every drain.
  private static let interval: UInt64 = 250_000_000
  /// Between two readings of the runs that the kernel skipped, in nanoseconds: each takes a few system calls.
  private static let missedRunsInterval: UInt64 = 1_000_000_000
  /// The most lost records that one event names; further ones are unnamed.
  private static let namedLimit = 8192

  private let lossRing: LossRing
  private let missedRuns: MissedRuns
  private var counted = LossCounts()
  private var unnamed: UInt64 = 0
  private var missedRunsReadAt: UInt64 = 0
  private var missedRunsAreDue = false
  /// The loss that was found and is not reported yet.
  private var pending: LostEvent?
  /// When the last loss ended that has been reported, in nanoseconds since boot.
  private var cleanAt: UInt64
  private var reportedAt: UInt64 = 0

  init(of trace: borrowing KernelTrace) throws(TraceError) {
    lossRing = try LossRing(trace)
    missedRuns = trace.missedRuns
    cleanAt = trace.attachedAt
  }

  /// Becomes readable after a loss.
  var descriptor: Int32 { lossRing.descriptor }

  /// When to look again if nothing happens, in nanoseconds since boot; nil for never.
  var nextLook: UInt64? {
    if pending != nil { return reportedAt &+ Self.interval }
    return missedRunsAreDue ? missedRunsReadAt &+ Self.missedRunsInterval : nil
  }

  /// Looks for losses, after a drain.
  /// - Parameters:
  ///   - hadTraffic: whether the drain returned records: then the kernel may have skipped a run too.
  ///   - unreadable: how many records of the ring buffer made no sense.
  ///   - last: whether this is the last look.
  /// - Returns: whether there were any losses.
  mutating func look(
    _ trace: borrowing KernelTrace, now: UInt64, hadTraffic: Bool, unreadable: UInt64, last: Bool = false
  ) -> Bool {
    // The loss records first: the kernel side counts a loss before it writes one.
    let named = lossRing.drain()
    var counts = trace.lost
    let unnamed = trace.unnamedLosses
    counts.missedRuns = counted.missedRuns
    missedRunsAreDue = missedRunsAreDue || hadTraffic
    if last || (missedRunsAreDue && now >= missedRunsReadAt &+ Self.missedRunsInterval) {
      missedRunsReadAt = now
      counts.missedRuns = last ? missedRuns.readLast() : missedRuns.read()
      missedRunsAreDue = !missedRuns.isConclusive
    }
    var news = counts - counted
    // The kind of a record that could not be read is unknown.
    news += LossCounts(missedRuns: unreadable)
    let new = LostEvent(
      time: now, since: cleanAt, counts: news, records: named.compactMap(LostRecord.init),
      unnamed: unnamed &- min(unnamed, self.unnamed))
    (counted, self.unnamed) = (.largest(counts, counted), max(unnamed, self.unnamed))
    let isLoss = new.counts.total > 0 || new.unnamed > 0 || !new.records.isEmpty
    if isLoss {
      if pending == nil { pending = new } else { pending?.add(new, naming: Self.namedLimit) }
    } else if pending == nil {
      cleanAt = now
    }
    return isLoss
  }

  /// Whether everything that was found has been reported.
  var isReported: Bool { pending == nil }

  /// Returns the loss to report now, and forgets it; nil for none.
  /// - Parameter all: also a loss that could wait.
  mutating func drain(now: UInt64, all: Bool) -> LostEvent? {
    guard let event = pending, all || now >= reportedAt &+ Self.interval else { return nil }
    pending = nil
    reportedAt = now
    cleanAt = now
    return event
  }
}

extension LostEvent {
  /// Adds another loss. Records over the limit become unnamed.
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
  /// Nil for an unknown kind.
  init?(_ loss: est_loss) {
    let kind: Kind
    switch est_kind(rawValue: loss.kind) {
    case EST_FORK: kind = .fork
    case EST_EXEC: kind = .exec
    case EST_FAILED_EXEC: kind = .failedExec
    case EST_EXIT: kind = .exit
    default: return nil
    }
    self.init(
      kind: kind, time: loss.time, id: ProcessID(pid: loss.pid, startTime: loss.start),
      parent: loss.parent_pid == 0 ? nil : ProcessID(pid: loss.parent_pid, startTime: loss.parent_start),
      comm: withUnsafeBytes(of: loss.comm) { Comm($0) }, uid: loss.uid)
  }
}
