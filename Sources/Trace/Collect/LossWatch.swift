internal import CExecsnoop
internal import CLibBPF
internal import Events
internal import Glibc

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
  /// The loss that is not reported yet.
  private var pending: LostEvent?
  /// When the last reported loss ended, in nanoseconds since boot.
  private var cleanAt: UInt64
  private var reportedAt: UInt64 = 0

  init(of trace: borrowing KernelTrace) throws(TraceError) {
    lossRing = try LossRing(trace)
    missedRuns = trace.missedRuns
    cleanAt = trace.attachedAt
  }

  /// Becomes readable after a loss.
  var descriptor: Int32 { lossRing.descriptor }

  /// When to read the counters again if nothing happens, in nanoseconds since boot; nil for never.
  var nextReading: UInt64? {
    if pending != nil { return reportedAt &+ Self.interval }
    return missedRunsAreDue ? missedRunsReadAt &+ Self.missedRunsInterval : nil
  }

  /// Reads the counters, after a drain.
  /// - Parameters:
  ///   - hadTraffic: whether the drain returned records: then the kernel may have skipped a run too.
  ///   - unreadable: how many records of the ring buffer have no valid format.
  ///   - last: whether this is the last reading.
  /// - Returns: whether there were any losses.
  mutating func update(
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
      if pending == nil { pending = new } else { pending?.merge(new, naming: Self.namedLimit) }
    } else if pending == nil {
      cleanAt = now
    }
    return isLoss
  }

  /// Whether all losses have been reported.
  var isReported: Bool { pending == nil }

  /// Removes and returns the loss to report now; nil for none.
  /// - Parameter all: also returns a loss that could wait.
  mutating func popDueLoss(now: UInt64, all: Bool) -> LostEvent? {
    guard let event = pending, all || now >= reportedAt &+ Self.interval else { return nil }
    pending = nil
    reportedAt = now
    cleanAt = now
    return event
  }
}

extension LostEvent {
  /// Merges another loss into this one. Records over the limit become unnamed.
  mutating func merge(_ other: LostEvent, naming limit: Int) {
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

/// The ring buffer of the kernel side's loss records: which processes its losses affected. Not thread-safe, like
/// `RingReader`.
struct LossRing: ~Copyable {
  private final class Sink {
    var records: [est_loss] = []
  }

  private let ring: OpaquePointer
  private let sink: Sink
  /// Becomes readable when a record is lost after everything had been read.
  let descriptor: Int32

  init(_ trace: borrowing KernelTrace) throws(TraceError) {
    let sink = Sink()
    // Not retained: it lives as long as the ring, in the same value.
    let ring = ring_buffer__new(
      bpf_object__find_map_fd_by_name(trace.object, "losses"),
      { context, bytes, size in
        if let context, let bytes, size >= MemoryLayout<est_loss>.size {
          Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
            .records.append(bytes.loadUnaligned(as: est_loss.self))
        }
        return 0
      }, Unmanaged.passUnretained(sink).toOpaque(), nil)
    guard let ring else { throw TraceError(.mapRing, errno: errno) }
    self.ring = ring
    self.sink = sink
    descriptor = ring_buffer__epoll_fd(ring)
  }

  deinit { ring_buffer__free(ring) }

  /// Removes and returns the loss records (`ring_buffer__consume`): at most as many as the ring holds, some
  /// four thousand.
  func drain() -> [est_loss] {
    _ = ring_buffer__consume(ring)
    defer { sink.records = [] }
    return sink.records
  }
}
