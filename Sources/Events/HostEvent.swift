/// A machine whose events follow.
///
/// Where the events of several machines are merged, the tree has a row for each, above all its processes.
public struct HostEvent: Sendable, Hashable {
  /// When it was found, in nanoseconds on the clock of the merged events.
  public var time: UInt64
  /// Its number: `ProcessID.host` of its processes.
  public var number: UInt16
  /// Its name, such as that of uname(2); empty where unknown.
  public var name: RawBytes
  /// The id of its boot; empty where unknown.
  public var boot: RawBytes
  /// Whether there are several machines, so that it gets a row.
  public var isOneOfSeveral: Bool
  /// What distinguishes it from another machine of its name; nil where that is not needed.
  public var note: RawBytes?
  /// Why no more of its events come, as the rest of a sentence, such as `its stream ended`; nil while they do.
  public var failure: RawBytes?

  /// A machine.
  public init(
    time: UInt64, number: UInt16, name: RawBytes, boot: RawBytes = "", isOneOfSeveral: Bool = false,
    failure: RawBytes? = nil
  ) {
    self.time = time
    self.number = number
    self.name = name
    self.boot = boot
    self.isOneOfSeveral = isOneOfSeveral
    self.failure = failure
  }
}

extension HostEvent {
  /// The name, and what distinguishes it from another machine of that name.
  public var label: RawBytes {
    guard let note else { return name }
    return RawBytes(name.bytes + Array(" (".utf8) + note.bytes + Array(")".utf8))
  }
}

/// How the identities and times of one machine's events become those of merged events.
public struct HostShift: Sendable, Hashable {
  /// The number of the machine.
  public var host: UInt16
  /// What is added to its times, in nanoseconds.
  public var nanoseconds: Int64

  /// A shift.
  public init(host: UInt16, nanoseconds: Int64) {
    self.host = host
    self.nanoseconds = nanoseconds
  }

  /// A time on the clock of the merged events.
  ///
  /// A time before the start of that clock, such as the start of a process that ran for longer than the first machine,
  /// becomes a small one that is still different for each: its milliseconds, as nanoseconds.
  public func time(_ time: UInt64) -> UInt64 {
    let distance = nanoseconds.magnitude
    if nanoseconds >= 0 {
      let (sum, overflows) = time.addingReportingOverflow(distance)
      return overflows ? .max : sum
    }
    return time >= distance ? time &- distance : time >> 20
  }

  /// An identity among the merged events.
  public func id(_ id: ProcessID) -> ProcessID {
    ProcessID(pid: id.pid, startTime: time(id.startTime), host: host)
  }
}

extension ProcessEvent {
  /// The number of its machine, as in `ProcessID.host`.
  public var hostNumber: UInt16 {
    switch self {
    case .fork(let event): event.process.id.host
    case .exec(let event): event.process.id.host
    case .failedExec(let event): event.process.id.host
    case .exit(let event): event.process.id.host
    case .existing(let event): event.process.id.host
    case .lost(let event): event.host
    case .census(let event): event.host
    case .output(let event): event.process.host
    case .host(let event): event.number
    }
  }

  /// Changes identities and times to those of merged events.
  /// - Complexity: O(1), of a loss or a census O(its processes). Arguments are copied if others share the event.
  public mutating func shift(by shift: HostShift) {
    // Nobody else holds the event while it changes, so its image is not copied.
    var taken = ProcessEvent.host(HostEvent(time: 0, number: 0, name: ""))
    swap(&taken, &self)
    self = (consume taken).shifted(by: shift)
  }

  private consuming func shifted(by shift: HostShift) -> ProcessEvent {
    switch consume self {
    case .fork(var event):
      event.time = shift.time(event.time)
      event.process.shift(by: shift)
      return .fork(event)
    case .exec(var event):
      event.process.shift(by: shift)
      event.image.shift(by: shift)
      return .exec(event)
    case .failedExec(var event):
      event.process.shift(by: shift)
      event.image.shift(by: shift)
      return .failedExec(event)
    case .exit(var event):
      event.time = shift.time(event.time)
      event.process.shift(by: shift)
      event.reaper = event.reaper.map(shift.id)
      if case .process(var sender)? = event.killer {
        sender.id = sender.id.map(shift.id)
        event.killer = .process(sender)
      }
      return .exit(event)
    case .existing(var event):
      event.time = shift.time(event.time)
      event.process.shift(by: shift)
      event.image.shift(by: shift)
      return .existing(event)
    case .lost(var event):
      event.time = shift.time(event.time)
      event.since = shift.time(event.since)
      event.host = shift.host
      for index in event.records.indices {
        event.records[index].time = shift.time(event.records[index].time)
        event.records[index].id = shift.id(event.records[index].id)
        event.records[index].parent = event.records[index].parent.map(shift.id)
      }
      return .lost(event)
    case .census(var event):
      event.time = shift.time(event.time)
      event.host = shift.host
      event.alive = event.alive.map { CensusEvent.Living(id: shift.id($0.id), parent: $0.parent.map(shift.id)) }
      return .census(event)
    case .output(var event):
      event.time = shift.time(event.time)
      event.process = shift.id(event.process)
      return .output(event)
    case .host(let event): return .host(event)
    }
  }
}

extension ProcessFacts {
  fileprivate mutating func shift(by shift: HostShift) {
    id = shift.id(id)
    parent = parent.map(shift.id)
  }
}

extension ProcessImage {
  fileprivate mutating func shift(by shift: HostShift) {
    if shift.nanoseconds != 0 { setTime(shift.time(time)) }
  }
}
