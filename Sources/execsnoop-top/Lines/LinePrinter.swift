import Glibc
import ProcessTree
import Recording
import TUI

/// How `log` writes an event.
enum LineForm {
  /// COMM PID PPID RET ARGS, for execs and failed execs.
  case text
  /// Every event as an object.
  case json(environment: Bool)

  var isText: Bool { if case .text = self { true } else { false } }
}

/// Writes events to standard output as they come, whole lines at a time.
struct LinePrinter {
  private let filter: Filter?
  /// Only a filter needs to know more than the event at hand: who a process is.
  private var tree: ProcessTree?
  private var encoder: JSONLineEncoder?
  private var lines = TextLines()
  /// What was told of the filter's regular expressions: nothing, that one gave up on a text, or for good.
  private var toldTrouble: Bool?

  /// Wall-clock time at boot, for JSON.
  var wallOffset: Int64? {
    didSet { encoder?.wallOffset = wallOffset }
  }

  init(_ form: LineForm, filter: Filter?, kept: KeepOptions, wallOffset: Int64?) {
    self.filter = filter
    self.wallOffset = wallOffset
    if filter != nil { tree = ProcessTree(limits: kept.limits(logLines: 16)) }
    switch form {
    case .json(let environment):
      encoder = JSONLineEncoder(wallOffset: wallOffset, includesEnvironment: environment)
    case .text:
      lines.append("COMM             PID     PPID    RET ARGS")
      lines.endLine()
    }
  }

  /// Writes a batch. Returns false when nobody reads any more.
  /// - Throws: `Failure` where it cannot be written, on a full disk for example: lines are not to be lost in silence.
  mutating func print(_ events: [ProcessEvent]) throws -> Bool {
    for event in events where passes(event) {
      if encoder != nil { encoder?.append(event) } else { appendLine(event) }
      if case .lost(let lost) = event, lost.counts.total > 0 { Output.complain("lost: \(LossText.list(lost.counts))") }
    }
    tellTrouble()
    if let bytes = encoder?.bytes {
      encoder?.removeAll()
      return try Output.print(bytes)
    }
    defer { lines.removeAll() }
    return try Output.print(lines.utf8)
  }

  /// A line for the first text that an expression gave up on, and one when it gives up for good: not one for each.
  private mutating func tellTrouble() {
    guard let trouble = filter?.trouble, toldTrouble != trouble.isGivenUp else { return }
    toldTrouble = trouble.isGivenUp
    Output.complain(trouble)
  }

  private mutating func passes(_ event: ProcessEvent) -> Bool {
    guard let filter, tree != nil else { return true }
    let logged = tree?.log.nextSequence
    _ = tree?.apply(event)
    guard let tree else { return true }
    switch event {
    case .lost, .census: return true
    default: break
    }
    if tree.log.nextSequence != logged, let entry = tree.log[tree.log.nextSequence - 1] {
      return filter.matches(entry, in: tree)
    }
    if case .existing(let found) = event, let node = tree[found.process.id] { return filter.matches(node, in: tree) }
    return false
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
