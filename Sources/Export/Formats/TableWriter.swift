internal import Events
internal import Recording
internal import TUI
internal import Tree

/// A table as RFC 4180 has it: a header, one record per process, CRLF after each.
///
/// Text is escaped as on the screen, so a cell has no control character. A spreadsheet takes a cell that starts with
/// one of `= + - @` for a formula: such text, and text that starts with an apostrophe, has an apostrophe before it.
struct TableWriter: ExportWriter {
  static let columns = [
    "row", "parent_row", "depth", "match", "pid", "ppid", "start", "started", "state", "comm", "command", "argv", "exe",
    "file", "cwd", "uid", "euid", "gid", "user", "tty", "cgroup", "sid", "pgid", "nspid", "execs", "failed",
    "last_error", "exit", "signal", "core", "killer", "dur", "cpu", "utime", "stime", "mem", "minflt", "majflt",
    "rbytes", "wbytes", "marks", "host", "boot_id",
  ]

  private(set) var bytes: [UInt8] = []
  private var isFirst = true
  private var json = JSONWriter()

  mutating func removeBytes() { bytes.removeAll(keepingCapacity: true) }

  mutating func start(_ context: ExportContext) {
    bytes += Self.columns.joined(separator: ",").utf8
    endRecord()
  }

  mutating func append(_ process: ExportedProcess, _ context: ExportContext) {
    let node = process.node
    let facts = node.facts
    number(process.index)
    number(process.row.parent < 0 ? nil : process.row.parent)
    number(process.row.depth)
    number(process.row.isMatch ? 1 : 0)
    number(process.isHost ? nil : node.id.pid)
    number(process.parent?.pid)
    number(process.isHost ? nil : node.startTime)
    comma()
    if !process.isHost, let wall = context.wallTime(node.startTime), Timestamp.range ~= wall {
      Timestamp.append(wall, to: &bytes)
    }
    comma()
    let state =
      node.isPlaceholder ? "unseen" : node.endIsUnknown ? "unknown" : node.isRunning ? "running" : "exited"
    bytes += (process.isHost ? "host" : state).utf8
    text(node.isPlaceholder ? nil : facts.knownComm.map { DisplayText($0) })
    text(node.isPlaceholder ? nil : process.command)
    arguments(of: node.image)
    for name in [node.image?.exe, node.image?.file, node.image?.cwd] { text(name.map { DisplayText($0) }) }
    let isKnown = !node.isPlaceholder && !process.isHost
    number(isKnown ? ProcessFacts.known(facts.uid) : nil)
    number(isKnown ? ProcessFacts.known(facts.euid) : nil)
    number(isKnown ? ProcessFacts.known(facts.gid) : nil)
    for name in [facts.user, facts.tty, facts.cgroup] { text(name.map { DisplayText($0) }) }
    number(isKnown ? ProcessFacts.known(session: facts.session) : nil)
    number(isKnown ? ProcessFacts.known(session: facts.processGroup) : nil)
    number(isKnown ? facts.innerPID : nil)
    number(node.execCount)
    number(node.failedExecCount)
    text(node.lastFailure.map { DisplayText(errnoName: $0.errno) })
    end(of: process, context)
    marks(node.marks.union(node.image?.marks ?? []))
    for name in process.host.map({ [$0.name, $0.boot] }) ?? [context.hostName, context.boot] {
      text(name.isEmpty ? nil : DisplayText(name))
    }
    endRecord()
  }

  private mutating func end(of process: ExportedProcess, _ context: ExportContext) {
    let status = process.node.end?.status
    number(status.flatMap { $0.signal == 0 ? $0.code : nil })
    text(status.flatMap { $0.signal == 0 ? nil : DisplayText(signalName: $0.signal) })
    number(status.flatMap { $0.signal == 0 ? nil : $0.dumpedCore ? 1 : 0 })
    text(DisplayText(killerOf: process.node))
    number(
      process.isHost || process.node.isPlaceholder || !process.node.isTimed
        ? nil : process.node.runTime(now: context.now))
    let usage = process.node.end?.usage
    number(usage?.cpuTime)
    number(usage?.userTime)
    number(usage?.systemTime)
    number(usage?.peakMemory)
    number(usage?.minorFaults)
    number(usage?.majorFaults)
    number(usage?.readBytes)
    number(usage?.writtenBytes)
  }

  mutating func finish(_ context: ExportContext) {}

  // MARK: Cells

  private mutating func comma() {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
  }

  private mutating func endRecord() {
    bytes += [0x0d, 0x0a]
    isFirst = true
  }

  private mutating func number(_ value: (some FixedWidthInteger)?) {
    comma()
    if let value { bytes += String(value).utf8 }
  }

  private mutating func text(_ value: DisplayText?) {
    comma()
    if let value { cell(value.utf8[...]) }
  }

  /// The arguments as a JSON array; nothing where they are unknown.
  private mutating func arguments(of image: ProcessImage?) {
    comma()
    guard let image, image.title == nil, !image.argvIsUnknown else { return }
    json.removeAll()
    json.raw("[")
    var isFirst = true
    for argument in image.argv {
      if !isFirst { json.raw(",") }
      isFirst = false
      _ = json.string(argument)
    }
    json.raw("]")
    cell(json.bytes[...])
  }

  private mutating func marks(_ marks: Marks) {
    comma()
    bytes += Marks.names.filter { marks.contains($0.mark) }.map(\.name).joined(separator: " ").utf8
  }

  /// `=`, `+`, `-` and `@` in the wide form of East Asian text.
  private static let wideSigns: [[UInt8]] = [
    [0xef, 0xbc, 0x9d], [0xef, 0xbc, 0x8b], [0xef, 0xbc, 0x8d], [0xef, 0xbc, 0xa0],
  ]

  /// A cell, in quotes where it needs them.
  private mutating func cell(_ text: ArraySlice<UInt8>) {
    guard let first = text.first else { return }
    let isFormula =
      [UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), UInt8(ascii: "'")].contains(first)
      || Self.wideSigns.contains { text.starts(with: $0) }
    let isQuoted = text.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 < 0x20 }
    if isQuoted { bytes.append(UInt8(ascii: "\"")) }
    if isFormula { bytes.append(UInt8(ascii: "'")) }
    for byte in text {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    if isQuoted { bytes.append(UInt8(ascii: "\"")) }
  }
}
