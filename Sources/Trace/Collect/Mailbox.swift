internal import CLinux
public import Events
internal import Glibc
internal import Synchronization

/// Where the collector's thread puts events for the main thread. One lock, held for an append or a swap.
///
/// While the main thread is blocked, for example by a reader that does not read, the waiting events are bounded in
/// bytes. Events over the bound are dropped and reported as a loss, with the kind and the process of each. Failed execs
/// are dropped first: any user can make more of them than anybody can read, and the tree is right without them.
public final class Mailbox: Sendable {
  /// Becomes readable when events arrive; `drain` makes it unreadable again.
  public let descriptor: Int32
  private let limit: Int
  private let contents = Mutex(Contents())

  /// The most dropped events whose processes are named; further ones are unnamed.
  private static let namedLimit = 8192

  /// - Parameter limit: how many bytes of events may wait.
  /// - Throws: `TraceError` when no descriptor is left.
  public init(limit: Int = 256 << 20) throws(TraceError) {
    self.limit = limit
    let descriptor = lnx_eventfd()
    if descriptor < 0 { throw TraceError(.makeThread, errno: descriptor) }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Adds events, oldest first.
  /// - Parameter bytes: their size beside their places in the array.
  /// - Returns: whether all of them are kept, apart from failed execs.
  @discardableResult
  func put(_ events: [ProcessEvent], bytes: Int) -> Bool {
    guard !events.isEmpty else { return true }
    var events = events
    var cost = bytes &+ events.count &* MemoryLayout<ProcessEvent>.stride
    let isWhole = contents.withLock { contents in
      if contents.dropped == nil, contents.bytes &+ cost > limit / 2 {
        cost = contents.shedFailedExecs(of: &events, cost: cost, naming: Self.namedLimit)
        if events.isEmpty { return true }
      }
      if contents.dropped == nil, contents.bytes &+ cost <= limit {
        contents.batches.append(events)
        contents.bytes &+= cost
        return true
      }
      // Estimates each event's size by the average: measuring each one would cost time even where nothing is lost.
      let room = contents.dropped == nil ? max(limit &- contents.bytes, 0) &* events.count / cost : 0
      if room > 0 { contents.batches.append(Array(events.prefix(room))) }
      contents.bytes &+= cost &* room / events.count
      for event in events.dropFirst(room) { contents.drop(event, naming: Self.namedLimit) }
      return false
    }
    wake()
    return isWhole
  }

  /// Whether events were dropped that the main thread does not know of yet.
  var isDropping: Bool { contents.withLock { $0.dropped != nil } }

  /// Adds a census and its events, as a whole or not at all: never while `isDropping`. Its size is not limited where no
  /// other events wait.
  func put(census events: [ProcessEvent], bytes: Int) -> Bool {
    let cost = bytes &+ events.count &* MemoryLayout<ProcessEvent>.stride
    let isKept = contents.withLock { contents in
      guard contents.dropped == nil, contents.batches.isEmpty || contents.bytes &+ cost <= limit else { return false }
      contents.batches.append(events)
      contents.bytes &+= cost
      return true
    }
    if isKept { wake() }
    return isKept
  }

  /// Adds a message about the trace for the user. A repeated message is added once.
  func put(notice: TraceError) {
    let isNew = contents.withLock { contents in
      if contents.lastNotice == notice { return false }
      contents.lastNotice = notice
      contents.notice = notice
      return true
    }
    if isNew { wake() }
  }

  /// Returns the message about the trace for the user, and forgets it; nil for none.
  public func drainNotice() -> TraceError? {
    contents.withLock { contents in
      defer { contents.notice = nil }
      return contents.notice
    }
  }

  private func wake() {
    var one: UInt64 = 1
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// Removes and returns all events, in batches that are not empty, oldest first; dropped events come last, as a loss.
  public func drain() -> [[ProcessEvent]] {
    var ignored: UInt64 = 0
    _ = read(descriptor, &ignored, MemoryLayout<UInt64>.size)
    var taken = Contents()
    contents.withLock { contents in
      // Notices have a function of their own.
      taken.notice = contents.notice
      taken.lastNotice = contents.lastNotice
      swap(&contents, &taken)
    }
    for loss in [taken.shed, taken.dropped] {
      if let loss { taken.batches.append([.lost(loss)]) }
    }
    return taken.batches
  }
}

/// The events that wait.
private struct Contents {
  /// In batches, as they arrived. One array would have to be copied when it grows, on the collector's thread, while the
  /// ring buffer fills.
  var batches: [[ProcessEvent]] = []
  var bytes = 0
  /// The failed execs that were dropped from the batches.
  var shed: LostEvent?
  /// What was dropped after the batches.
  var dropped: LostEvent?
  var notice: TraceError?
  var lastNotice: TraceError?

  /// Removes the failed execs from a batch, and counts them.
  /// - Returns: the size of the rest in bytes, by the average of all.
  mutating func shedFailedExecs(of events: inout [ProcessEvent], cost: Int, naming limit: Int) -> Int {
    let count = events.count
    events.removeAll { event in
      guard case .failedExec = event, let loss = Self.loss(of: event) else { return false }
      if shed == nil { shed = loss } else { shed?.add(loss, naming: limit) }
      return true
    }
    return cost / count &* events.count
  }

  /// Counts an event that is dropped. A dropped loss is still reported.
  mutating func drop(_ event: ProcessEvent, naming limit: Int) {
    guard let loss = Self.loss(of: event) else { return }
    if dropped == nil { dropped = loss } else { dropped?.add(loss, naming: limit) }
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
    case .existing, .census: return nil
    }
    return loss
  }
}
