import CLinux
import Events
import Filtering
import Glibc
import Recording
import TUI
import Trace
import Tree

/// The format in which `log` writes events.
enum LineForm {
  /// COMM PID PPID RET ARGS, for execs and failed execs.
  case text(Columns)
  /// Every event as an object.
  case json(environment: Bool)

  /// What lines of text have beyond that.
  struct Columns {
    /// The time of day, and the seconds since the start.
    var hasTime = false, hasTimestamp = false
    /// A line for each exit.
    var hasExits = false
  }

  var isText: Bool { if case .text = self { true } else { false } }

  /// Whether only execs and failed execs have a line.
  var isOfExecsOnly: Bool { if case .text(let columns) = self { !columns.hasExits } else { false } }
}

/// Writes events to standard output as they arrive, in whole lines.
struct LinePrinter {
  private var filter: EventFilter?
  private var encoder: JSONLineEncoder?
  private var lines = TextLines()
  private var columns = LineForm.Columns()
  /// The names of the machines by their numbers, where there are several: they have a column.
  private var hosts: [UInt16: DisplayText] = [:]
  /// Whether no line was written but the one of the headings.
  private var isEmpty = true
  private var times: LineTimes
  /// Whether a program came from a trace without times.
  private var isUntimed = false
  private var links: ContainerLinkReader?
  /// The filter while no event has passed it.
  private(set) var unmatchedFilter: Filter?

  /// - Parameters:
  ///   - start: what the seconds of a line are counted from, in nanoseconds since boot; nil for the first event.
  ///   - isLive: whether the events are those of this machine, whose containers may have names.
  init(_ form: LineForm, filter: Filter?, kept: KeepOptions, start: UInt64? = nil, isLive: Bool = false) {
    times = LineTimes(start: start)
    links = isLive && !form.isText ? ContainerLinkReader() : nil
    unmatchedFilter = filter
    self.filter = filter.map { EventFilter($0, limits: kept.limits(logLines: 16)) }
    switch form {
    case .json(let environment):
      encoder = JSONLineEncoder(wallOffset: nil, includesEnvironment: environment)
    case .text(let columns):
      self.columns = columns
      appendHeadings()
    }
  }

  private mutating func appendHeadings() {
    if columns.hasTime { lines.append("TIME         ") }
    if columns.hasTimestamp { lines.append("TIME(s)  ") }
    if !hosts.isEmpty { lines.append("HOST             ") }
    lines.append("COMM             PID     PPID    RET ARGS")
    lines.endLine()
  }

  /// Writes the events that pass the filter. Returns false if the output has no reader any more.
  /// - Parameters:
  ///   - host: the machine of an event by its index in the batch, for JSON; nil if unknown.
  ///   - offset: nanoseconds from 1970 to boot for an event and its index in the batch; nil if unknown.
  /// - Throws: `Failure` if it cannot be written, for example on a full disk: lines must not be lost silently.
  mutating func print(
    _ events: some Sequence<ProcessEvent>, host: (Int) -> RecordedHost?, offset: (ProcessEvent, Int) -> Int64?
  ) throws -> Bool {
    if let names = links?.names(isNeeded: encoder?.hasUnnamedContainer ?? false) { encoder?.containerNames = names }
    for (index, event) in events.enumerated() {
      if case .host = event {
        observe(event)
        continue
      }
      times.observe(event.time)
      if case .exec(let exec) = event, exec.image.marks.contains(.untimed) {
        isUntimed = true
        encoder?.isUntimed = true
      }
      guard filter?.passes(event) ?? true else { continue }
      unmatchedFilter = nil
      let wallOffset = offset(event, index)
      encoder?.wallOffset = wallOffset
      encoder?.host = host(index)
      if encoder != nil { encoder?.append(event) } else { appendLine(event, wallOffset) }
      if case .lost(let lost) = event, lost.counts.total > 0 {
        Output.printError("lost: \(LossText.list(lost.counts))")
      }
      // Arguments may be megabytes, and a batch thousands of events.
      guard try max(encoder?.byteCount ?? 0, lines.utf8.count) < Self.piece || flush() else { return false }
    }
    for trouble in filter?.news() ?? [] { Output.printError(trouble) }
    return try flush()
  }

  /// Learns about a machine, which has no line. From the second one on they have a column.
  mutating func observe(_ event: ProcessEvent) {
    _ = filter?.passes(event)
    guard case .host(let host) = event, host.isOneOfSeveral, encoder == nil else { return }
    let isFirst = hosts.isEmpty
    hosts[host.number] = DisplayText.argument(host.label.bytes)
    guard isFirst else { return }
    if isEmpty { lines.removeAll() }
    appendHeadings()
  }

  /// The number of bytes that are collected before a write.
  private static let piece = 1 << 20

  private mutating func flush() throws -> Bool {
    isEmpty = isEmpty && lines.isEmpty
    if encoder != nil {
      defer { encoder?.removeAll() }
      return try Output.print(encoder?.bytes ?? [])
    }
    defer { lines.removeAll() }
    return try Output.print(lines.utf8)
  }

