import Events
import TestSupport

@testable import Recording

/// A trace of another program, read whole.
struct ReadTrace {
  var events: [RecordedEvent] = []
  /// How many lines are not of the format.
  var foreignLines = 0
  /// The number of the first of them.
  var firstForeignLine: Int?
  var cutLine: Int?
  var tooLongLines = 0

  /// Reads bytes in pieces.
  /// - Parameters:
  ///   - piece: the length of a piece.
  ///   - maximumLineLength: as that of `TraceLineReader`.
  init(_ format: TraceFormat, _ bytes: [UInt8], piece: Int = .max, maximumLineLength: Int = 1 << 20) {
    var reader = TraceLineReader(format, named: [], maximumLineLength: maximumLineLength)
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count - start, piece) + start
      reader.read(bytes[start..<end], into: &events)
      start = end
    }
    reader.finish(into: &events)
    foreignLines = reader.foreignLines
    firstForeignLine = reader.firstForeignLine
    cutLine = reader.cutLine
    tooLongLines = reader.tooLongLines
  }

  init(_ format: TraceFormat, _ text: String) { self.init(format, Array(text.utf8)) }

  /// The events without the lines' facts.
  var plain: [ProcessEvent] { events.map(\.event) }
}

/// A file of the scene that many tracers saw.
func scene(_ name: String) -> [UInt8] { contents(of: "\(Surroundings.repository)/Tests/ImportTests/Scene/\(name)") }

/// What is compared of an event: a kind, a process and values by name.
struct EventSummary {
  var kind: String
  var pid: Int32
  var values: [String: String] = [:]

  init?(_ recorded: RecordedEvent) {
    var facts: ProcessFacts
    var image: ProcessImage?
    switch recorded.event {
    case .fork(let event): (kind, facts) = ("fork", event.process)
    case .exec(let event): (kind, facts, image) = ("exec", event.process, event.image)
    case .failedExec(let event):
      (kind, facts, image) = ("fail", event.process, event.image)
      values["errno"] = "\(event.errno)"
    case .exit(let event):
      (kind, facts) = ("exit", event.process)
      values["status"] = "\(event.status.waitStatus)"
    case .existing(let event): (kind, facts, image) = ("exist", event.process, event.image)
    case .lost, .census, .output, .host: return nil
    }
    pid = facts.id.pid
    func text(_ bytes: RawBytes?) -> String? { bytes.map { String(decoding: $0.bytes, as: UTF8.self) } }
    values["ppid"] = facts.parent.map { "\($0.pid)" }
    values["comm"] = String(decoding: facts.comm.bytes, as: UTF8.self)
    values["uid"] = "\(facts.uid)"
    values["euid"] = "\(facts.euid)"
    values["gid"] = "\(facts.gid)"
    values["auid"] = facts.auditUID.map { "\($0)" }
    values["tty"] = text(facts.tty)
    values["user"] = text(facts.user)
    values["nspid"] = "\(facts.innerPID)"
    values["sid"] = "\(facts.session)"
    values["pgid"] = "\(facts.processGroup)"
    values["cgroup"] = text(facts.cgroup)
    guard let image else { return }
    values["file"] = text(image.file)
    values["exe"] = text(image.exe)
    values["interp"] = text(image.interpreter)
    values["cwd"] = text(image.cwd)
    values["argv"] = "\(image.argv.map { String(decoding: $0, as: UTF8.self) })"
    values["env"] = image.env.map { vector in "\(vector.map { String(decoding: $0, as: UTF8.self) })" }
  }
}

extension ProcessEvent {
  /// The arguments of the event's program as text.
  var arguments: [String] {
    switch self {
    case .exec(let event): event.image.argv.map { String(decoding: $0, as: UTF8.self) }
    case .failedExec(let event): event.image.argv.map { String(decoding: $0, as: UTF8.self) }
    case .existing(let event): event.image.argv.map { String(decoding: $0, as: UTF8.self) }
    default: []
    }
  }

  /// The event's program; nil for an event without one.
  var image: ProcessImage? {
    switch self {
    case .exec(let event): event.image
    case .failedExec(let event): event.image
    case .existing(let event): event.image
    default: nil
    }
  }

  /// The event's process; nil for one of none or of several.
  var process: ProcessFacts? {
    switch self {
    case .fork(let event): event.process
    case .exec(let event): event.process
    case .failedExec(let event): event.process
    case .existing(let event): event.process
    case .exit(let event): event.process
    case .lost, .census, .output, .host: nil
    }
  }

  /// `fork 12`, `exit 12 3`: the kind, the pid and the wait status.
  var line: String {
    switch self {
    case .fork(let event): "fork \(event.process.id.pid)"
    case .exec(let event): "exec \(event.process.id.pid)"
    case .failedExec(let event): "fail \(event.process.id.pid) \(event.errno)"
    case .existing(let event): "exist \(event.process.id.pid)"
    case .exit(let event): "exit \(event.process.id.pid) \(event.status.waitStatus)"
    case .lost(let event): "lost \(event.counts.total) \(event.unnamed) \(event.records.map(\.id.pid))"
    case .census: "census"
    case .output: "output"
    case .host(let event): "host \(event.name)"
    }
  }
}
