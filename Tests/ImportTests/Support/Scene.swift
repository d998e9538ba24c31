import Events
import TestSupport
import Testing

@testable import Recording

/// The scene of Tests/ImportTests/Scene, as one tool saw it.
struct SceneTrace {
  /// A process with its events.
  struct Process {
    var pid: Int32
    var hasFork = false
    var first: ProcessFacts
    var last: ProcessFacts
    var execs: [ExecEvent] = []
    var failures: [FailedExecEvent] = []
    var exit: ExitEvent?
    var end: UInt64?
    var hasWallTimes = true
  }

  /// The processes of the scene, by pid: the order in which they were made.
  private(set) var processes: [Process] = []
  let events: [RecordedEvent]

  /// Reads a file of the scene.
  init(_ name: String, format: TraceFormat? = nil) throws {
    var file = try EventFile(path: Self.path(of: name), format: format)
    var events: [RecordedEvent] = []
    while let some = try file.read() { events += some }
    self.init(events)
  }

  static func path(of name: String) -> String { root + "/Tests/ImportTests/Scene/" + name }

  /// - Parameter events: those of the scene only.
  init(_ events: [RecordedEvent]) {
    self.events = events
    var known: [Int32: Process] = [:]
    for recorded in events {
      guard let facts = recorded.event.facts else { continue }
      let pid = facts.id.pid
      var process = known[pid] ?? Process(pid: pid, first: facts, last: facts)
      process.last = facts
      process.hasWallTimes = process.hasWallTimes && recorded.wallTime != nil
      switch recorded.event {
      case .fork: process.hasFork = true
      case .exec(let event): process.execs.append(event)
      case .failedExec(let event): process.failures.append(event)
      case .exit(let event):
        process.exit = event
        process.end = event.time
      case .lost(let event): process.end = event.time
      default: break
      }
      known[pid] = process
    }
    processes = known.values.sorted { $0.pid < $1.pid }
  }

  /// Without the exec of env(1) that starts the scene, where strace starts the scene itself.
  func withoutLauncher() -> SceneTrace {
    guard let first = processes.first?.pid else { return self }
    return SceneTrace(
      events.filter { recorded in
        guard case .exec(let event) = recorded.event, event.process.id.pid == first else { return true }
        return event.image.comm != "env"
      })
  }
}

extension ProcessEvent {
  /// The process of the event; nil where it is of several.
  fileprivate var facts: ProcessFacts? {
    switch self {
    case .fork(let event): event.process
    case .exec(let event): event.process
    case .failedExec(let event): event.process
    case .exit(let event): event.process
    case .existing(let event): event.process
    case .lost(let event):
      event.records.first.map { ProcessFacts(id: $0.id, parent: $0.parent, comm: $0.comm, uid: $0.uid) }
    default: nil
    }
  }
}

/// The folder of the package.
let root = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()

/// A row of a table in docs/FORMATS.md.
enum SceneField: String, CaseIterable {
  case processes, start, parent
  case first = "first process"
  case execs
  case failures = "failed execs"
  case file, comm, arguments
  case scriptArguments = "arguments of scripts"
  case exe, interpreter, directory, environment, user
  case ids = "other ids"
  case cgroup, end, status
  case runTime = "run time"
  case usage
  case wallClock = "wall clock"

  /// What a trace has of a process; nil where it is unknown, and empty where there is nothing to know.
  func values(of process: SceneTrace.Process, _ index: Int, in trace: SceneTrace, isTimed: Bool) -> [String]? {
    let pids = trace.processes.map(\.pid)
    let parent = process.first.parent.map { id in pids.firstIndex(of: id.pid).map(String.init) ?? "outside" }
    let programs = process.execs.map(\.image)
    func texts(_ body: (ProcessImage) -> [UInt8]) -> [String]? {
      let all = programs.map(body)
      if !all.isEmpty, all.allSatisfy(\.isEmpty) { return nil }
      return all.map { SceneField.normal($0) }
    }
    switch self {
    case .processes: return [String(process.pid)]
    case .start: return index == 0 ? [] : process.hasFork ? ["fork"] : nil
    case .parent: return index == 0 ? [] : parent.map { [$0] }
    case .first: return index > 0 ? [] : process.hasFork ? parent.map { [$0] } : nil
    case .execs: return programs.map { SceneField.normal($0.comm.bytes) }
    case .failures: return process.failures.map { "\($0.errno) \(SceneField.normal($0.image.file.bytes))" }
    case .file: return texts { $0.file.bytes }
    case .comm: return process.last.comm.isEmpty ? nil : [SceneField.normal(process.last.comm.bytes)]
    case .arguments, .scriptArguments:
      if !programs.isEmpty, programs.allSatisfy(\.argvIsUnknown) { return nil }
      let isScript = programs.map { $0.file.bytes.hasSuffix(".sh") }
      return zip(programs, isScript).filter { $0.1 == (self == .scriptArguments) }.map { program, _ in
        program.argv.map { SceneField.normal(Array($0)) }.joined(separator: "\u{1f}")
          + (program.marks.contains(.argvCut) ? "\u{1f}..." : "")
      }
    case .exe: return texts { $0.exe.bytes }
    case .interpreter:
      let named = programs.compactMap(\.interpreter)
      return named.map { SceneField.normal($0.bytes) }
    case .directory: return texts { $0.cwd.bytes }
    case .environment:
      if !programs.isEmpty, programs.allSatisfy({ $0.env == nil }) { return nil }
      return programs.map { program in
        (program.env ?? .empty).map { SceneField.normal(Array($0)) }.joined(separator: "\u{1f}")
          + (program.marks.contains(.envCut) ? "\u{1f}..." : "")
      }
    case .user: return process.last.uid == ProcessFacts.unknownID ? nil : [String(process.last.uid)]
    case .ids:
      guard process.last.gid != ProcessFacts.unknownID, process.last.session > 0 else { return nil }
      return [process.last.euid, process.last.gid].map(String.init)
        + [process.last.session, process.last.processGroup].map(String.init)
    case .cgroup: return process.last.cgroup.map { [SceneField.normal($0.bytes)] }
    case .end: return process.end == nil ? nil : ["ended"]
    case .status: return process.exit.map { [String($0.status.waitStatus)] }
    case .runTime:
      guard isTimed, let end = process.end else { return nil }
      return [String(end &- process.first.id.startTime)]
    case .usage:
      guard let usage = process.exit?.usage, usage != ResourceUsage() else { return nil }
      return ["\(usage)"]
    case .wallClock: return process.hasWallTimes ? ["known"] : nil
    }
  }

  /// Text without the names of temporary files, which differ in each run.
  private static func normal(_ bytes: [UInt8]) -> String {
    var text = String(decoding: bytes, as: UTF8.self)
    if let range = text.range(of: "/tmp/cc") {
      let end = text.index(range.upperBound, offsetBy: 6, limitedBy: text.endIndex) ?? text.endIndex
      text.replaceSubrange(range.upperBound..<end, with: "")
    }
    return text
  }
}

extension Array where Element == UInt8 {
  fileprivate func hasSuffix(_ text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}

extension String {
  fileprivate func range(of other: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
      start = index(after: start)
    }
    return nil
  }
}
