internal import Events
internal import TUI
internal import Tree

/// A trace for ui.perfetto.dev, in the protocol buffers of Perfetto (perfetto_trace.proto).
///
/// Each process has a track under that of its parent, each program that it ran is a slice there, and each failed exec an
/// instant. One more track counts the processes that run at the same time.
struct PerfettoWriter: ExportWriter {
  private var output = ProtobufWriter()
  /// When matching processes started and ended, for the counter.
  private var starts: [UInt64] = []
  private var ends: [UInt64] = []

  var bytes: [UInt8] { output.bytes }

  mutating func removeBytes() { output.removeAll() }

  // MARK: Numbers of perfetto_trace.proto

  /// Fields of `TracePacket`.
  private enum Packet {
    static let clockSnapshot: UInt32 = 6
    static let timestamp: UInt32 = 8
    static let sequence: UInt32 = 10
    static let trackEvent: UInt32 = 11
    static let internedData: UInt32 = 12
    static let sequenceFlags: UInt32 = 13
    static let clock: UInt32 = 58
    static let trackDescriptor: UInt32 = 60
    /// Values of `SequenceFlags`.
    static let clearsState: UInt64 = 1
    static let needsState: UInt64 = 2
  }

  /// Fields of `TrackDescriptor`.
  private enum Track {
    static let uuid: UInt32 = 1
    static let name: UInt32 = 2
    static let parent: UInt32 = 5
    static let counter: UInt32 = 8
    static let childOrder: UInt32 = 11
    static let chronological: UInt64 = 2
  }

  /// Fields of `TrackEvent`.
  private enum Event {
    static let annotation: UInt32 = 4
    static let type: UInt32 = 9
    static let track: UInt32 = 11
    static let category: UInt32 = 22
    static let name: UInt32 = 23
    static let counterValue: UInt32 = 30
    static let begin: UInt64 = 1
    static let end: UInt64 = 2
    static let instant: UInt64 = 3
    static let counter: UInt64 = 4
  }

  /// Fields of `DebugAnnotation`, and the numbers of its names in this trace.
  private enum Annotation {
    static let nameNumber: UInt32 = 1
    static let number: UInt32 = 3
    static let text: UInt32 = 6
    static let names: [StaticString] = [
      "command", "exe", "cwd", "pid", "parent pid", "user", "exit", "cpu time (ns)", "peak memory (bytes)", "error",
      "file", "marks",
    ]
    static let command: UInt64 = 1, exe: UInt64 = 2, cwd: UInt64 = 3, pid: UInt64 = 4, parent: UInt64 = 5
    static let user: UInt64 = 6, exit: UInt64 = 7, cpu: UInt64 = 8, memory: UInt64 = 9, error: UInt64 = 10
    static let file: UInt64 = 11, marks: UInt64 = 12
  }

  /// `BUILTIN_CLOCK_REALTIME` and `BUILTIN_CLOCK_BOOTTIME`.
  private static let wallClock: UInt64 = 1
  private static let bootClock: UInt64 = 6
  /// The track of the counter; those of processes follow.
  private static let counterTrack: UInt64 = 1

  // MARK: Packets

  private static func track(_ row: Int) -> UInt64 { UInt64(truncatingIfNeeded: row) &+ 2 }

  private mutating func packet(_ body: (inout ProtobufWriter) -> Void) {
    output.message(1) { packet in
      packet.number(Packet.sequence, 1)
      body(&packet)
    }
  }

  private mutating func event(
    _ type: UInt64, on track: UInt64, at time: UInt64, _ body: (inout ProtobufWriter) -> Void = { _ in }
  ) {
    packet { packet in
      packet.number(Packet.timestamp, min(time, UInt64(Int64.max)))
      packet.number(Packet.clock, Self.bootClock)
      packet.number(Packet.sequenceFlags, Packet.needsState)
      packet.message(Packet.trackEvent) { event in
        event.number(Event.type, type)
        event.number(Event.track, track)
        body(&event)
      }
    }
  }

  mutating func start(_ context: ExportContext) {
    packet { packet in
      packet.number(Packet.sequenceFlags, Packet.clearsState)
      packet.message(Packet.internedData) { data in
        for (index, name) in Annotation.names.enumerated() {
          data.message(3) { entry in
            entry.number(1, UInt64(truncatingIfNeeded: index &+ 1))
            entry.text(2, name)
          }
        }
      }
    }
    let first = min(context.times.lowerBound, UInt64(Int64.max))
    if let wall = context.wallTime(first) {
      packet { packet in
        packet.message(Packet.clockSnapshot) { snapshot in
          for (clock, time) in [(Self.bootClock, first), (Self.wallClock, wall.magnitude)] {
            snapshot.message(1) { reading in
              reading.number(1, clock)
              reading.number(2, time)
            }
          }
          snapshot.number(2, Self.bootClock)
        }
      }
    }
    packet { packet in
      packet.message(Packet.trackDescriptor) { track in
        track.number(Track.uuid, Self.counterTrack)
        track.text(Track.name, "Running processes")
        // A count.
        track.message(Track.counter) { $0.number(3, 2) }
      }
    }
  }

