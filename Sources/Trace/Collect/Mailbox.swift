internal import CLinux
internal import Glibc
public import ProcessTree
internal import Synchronization

/// Where the collector's thread leaves events for the main thread: one lock, held for an append or a swap.
///
/// While the main thread is held up, by a reader that does not read for example, what waits is bounded in bytes. What
/// comes beyond is dropped, and told as a loss with the kind and the process of each event. Failed execs are dropped first:
/// any user can make more of them than anybody can read, and no tree is wrong without them.
public final class Mailbox: Sendable {
  /// Becomes readable when there is something; `take` makes it unreadable again.
  public let descriptor: Int32
  private let limit: Int
  private let contents = Mutex(Contents())

  /// The most dropped events whose processes are named; more are unnamed.
  private static let namedLimit = 8192

  /// - Parameter limit: how many bytes of events may wait.
  /// - Throws: `TraceError` when there is no descriptor left.
  public init(limit: Int = 256 << 20) throws(TraceError) {
    self.limit = limit
    let descriptor = lnx_eventfd()
    if descriptor < 0 { throw TraceError(.makeThread, errno: descriptor) }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Leaves events, oldest first.
  /// - Parameter bytes: what they take up beside their places in the array.
  /// - Returns: whether all of them are kept, apart from failed execs.
  @discardableResult
  func put(_ events: [ProcessEvent], bytes: Int) -> Bool {
    guard !events.isEmpty else { return true }
    var events = events
    var cost = bytes + events.count * MemoryLayout<ProcessEvent>.stride
    let isWhole = contents.withLock { contents in
      if contents.dropped == nil, contents.bytes + cost > limit / 2 {
        cost = contents.shedFailedExecs(of: &events, cost: cost, naming: Self.namedLimit)
        if events.isEmpty { return true }
      }
      if contents.dropped == nil, contents.bytes + cost <= limit {
        contents.batches.append(events)
        contents.bytes += cost
        return true
      }
      // By their average: to measure each would cost something where nothing is lost, too.
      let room = contents.dropped == nil ? max(limit - contents.bytes, 0) * events.count / cost : 0
      contents.batches.append(Array(events.prefix(room)))
      contents.bytes += cost * room / events.count
      for event in events.dropFirst(room) { contents.drop(event, naming: Self.namedLimit) }
      return false
    }
    wake()
    return isWhole
  }

  /// Whether something was dropped that the main thread does not know of yet.
  var isDropping: Bool { contents.withLock { $0.dropped != nil } }

  /// Leaves a census and what belongs to it, whole or not at all: not while `isDropping`. Where nothing waits it may be
  /// as large as it is.
  func put(census events: [ProcessEvent], bytes: Int) -> Bool {
    let cost = bytes + events.count * MemoryLayout<ProcessEvent>.stride
    let isKept = contents.withLock { contents in
      guard contents.dropped == nil, contents.batches.isEmpty || contents.bytes + cost <= limit else { return false }
      contents.batches.append(events)
      contents.bytes += cost
      return true
    }
    if isKept { wake() }
    return isKept
  }

  private func wake() {
    var one: UInt64 = 1
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// Takes everything that is there, oldest first; what had to be dropped comes last.
  public func take() -> [ProcessEvent] {
    var ignored: UInt64 = 0
    _ = read(descriptor, &ignored, MemoryLayout<UInt64>.size)
    var taken = Contents()
    contents.withLock { swap(&$0, &taken) }
    for loss in [taken.shed, taken.dropped] {
      if let loss { taken.batches.append([.lost(loss)]) }
    }
    return taken.joined
  }
}

/// What waits.
private struct Contents {
  /// As they came. In one array they would be copied when it grows: in the time of the collector's thread, while the ring
  /// fills.
  var batches: [[ProcessEvent]] = []
  var bytes = 0
  /// The failed execs that had to be dropped out of that.
  var shed: LostEvent?
  /// What had to be dropped behind that.
  var dropped: LostEvent?

  /// All of the batches in one array.
  var joined: [ProcessEvent] {
    if batches.count == 1 { return batches[0] }
    var events: [ProcessEvent] = []
    events.reserveCapacity(batches.reduce(0) { $0 + $1.count })
    for batch in batches { events += batch }
    return events
  }

  /// Takes the failed execs out of a batch, and counts them.
  /// - Returns: what the others cost, by the average of all.
  mutating func shedFailedExecs(of events: inout [ProcessEvent], cost: Int, naming limit: Int) -> Int {
    let count = events.count
    events.removeAll { event in
      guard case .failedExec = event, let loss = Self.loss(of: event) else { return false }
      if shed == nil { shed = loss } else { shed?.add(loss, naming: limit) }
      return true
    }
    return cost / count * events.count
  }

  /// Counts an event that is not kept. A loss is told all the same.
  mutating func drop(_ event: ProcessEvent, naming limit: Int) {
    guard let loss = Self.loss(of: event) else { return }
    if dropped == nil { dropped = loss } else { dropped?.add(loss, naming: limit) }
  }

  /// What is lost with an event that is not kept; nil for what is made again.
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
