public import Events
internal import HeapModule

/// Merges the events of several machines into one order and on one clock.
///
/// The sources may be files, which are always there, and streams, which may be silent. A source may have the events of
/// several machines. As long as all events are of one machine they pass unchanged.
///
///     var merge = EventMerge([MergeSource(name: "a.db"), MergeSource(name: "b.db")])
///     merge.add(events, to: 0, at: now)   // for each source that `wants` some
///     merge.end(1)
///     merge.take(at: now, into: &merged)
public struct EventMerge: Sendable {
  /// How long an event waits for the events of a silent source, in nanoseconds.
  public static let patience: UInt64 = 1_000_000_000
  /// The most machines: further ones share the last number.
  public static let mostHosts = 65_535

  private var sources: [Source]
  private var hosts = MergedHosts()
  /// The sources by the times of their next events.
  private var heads = Heap<Head>()
  /// The time of the head whose events are being returned: it is not in `heads`.
  private var emitted: UInt64?
  /// Sources with new events that are not in the heap yet.
  private var fresh: [Int] = []
  /// How many sources may still have events, and have none now.
  private var silent: Int
  /// Whether times stay those of each machine.
  private let keepsTimes: Bool
  /// The time of the last event that was returned.
  private var lastTime: UInt64?
  /// Sources that ended with a failure, which is not returned yet.
  private var failures: [(source: Int, text: String)] = []

  /// A merge.
  /// - Parameters:
  ///   - sources: at least one.
  ///   - corrections: what is added to the times of a machine, in nanoseconds, by the machine's or the source's name.
  ///   - keepsTimes: whether only the order of the events is that of one clock, and their times stay as they are.
  public init(_ sources: [MergeSource], corrections: [String: Int64] = [:], keepsTimes: Bool = false) {
    self.sources = sources.map { Source(facts: $0) }
    self.keepsTimes = keepsTimes
    silent = sources.count
    hosts.corrections = corrections
  }

  /// Whether a source may have more events, and none of them waits. - Complexity: O(1).
  public func wants(_ source: Int) -> Bool {
    sources.indices.contains(source) && !sources[source].hasEnded && sources[source].isEmpty
  }

  /// Whether all events were returned, and no more come.
  public var isOver: Bool { heads.isEmpty && fresh.isEmpty && failures.isEmpty && sources.allSatisfy(\.hasEnded) }

  /// When to call `take` although no source has new events, in nanoseconds since boot; nil for never.
  public var deadline: UInt64? {
    guard silent > 0 else { return nil }
    var first: UInt64?
    for head in heads.unordered { first = min(first ?? .max, sources[head.source].arrived) }
    for source in fresh { first = min(first ?? .max, sources[source].arrived) }
    return first.map { $0 &+ Self.patience }
  }

  /// The names of corrections that were no machine's, sorted.
  public var unusedCorrections: [String] { hosts.corrections.keys.filter { !hosts.corrected.contains($0) }.sorted() }

  /// Whether events of more than one machine have come.
  public var hasSeveralHosts: Bool { hosts.count > 1 }

  /// The name of the machine of the last events of a source; that of the source where there is none.
  public func hostName(of source: Int) -> RawBytes {
    guard sources.indices.contains(source) else { return "" }
    return sources[source].last.map { hosts.name(of: $0.number) } ?? sources[source].facts.name
  }

  /// Adds events of a source, in their order.
  /// - Parameter now: in nanoseconds since boot.
  public mutating func add(_ events: [RecordedEvent], to source: Int, at now: UInt64) {
    guard sources.indices.contains(source), !events.isEmpty else { return }
    if sources[source].isEmpty {
      if !sources[source].hasEnded { silent &-= 1 }
      sources[source].events = events
      sources[source].next = 0
      sources[source].arrived = now
      fresh.append(source)
    } else {
      sources[source].events.append(contentsOf: events)
    }
  }