  mutating func append(_ process: ExportedProcess, _ context: ExportContext) {
    let track = Self.track(process.index)
    let name: DisplayText =
      process.isHost ? "host \(process.hostLabel)" : "\(process.comm) \(process.node.id.pid)"
    packet { packet in
      packet.message(Packet.trackDescriptor) { descriptor in
        descriptor.number(Track.uuid, track)
        descriptor.text(Track.name, name.utf8)
        if process.row.parent >= 0 { descriptor.number(Track.parent, Self.track(Int(process.row.parent))) }
        descriptor.number(Track.childOrder, Track.chronological)
      }
    }
    // A machine has the tracks of its processes, and nothing of its own.
    if process.isHost { return }
    let programs = process.programs
    for (index, program) in programs.enumerated() {
      begin(program, of: process, isLast: index &+ 1 == programs.count, on: track)
      if let end = program.end { event(Event.end, on: track, at: end) }
    }
    for failure in process.failures {
      let error = DisplayText(errnoName: failure.errno)
      let file = DisplayText(failure.file)
      event(Event.instant, on: track, at: failure.time) { event in
        event.text(Event.category, "failed exec")
        event.text(Event.name, ("\(error) \(file)" as DisplayText).utf8)
        Self.annotate(&event, Annotation.error, error)
        Self.annotate(&event, Annotation.file, file)
      }
    }
    if process.row.isMatch, !programs.isEmpty {
      starts.append(max(process.node.startTime, context.times.lowerBound))
      if let end = process.end { ends.append(max(end, context.times.lowerBound)) }
    }
  }

  private mutating func begin(
    _ program: ExportedProcess.Program, of process: ExportedProcess, isLast: Bool, on track: UInt64
  ) {
    let facts = process.node.facts
    event(Event.begin, on: track, at: program.start) { event in
      event.text(Event.category, process.row.isMatch ? program.image == nil ? "fork" : "program" : "ancestor")
      if let image = program.image {
        event.text(Event.name, DisplayText(image.comm).utf8)
        Self.annotate(
          &event, Annotation.command,
          ExportedProcess.command(of: image, comm: image.comm) ?? DisplayText(image.comm))
        if !image.exe.isEmpty { Self.annotate(&event, Annotation.exe, DisplayText(image.exe)) }
        if !image.cwd.isEmpty { Self.annotate(&event, Annotation.cwd, DisplayText(image.cwd)) }
        let marks = Marks.names.filter { image.marks.contains($0.mark) }.map { DisplayText(typed: $0.name) }
        if !marks.isEmpty { Self.annotate(&event, Annotation.marks, marks.joined(separator: " ")) }
      } else {
        let isOnlyCopy = process.node.images.isEmpty
        event.text(Event.name, (isOnlyCopy ? "\(process.comm) (fork)" : "fork" as DisplayText).utf8)
      }
      Self.annotate(&event, Annotation.pid, Int64(process.node.id.pid))
      if let parent = process.parent { Self.annotate(&event, Annotation.parent, Int64(parent.pid)) }
      if let user = facts.user { Self.annotate(&event, Annotation.user, DisplayText(user)) }
      guard isLast, let end = process.node.end else { return }
      let status: DisplayText = process.failure ?? (end.status == nil ? "unknown: the exit was lost" : "exit 0")
      Self.annotate(&event, Annotation.exit, status)
      guard let usage = end.usage else { return }
      Self.annotate(&event, Annotation.cpu, Int64(clamping: usage.cpuTime))
      Self.annotate(&event, Annotation.memory, Int64(clamping: usage.peakMemory))
    }
  }

  private static func annotate(_ event: inout ProtobufWriter, _ name: UInt64, _ text: DisplayText) {
    event.message(Event.annotation) { annotation in
      annotation.number(Annotation.nameNumber, name)
      annotation.text(Annotation.text, text.utf8)
    }
  }

  private static func annotate(_ event: inout ProtobufWriter, _ name: UInt64, _ number: Int64) {
    event.message(Event.annotation) { annotation in
      annotation.number(Annotation.nameNumber, name)
      annotation.number(Annotation.number, UInt64(clamping: number))
    }
  }

  /// The counter: how many matching processes ran, at each time at which that changed.
  mutating func finish(_ context: ExportContext) {
    starts.sort()
    ends.sort()
    var running: UInt64 = 0
    var end = 0
    var start = 0
    while start < starts.count || end < ends.count {
      let time = min(
        start < starts.count ? starts[start] : .max, end < ends.count ? ends[end] : .max)
      while start < starts.count, starts[start] == time { (start, running) = (start &+ 1, running &+ 1) }
      while end < ends.count, ends[end] == time { (end, running) = (end &+ 1, running &- min(running, 1)) }
      event(Event.counter, on: Self.counterTrack, at: time) { $0.number(Event.counterValue, running) }
    }
  }
}
