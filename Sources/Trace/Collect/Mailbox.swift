internal import CLinux
public import Events
internal import Glibc
internal import Synchronization

/// Where the collector's thread puts events for the main thread. One lock, held for an append or a swap.
///
/// While the main thread is blocked, for example by a reader that does not read, the waiting events have a limit in
/// bytes. Events over the limit are dropped and reported as a loss, with the kind and the process of each. Failed execs
/// and output are dropped first: any user can make more of them than anybody can read, and the tree is right without
/// them.
public final class Mailbox: Sendable {
  /// Becomes readable when events arrive; `drain` makes it unreadable again.
  public let descriptor: Int32
  private let limit: Int
  private let waiting = Mutex(WaitingEvents())

  /// The most dropped events whose processes are named; further ones are unnamed.
  private static let namedLimit = 8192

  /// - Parameters:
  ///   - limit: how many bytes of events may wait.
  ///   - copy: gets all events too, as if it were the only mailbox: neither reader waits for the other one.
  /// - Throws: `TraceError` when no descriptor is left.
  public init(limit: Int = 256 << 20, copyingTo copy: Mailbox? = nil) throws(TraceError) {
    self.limit = limit
    waiting.withLock { $0.copy = copy }
    let descriptor = lnx_eventfd()
    if descriptor < 0 { throw TraceError(.makeThread, errno: descriptor) }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Adds events, oldest first.
  /// - Parameter bytes: their size besides their places in the array.
  /// - Returns: whether all of them are kept, apart from failed execs and output.
  @discardableResult
  func put(_ events: [ProcessEvent], bytes: Int) -> Bool {
    guard !events.isEmpty else { return true }
    var (isWhole, copy) = putHere(events, bytes: bytes)
    if let copy, !copy.put(events, bytes: bytes) { isWhole = false }
    wake()
    return isWhole
  }

  /// Returns whether all are kept, and who gets them too.
  private func putHere(_ events: [ProcessEvent], bytes: Int) -> (isWhole: Bool, copy: Mailbox?) {
    var events = events
    var cost = bytes &+ events.count &* MemoryLayout<ProcessEvent>.stride
    return waiting.withLock { waiting in
      let copy = waiting.copy
      if waiting.dropped == nil, waiting.bytes &+ cost > limit / 2 {
        cost = waiting.shedLesser(of: &events, cost: cost, naming: Self.namedLimit)
        if events.isEmpty { return (true, copy) }
      }
      if waiting.dropped == nil, waiting.bytes &+ cost <= limit {
        waiting.batches.append(events)
        waiting.bytes &+= cost
        return (true, copy)
      }
      // Estimates each event's size by the average: measuring each one would cost time even where nothing is lost.
      let room = waiting.dropped == nil ? max(limit &- waiting.bytes, 0) &* events.count / cost : 0
      if room > 0 { waiting.batches.append(Array(events.prefix(room))) }
      waiting.bytes &+= cost &* room / events.count
      for event in events.dropFirst(room) { waiting.countDropped(event, naming: Self.namedLimit) }
      return (false, copy)
    }
  }

  /// From now on another mailbox gets all events too.
  /// - Returns: the events until now, as `drain` does: each event is either among these or goes to the other one.
  public func copy(to other: Mailbox) -> [[ProcessEvent]] { drain { $0.copy = other } }

  /// From now on no other mailbox gets the events.
  public func stopCopying() { waiting.withLock { $0.copy = nil } }

  /// Whether the main thread has not received a loss of dropped events yet.
  var isDropping: Bool {
    let (isDropping, copy) = waiting.withLock { ($0.dropped != nil, $0.copy) }
    return isDropping || copy?.isDropping == true
  }

  /// Adds a census and its events, as a whole or not at all: never while `isDropping`. Its size is not limited where no
  /// other events wait. Where the copy has no room for it, it is to come again for both.
  func put(census events: [ProcessEvent], bytes: Int) -> Bool {
    let cost = bytes &+ events.count &* MemoryLayout<ProcessEvent>.stride
    let (isKept, copy) = waiting.withLock { waiting in
      guard waiting.dropped == nil, waiting.batches.isEmpty || waiting.bytes &+ cost <= limit else {
        return (false, waiting.copy)
      }
      waiting.batches.append(events)
      waiting.bytes &+= cost
      return (true, waiting.copy)
    }
    if isKept { wake() }
    let isCopied = copy?.put(census: events, bytes: bytes) ?? true
    return isKept && isCopied
  }

  /// Adds a message about the trace for the user. A repeated message is added once.
  func put(notice: TraceError) {
    let isNew = waiting.withLock { waiting in
      if waiting.lastNotice == notice { return false }
      waiting.lastNotice = notice
      waiting.notice = notice
      return true
    }
    if isNew { wake() }
  }

  /// Removes and returns the message about the trace for the user; nil for none.
  public func drainNotice() -> TraceError? {
    waiting.withLock { waiting in
      defer { waiting.notice = nil }
      return waiting.notice
    }
  }

  /// Makes the descriptor readable, with or without events.
  public func wake() {
    var one: UInt64 = 1
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// Removes and returns all events, in batches that are not empty, oldest first; dropped events come last, as a loss.
  public func drain() -> [[ProcessEvent]] { drain { _ in } }

  private func drain(_ change: (inout WaitingEvents) -> Void) -> [[ProcessEvent]] {
    var ignored: UInt64 = 0
    _ = read(descriptor, &ignored, MemoryLayout<UInt64>.size)
    var taken = WaitingEvents()
    waiting.withLock { waiting in
      // Notices have a function of their own.
      taken.notice = waiting.notice
      taken.lastNotice = waiting.lastNotice
      taken.copy = waiting.copy
      swap(&waiting, &taken)
      change(&waiting)
    }
    for loss in [taken.shed, taken.dropped] {
      if let loss { taken.batches.append([.lost(loss)]) }
    }
    return taken.batches
  }
}

/// The events that wait for the main thread.
private struct WaitingEvents {
  /// In batches, as they arrived. One array would have to be copied when it grows, on the collector's thread, while the
  /// ring buffer fills.
  var batches: [[ProcessEvent]] = []
  var bytes = 0
  /// The failed execs and the output that were dropped from the batches.
  var shed: LostEvent?
  /// The events that were dropped after the batches.
  var dropped: LostEvent?
  /// Another mailbox that gets all events too; nil for none.
  var copy: Mailbox?
  var notice: TraceError?
  var lastNotice: TraceError?

  /// Removes the failed execs and the output from a batch, and counts them.
  /// - Returns: the size of the rest in bytes, by the average of all.
  mutating func shedLesser(of events: inout [ProcessEvent], cost: Int, naming limit: Int) -> Int {
    let count = events.count
    events.removeAll { event in
      switch event {
      case .failedExec, .output: break
      default: return false
      }
      guard let loss = Self.loss(of: event) else { return false }
      if shed == nil { shed = loss } else { shed?.merge(loss, naming: limit) }
      return true
    }
    return cost / count &* events.count
  }

  /// Counts a dropped event. A dropped loss is still reported.
  mutating func countDropped(_ event: ProcessEvent, naming limit: Int) {
    guard let loss = Self.loss(of: event) else { return }
    if dropped == nil { dropped = loss } else { dropped?.merge(loss, naming: limit) }
  }

  /// The loss that a dropped event causes; nil for events that are made again.
  private static func loss(of event: ProcessEvent) -> LostEvent? {
    var loss = LostEvent(time: event.time, counts: LossCounts(overBudget: 1))
    func name(_ kind: LostRecord.Kind, _ process: ProcessFacts) {
      loss.records = [
        LostRecord(
          kind: kind, time: event.time, id: process.id, parent: process.parent, comm: process.comm, uid: process.uid)
      ]
    }
    switch event {
    case .fork(let fork):
      loss.counts.forks = 1
      name(.fork, fork.process)
    case .exec(let exec):
      loss.counts.execs = 1
      name(.exec, exec.process)
    case .failedExec(let failure):
      loss.counts.failedExecs = 1
      name(.failedExec, failure.process)
    case .exit(let exit):
      loss.counts.exits = 1
      name(.exit, exit.process)
    case .lost(let lost): loss = lost
    case .output: loss.counts.outputs = 1
    case .existing, .census, .host: return nil
    }
    return loss
  }
}