  /// Ends a source.
  /// - Parameter failure: why its events stop too early, as the rest of a sentence; nil for an ordinary end.
  public mutating func end(_ source: Int, failure: String? = nil) {
    guard sources.indices.contains(source), !sources[source].hasEnded else { return }
    sources[source].hasEnded = true
    if sources[source].isEmpty { silent &-= 1 }
    if let failure { failures.append((source, failure)) }
  }

  /// Removes and returns the events whose order is known: all sources that have not ended have events, or the events
  /// have waited for long enough.
  /// - Parameter now: in nanoseconds since boot.
  /// - Complexity: O(events × log(sources)).
  public mutating func take(at now: UInt64, into merged: inout [RecordedEvent]) {
    guard isReady(at: now) else { return takeFailures(into: &merged) }
    if takeAll(into: &merged) { return takeFailures(into: &merged) }
    if !hosts.isDecided { hosts.decideBase(among: sources.map { $0.events[$0.next...] }) }
    for source in fresh { heads.insert(Head(time: headTime(source), source: source)) }
    fresh.removeAll(keepingCapacity: true)
    while let head = heads.min {
      let source = head.source
      if silent > 0, sources[source].arrived &+ Self.patience > now { break }
      heads.removeMin()
      if let next = emitRun(of: head, into: &merged) {
        heads.insert(next)
      } else {
        sources[source].events = []
        sources[source].next = 0
        if !sources[source].hasEnded { silent &+= 1 }
      }
    }
    takeFailures(into: &merged)
  }

  /// Whether there are events that need not wait.
  private func isReady(at now: UInt64) -> Bool {
    if heads.isEmpty, fresh.isEmpty { return false }
    return silent == 0 || deadline.map { $0 <= now } ?? false
  }

  // MARK: - One machine

  /// Passes on all events of the only source, if they are of the only machine.
  /// - Returns: whether they are.
  private mutating func takeAll(into merged: inout [RecordedEvent]) -> Bool {
    guard sources.count == 1, heads.isEmpty, hosts.count <= 1, let first = sources[0].events.first else { return false }
    let identity = first.host ?? sources[0].facts.host
    guard hosts.count == 0 || sources[0].last.map({ $0.identity == identity }) ?? false,
      sources[0].events.allSatisfy({ ($0.host ?? sources[0].facts.host) == identity }), hosts.corrections.isEmpty
    else { return false }
    if hosts.count == 0 {
      let number = hostNumber(of: first.host, from: 0)
      hosts.decideBase(among: [sources[0].events[...]])
      _ = hosts.shift(of: number, for: sources[0].events[...], reference: nil)
      if !hosts.name(of: number, isKnown: true).isEmpty { announce(at: first.event.time, into: &merged) }
    }
    lastTime = sources[0].events.last?.event.time
    let start = merged.count
    if merged.isEmpty {
      swap(&merged, &sources[0].events)
    } else {
      merged.append(contentsOf: sources[0].events)
    }
    sources[0].events = []
    if let host = sources[0].facts.host {
      for index in merged.indices[start...] where merged[index].host == nil { merged[index].host = host }
    }
    sources[0].next = 0
    fresh.removeAll()
    if !sources[0].hasEnded { silent &+= 1 }
    return true
  }

  // MARK: - Several machines

  /// The number of an event's machine.
  /// - Parameter host: as the event has it.
  @inline(__always)
  private mutating func hostNumber(of host: RecordedHost?, from source: Int) -> Int {
    let identity = host ?? sources[source].facts.host
    if let last = sources[source].last, last.identity == identity { return last.number }
    let number = hosts.number(of: identity, source: source, named: sources[source].facts.name)
    sources[source].last = (identity, number)
    sources[source].numbers.insert(number)
    return number
  }

  /// The time of a source's next event on the common clock; its shift becomes `headShift`.
  private mutating func headTime(_ source: Int) -> UInt64 {
    let place = sources[source].next
    let number = hostNumber(of: sources[source].events[place].host, from: source)
    let shift = shift(of: number, source)
    sources[source].headShift = shift
    return shift.time(sources[source].events[place].event.time)
  }

