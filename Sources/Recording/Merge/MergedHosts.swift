internal import Events

/// The machines of merged events, in the order in which they were found, and their clocks.
///
/// The common clock is the wall clock, in nanoseconds since 1970, where several machines are there from the start: so
/// no process of any of them starts before it. Otherwise it is the first machine's time since boot, so that events of
/// one machine stay as they are.
struct MergedHosts: Sendable {
  /// What is added to the times of machines, by their names.
  var corrections: [String: Int64] = [:]
  /// The names of the corrections that were used.
  private(set) var corrected: Set<String> = []
  /// Whether something about a machine is not announced yet.
  var hasNews: Bool { count > 1 && !pending.isEmpty }
  /// The machines about which something is not announced yet.
  private var pending: [Int] = []
  /// The first machine of each name, and how many have it.
  private var names: [RawBytes: (first: Int, count: Int)] = [:]

  private var hosts: [Host] = []
  private var numbers: [Key: Int] = [:]
  /// The wall time of the common clock's start; nil where unknown.
  private var base: Int64?
  /// Whether the common clock is known.
  private(set) var isDecided = false

  private enum Key: Hashable {
    case identity(RecordedHost)
    /// Events that name no machine are of one machine for each source.
    case source(Int)
  }

  private struct Host: Sendable {
    /// Empty where only the name of the source is known.
    let identity: RecordedHost?
    let name: RawBytes
    var shift: HostShift?
    let correction: Int64
    var failure: String?
  }

  var count: Int { hosts.count }

  /// The number of a machine.
  mutating func number(of identity: RecordedHost?, source: Int, named name: RawBytes) -> Int {
    let key = identity.map { Key.identity($0) } ?? .source(source)
    if let known = numbers[key] { return known }
    if hosts.count >= EventMerge.mostHosts { return hosts.count &- 1 }
    let own = identity.flatMap { $0.name.isEmpty ? nil : $0.name } ?? name
    var correction: Int64 = 0
    for candidate in [own, name] {
      let text = String(decoding: candidate.bytes, as: UTF8.self)
      guard let found = corrections[text] else { continue }
      correction = found
      corrected.insert(text)
      break
    }
    let number = hosts.count
    hosts.append(Host(identity: identity, name: own, correction: correction))
    numbers[key] = number
    let named = names[own] ?? (number, 0)
    names[own] = (named.first, named.count &+ 1)
    // A second one makes the first one of several, and a second one of a name makes its boot matter.
    if number == 1 { pending.append(0) }
    if named.count == 1, named.first > 0 || number > 1 { pending.append(named.first) }
    pending.append(number)
    return number
  }

  /// - Parameter isKnown: whether the name of the source does not count.
  func name(of number: Int, isKnown: Bool = false) -> RawBytes {
    isKnown ? hosts[number].identity?.name ?? "" : hosts[number].name
  }

  /// The machine's events stop.
  mutating func fail(_ number: Int, _ text: String) {
    hosts[number].failure = text
    pending.append(number)
  }

  /// What is known about machines since the last call.
  mutating func news(at time: UInt64) -> [HostEvent] {
    let numbers = Set(pending).sorted()
    pending.removeAll(keepingCapacity: true)
    var events: [HostEvent] = []
    for index in numbers {
      let host = hosts[index]
      var event = HostEvent(
        time: time, number: UInt16(truncatingIfNeeded: index), name: host.name,
        boot: host.identity?.boot ?? "", isOneOfSeveral: hosts.count > 1,
        failure: host.failure.map { RawBytes(utf8: $0) })
      // The same name again: another boot, or another machine.
      if let boot = host.identity?.boot, !boot.isEmpty, names[host.name].map({ $0.count > 1 }) ?? false {
        event.note = RawBytes(Array("boot ".utf8) + boot.bytes.prefix(8))
      }
      events.append(event)
    }
    return events
  }

  // MARK: - Clocks

  /// Decides which clock is the common one, once.
  /// - Parameter pieces: the next events of each source.
  mutating func decideBase(among pieces: [ArraySlice<RecordedEvent>]) {
    if isDecided { return }
    isDecided = true
    let firsts = pieces.filter { !$0.isEmpty }
    let isOfSeveral =
      pieces.count > 1
      || firsts.contains { piece in piece.contains { $0.host != piece.first?.host } }
    if isOfSeveral {
      base = firsts.contains { Self.offset(in: $0) != nil } ? 0 : nil
    } else {
      base = firsts.first.flatMap { Self.offset(in: $0) }
    }
  }

  /// The shift of a machine that has one. - Complexity: O(1).
  @inline(__always) func known(_ number: Int) -> HostShift? { hosts[number].shift }

  /// Finds the shift of a machine that has none yet.
  /// - Parameters:
  ///   - events: they start with one of the machine.
  ///   - reference: a time on the common clock, for events without wall times: they follow it.
  mutating func shift(of number: Int, for events: ArraySlice<RecordedEvent>, reference: UInt64?) -> HostShift {
    let identity = events.first?.host
    let distance: Int64
    if let base, let offset = Self.offset(in: events, of: identity) {
      distance = Self.difference(offset, base)
    } else if let reference, let first = events.first?.event.time, number > 0 || base == 0 {
      distance = Self.difference(Int64(clamping: reference), Int64(clamping: first))
    } else {
      distance = 0
    }
    let shift = HostShift(
      host: UInt16(truncatingIfNeeded: number), nanoseconds: Self.sum(distance, hosts[number].correction))
    hosts[number].shift = shift
    return shift
  }

  /// The wall time of a time on the common clock; nil where unknown.
  func wallTime(of time: UInt64) -> Int64? {
    guard let base, let time = Int64(exactly: time) else { return nil }
    let (wall, overflows) = base.addingReportingOverflow(time)
    return overflows ? nil : wall
  }

  /// The first offset to wall time, of one machine's events.
  private static func offset(in events: ArraySlice<RecordedEvent>, of identity: RecordedHost?) -> Int64? {
    events.lazy.filter { $0.host == identity }.compactMap(\.wallOffset).first
  }

  private static func offset(in events: ArraySlice<RecordedEvent>) -> Int64? {
    events.lazy.compactMap(\.wallOffset).first
  }

  private static func difference(_ a: Int64, _ b: Int64) -> Int64 {
    let (difference, overflows) = a.subtractingReportingOverflow(b)
    return overflows ? a < b ? -.max : .max : difference
  }

  private static func sum(_ a: Int64, _ b: Int64) -> Int64 {
    let (sum, overflows) = a.addingReportingOverflow(b)
    return overflows ? a < 0 ? -.max : .max : sum
  }
}
