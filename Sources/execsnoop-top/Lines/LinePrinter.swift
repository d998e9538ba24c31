import Events
import Filtering
import Glibc
import Recording
import TUI
import Tree

/// The format in which `log` writes events.
enum LineForm {
  /// COMM PID PPID RET ARGS, for execs and failed execs.
  case text
  /// Every event as an object.
  case json(environment: Bool)

  var isText: Bool { if case .text = self { true } else { false } }
}

/// Writes events to standard output as they arrive, in whole lines.
struct LinePrinter {
  private var filter: EventFilter?
  private var encoder: JSONLineEncoder?
  private var lines = TextLines()

  init(_ form: LineForm, filter: Filter?, kept: KeepOptions) {
    self.filter = filter.map { EventFilter($0, limits: kept.limits(logLines: 16)) }
    switch form {
    case .json(let environment):
      encoder = JSONLineEncoder(wallOffset: nil, includesEnvironment: environment)
    case .text:
      lines.append("COMM             PID     PPID    RET ARGS")
      lines.endLine()
    }
  }

  /// Writes the events that pass the filter. Returns false if the output has no reader any more.
  /// - Parameter offset: nanoseconds from 1970 to boot for an event and its index in the batch, for JSON; nil if
  ///   unknown.
  /// - Throws: `Failure` if it cannot be written, for example on a full disk: lines must not be lost silently.
  mutating func print(
    _ events: some Sequence<ProcessEvent>, offset: (ProcessEvent, Int) -> Int64?
  ) throws -> Bool {
    for (index, event) in events.enumerated() where filter?.passes(event) ?? true {
      encoder?.wallOffset = offset(event, index)
      if encoder != nil { encoder?.append(event) } else { appendLine(event) }
      if case .lost(let lost) = event, lost.counts.total > 0 {
        Output.printError("lost: \(LossText.list(lost.counts))")
      }
      // Arguments may be megabytes, and a batch thousands of events.
      guard try max(encoder?.byteCount ?? 0, lines.utf8.count) < Self.piece || flush() else { return false }
    }
    for trouble in filter?.news() ?? [] { Output.printError(trouble) }
    return try flush()
  }

  /// The number of bytes that are collected before a write.
  private static let piece = 1 << 20

  private mutating func flush() throws -> Bool {
    if encoder != nil {
      defer { encoder?.removeAll() }
      return try Output.print(encoder?.bytes ?? [])
    }
    defer { lines.removeAll() }
    return try Output.print(lines.utf8)
  }

  /// The columns of execsnoop: 16 for the comm, then pid, parent and result.
  private mutating func appendLine(_ event: ProcessEvent) {
    let process: ProcessFacts, image: ProcessImage, result: Int32
    switch event {
    case .exec(let exec): (process, image, result) = (exec.process, exec.image, 0)
    case .failedExec(let failed): (process, image, result) = (failed.process, failed.image, 0 &- failed.errno)
    default: return
    }
    lines.append(comm: process.comm)
    lines.endColumn(at: 16)
    lines.append(number: process.id.pid)
    lines.endColumn(at: 24)
    lines.append(number: process.parent?.pid ?? 0)
    lines.endColumn(at: 32)
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
    lines.endLine()
  }
}