  @inline(__always)
  private mutating func shift(of number: Int, _ source: Int) -> HostShift {
    if let shift = hosts.known(number) { return shift }
    let reference = emitted ?? heads.min?.time ?? lastTime
    return hosts.shift(of: number, for: sources[source].events[sources[source].next...], reference: reference)
  }

  /// Returns the next events of the source with the earliest one, up to the first event of another source.
  /// - Returns: its next event; nil if none is left.
  private mutating func emitRun(of head: Head, into merged: inout [RecordedEvent]) -> Head? {
    let other = heads.min
    var head = head
    emitted = head.time
    defer { emitted = nil }
    while true {
      emit(head.source, at: head.time, into: &merged)
      if sources[head.source].isEmpty { return nil }
      head.time = headTime(head.source)
      if let other, other < head { return head }
    }
  }

  @inline(__always)
  private mutating func emit(_ source: Int, at time: UInt64, into merged: inout [RecordedEvent]) {
    let place = sources[source].next
    sources[source].next = place &+ 1
    let shift = sources[source].headShift
    if hosts.hasNews { announce(at: time, into: &merged) }
    // Moved and not copied: its parts are shared by nobody.
    var event = Self.nothing
    swap(&event, &sources[source].events[place])
    if keepsTimes {
      if shift.host != 0 { event.event.shift(by: HostShift(host: shift.host, nanoseconds: 0)) }
      if event.host == nil { event.host = sources[source].facts.host }
    } else if shift.host != 0 || shift.nanoseconds != 0 {
      event.event.shift(by: shift)
      event.wallTime = hosts.wallTime(of: time)
    }
    lastTime = max(lastTime ?? 0, time)
    merged.append(event)
  }

  /// Takes the place of an event that was moved.
  private static let nothing = RecordedEvent(event: .host(HostEvent(time: 0, number: 0, name: "")))

  /// Returns what is known about the machines since the last call.
  private mutating func announce(at time: UInt64, into merged: inout [RecordedEvent]) {
    for event in hosts.news(at: time) {
      merged.append(RecordedEvent(event: .host(event), wallTime: hosts.wallTime(of: time)))
    }
  }

  /// Returns the failures of sources whose events were all returned.
  private mutating func takeFailures(into merged: inout [RecordedEvent]) {
    guard !failures.isEmpty else { return }
    var waiting: [(source: Int, text: String)] = []
    for failure in failures {
      guard sources[failure.source].isEmpty else {
        waiting.append(failure)
        continue
      }
      if sources[failure.source].numbers.isEmpty {
        let facts = sources[failure.source].facts
        sources[failure.source].numbers = [hosts.number(of: facts.host, source: failure.source, named: facts.name)]
      }
      for number in sources[failure.source].numbers.sorted() { hosts.fail(number, failure.text) }
    }
    failures = waiting
    if hosts.hasNews { announce(at: lastTime ?? 0, into: &merged) }
  }

  /// The next event of a source. At the same time the source that was named first comes first.
  private struct Head: Comparable, Sendable {
    var time: UInt64
    let source: Int

    static func < (a: Head, b: Head) -> Bool { (a.time, a.source) < (b.time, b.source) }
  }

  private struct Source: Sendable {
    let facts: MergeSource
    var events: [RecordedEvent] = []
    /// The index of the next event.
    var next = 0
    /// When the events arrived, in nanoseconds since boot.
    var arrived: UInt64 = 0
    var hasEnded = false
    /// The machine of the last event.
    var last: (identity: RecordedHost?, number: Int)?
    /// How the next event becomes one of the merged ones.
    var headShift = HostShift(host: 0, nanoseconds: 0)
    /// All its machines.
    var numbers: Set<Int> = []

    var isEmpty: Bool { next >= events.count }
  }
}

/// A source of events to merge.
public struct MergeSource: Sendable, Hashable {
  /// How the user named it: its machine has this name, where the events name none.
  public var name: RawBytes
  /// The machine of all its events that name none; nil where unknown.
  public var host: RecordedHost?

  /// A source.
  public init(name: RawBytes, host: RecordedHost? = nil) {
    self.name = name
    self.host = host
  }
}