  /// The columns of execsnoop: 16 for the comm, then pid, parent and result.
  private mutating func appendLine(_ event: ProcessEvent, _ wallOffset: Int64?) {
    let process: ProcessFacts, image: ProcessImage, result: Int32
    switch event {
    case .exec(let exec): (process, image, result) = (exec.process, exec.image, 0)
    case .failedExec(let failed): (process, image, result) = (failed.process, failed.image, 0 &- failed.errno)
    case .exit(let exit) where columns.hasExits: return appendExit(exit, wallOffset)
    default: return
    }
    appendIdentity(process, at: event.time, wallOffset)
    lines.append(number: result, width: 3)
    if !image.withArgv(\.isEmpty) {
      lines.append(" ")
      lines.append(commandLine: image.argv)
    } else if !image.file.isEmpty {
      lines.append(" ")
      lines.append(DisplayText.argument(image.file.bytes))
    }
    if image.argvIsCut || image.marks.contains(.argvCut) { lines.append(" ...") }
    if let note = DisplayText.commandNote(on: image) { lines.append(" \(note)") }
    if case .failedExec(let failed) = event {
      // Arguments alone do not tell which file was tried.
      let file: DisplayText = image.file.isEmpty ? "" : " \(DisplayText.argument(image.file.bytes))"
      lines.append(" (\(DisplayText(errnoName: failed.errno))\(file))")
    }
    lines.endLine()
  }

  /// The columns up to the result.
  private mutating func appendIdentity(_ process: ProcessFacts, at time: UInt64, _ wallOffset: Int64?) {
    isEmpty = false
    var start = 0
    if columns.hasTime {
      lines.append(times.timeOfDay(time, wallOffset))
      start += 13
      lines.endColumn(at: start - 1)
    }
    if columns.hasTimestamp {
      lines.append(times.secondsSinceStart(time))
      start += 9
      lines.endColumn(at: start - 1)
    }
    if !hosts.isEmpty {
      lines.append(hosts[process.id.host] ?? "?")
      start += 17
      lines.endColumn(at: start - 1)
    }
    if let comm = process.knownComm { lines.append(comm: comm) } else { lines.append("?") }
    lines.endColumn(at: start + 16)
    lines.append(number: process.id.pid)
    lines.endColumn(at: start + 24)
    if process.parentIsUnknown { lines.append("?") } else { lines.append(number: process.parent?.pid ?? 0) }
    lines.endColumn(at: start + 32)
  }

  private static func word(for status: ExitStatus) -> DisplayText {
    if status.signal == 0 { return "exit \(status.code)" }
    return "\(DisplayText(signalName: status.signal))\(status.dumpedCore ? " (core dumped)" : "")"
  }

  /// An exit has no result of an exec: its column has a `-`.
  private mutating func appendExit(_ exit: ExitEvent, _ wallOffset: Int64?) {
    appendIdentity(exit.process, at: exit.time, wallOffset)
    let start = exit.process.id.startTime
    let ran: DisplayText =
      isUntimed ? "" : " after \(LineTimes.seconds(exit.time > start ? exit.time - start : 0)) s"
    let killer = DisplayText(killerOf: exit).map { ", \($0)" as DisplayText } ?? ""
    lines.append("  - \(Self.word(for: exit.status))\(ran)\(killer)")
    lines.endLine()
  }
}

/// Reads the names of the containers of this machine when a line had none.
struct ContainerLinkReader {
  private var names = KubernetesNames()
  /// Nil before the first look.
  private var lastLook: UInt64?

  /// How long the links are not read again: containers of other runtimes never have one.
  private static let pause: UInt64 = 1_000_000_000

  /// The names that are known now.
  /// - Returns: nil if they were not read: nobody needs them, or they were read a moment ago.
  mutating func names(isNeeded: Bool) -> KubernetesNames? {
    let now = lnx_boot_time()
    guard lastLook.map({ isNeeded && now &- $0 >= Self.pause }) ?? true else { return nil }
    lastLook = now
    names.update(links: ContainerLinks.read())
    return names
  }
}

/// The times in the columns of text lines.
struct LineTimes {
  /// What seconds are counted from, in nanoseconds since boot; nil before the first event.
  private var start: UInt64?
  /// The time zone, made with the first time of day.
  private var zone: LocalZone?

  init(start: UInt64?) { self.start = start }

  /// Counts from the first event if nothing else is known.
  mutating func observe(_ time: UInt64) { if start == nil, time > 0 { start = time } }

  /// `12.345`, in seconds.
  func secondsSinceStart(_ time: UInt64) -> DisplayText {
    let start = self.start ?? time
    return Self.seconds(time > start ? time - start : 0)
  }

  /// Nanoseconds as seconds with three decimals.
  static func seconds(_ nanoseconds: UInt64) -> DisplayText {
    "\(nanoseconds / 1_000_000_000).\(digits(nanoseconds / 1_000_000 % 1000, 3))"
  }

  /// `19:05:49.650`, or `-` for an unknown time.
  mutating func timeOfDay(_ time: UInt64, _ wallOffset: Int64?) -> DisplayText {
    guard let wallOffset else { return "-" }
    let wall = wallOffset &+ Int64(truncatingIfNeeded: time)
    let (second, rest) = wall.flooredDivision(by: 1_000_000_000)
    var zone = self.zone ?? LocalZone(at: second)
    zone.cover(second)
    self.zone = zone
    let local = CivilTime(secondsFromEpoch: second &+ Int64(zone.offsets.value(at: second)))
    let parts = [local.hour, local.minute, local.second].map { Self.digits(UInt64(clamping: $0), 2) }
    return "\(parts.joined(separator: ":")).\(Self.digits(UInt64(clamping: rest) / 1_000_000, 3))"
  }

  private static func digits(_ number: UInt64, _ count: Int) -> DisplayText {
    let digits = DisplayText(number: number)
    return DisplayText(number: 0).repeated(count - digits.width) + digits
  }
}
