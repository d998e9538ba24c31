import ArgumentParser
import Events
import Masking
import Recording
import TUI

/// Writes the events of a file into a new recording: the trace of another program, lines, or a recording of which a
/// filter keeps a part.
struct FileRecording {
  /// The file of `--read`, as the user named it.
  let source: String
  let format: FormatOption
  let target: Recorder.Target
  private var filter: EventFilter?
  private var mask: SecretMask?
  private var clock = RecordedClock()
  private var newest: UInt64 = 0
  private var writer: DatabaseWriter?
  /// The first event of the file.
  private var first: RecordedEvent?
  /// The number of the machine that is recorded; nil before the first recorded event.
  private var host: UInt16?
  /// Whether events of a second one were to be recorded.
  private var hasSeveralHosts = false

  init(_ source: String, _ format: FormatOption, to target: Recorder.Target) {
    (self.source, self.format, self.target) = (source, format, target)
    filter = target.filter
    mask = target.masksSecrets ? SecretMask() : nil
  }

  /// Reads until the end of the file, or until a signal: it may be a pipe that is still being written to.
  /// - Throws: `Failure` where it cannot be read or written, `ExitCode` after a signal. What was read before is recorded.
  mutating func run() throws {
    var fault: DisplayText?
    var signal: Int32?
    let waiting = SignalWait(signals: try SignalWait.signals(SignalWait.ends))
    do throws(RecordingError) {
      let file = try EventInput([source], format.format, keepsTimes: true)
      while !hasSeveralHosts {
        let woken = waiting.wait(for: file.descriptors, until: file.until)
        signal = woken.signal
        if signal != nil { break }
        guard let events = try file.read() else { break }
        try write(events)
      }
      if let first, writer == nil, !hasSeveralHosts { writer = try open(at: first) }
      if let notice = file.notice { Output.printError(DisplayText(typed: notice)) }
    } catch {
      fault = DisplayText(typed: error.description)
    }
    for trouble in filter?.news() ?? [] { Output.printError(trouble) }
    if hasSeveralHosts {
      writer?.discard()
      throw Failure(
        """
        \(DisplayText(typed: source)) has events of several machines, and a database has those of one: \
        --filter host:NAME keeps one, and `log --json -o FILE` writes all
        """)
    }
    if let writer {
      do throws(RecordingError) { try writer.finish(status: nil, at: newest) } catch {
        fault = fault ?? DisplayText(typed: error.description)
      }
      let masked: DisplayText = mask.map { $0.count == 0 ? "" : ", \(MaskOption.message(ofValues: $0.count))" } ?? ""
      Output.printNote("\(RecorderJob.summary(of: writer)) in \(DisplayText(typed: target.path))\(masked)")
    } else if fault == nil, signal == nil {
      fault = "\(DisplayText(typed: source)) has no event: nothing was recorded"
    }
    if let fault { throw Failure(fault) }
    if let signal { throw ExitCode(128 + signal) }
  }

  private func open(at first: RecordedEvent) throws(RecordingError) -> DatabaseWriter {
    try DatabaseWriter(
      path: target.path, named: target.name,
      DatabaseWriter.Session(
        version: ExecsnoopTop.configuration.version, started: first.event.time,
        includesEnvironment: target.includesEnvironment, origin: .elsewhere(first.host)))
  }

  private mutating func write(_ events: [RecordedEvent]) throws(RecordingError) {
    var batch: [ProcessEvent] = []
    batch.reserveCapacity(events.count)
    for event in events {
      // The filter sees what ran.
      let isRecorded = filter?.passes(event.event) ?? true
      if case .host = event.event { continue }
      first = first ?? event
      let number = event.event.hostNumber
      // Losses pass each filter, whatever machine they are of.
      if isRecorded, filter == nil || !event.event.isOfNoProcess {
        hasSeveralHosts = host.map { $0 != number } ?? false
        if hasSeveralHosts { return }
        host = number
      }
      // The times of other machines are those of other clocks.
      guard host.map({ $0 == number }) ?? true else { continue }
      newest = max(newest, event.event.time)
      let before = clock.offsets
      clock.observe(event)
      if before != nil, clock.offsets != before {
        // One transaction stores one change of the clock.
        try write(&batch, before)
      }
      guard isRecorded else { continue }
      if writer == nil { writer = try open(at: event) }
      var recorded = mask?.masked(event.event) ?? event.event
      if number != 0 { recorded.shift(by: HostShift(host: 0, nanoseconds: 0)) }
      batch.append(recorded)
    }
    try write(&batch, clock.offsets)
  }

  private func write(
    _ batch: inout [ProcessEvent], _ clock: Steps<UInt64, Int64>?
  ) throws(RecordingError) {
    guard let writer else { return }
    // Nobody else knows the file: it is not locked for long.
    while try !writer.write(batch, clock: clock, isDurable: false) {}
    batch = []
  }
}

extension ProcessEvent {
  /// Whether it is a loss or a census, which is of no process.
  fileprivate var isOfNoProcess: Bool {
    switch self {
    case .lost, .census: true
    default: false
    }
  }
}
