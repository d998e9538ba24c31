internal import Events
internal import Filtering
internal import TUI
internal import Tree

/// One page for a browser, with everything in it: the tree, the run times, a search and the detail of each process.
///
/// The processes are JSON in a block that no browser runs. Text is escaped as on the screen before, so the page itself
/// treats no character in a special way. The page's policy (CSP) allows only its own script and style, by their hashes,
/// and no access to the network.
struct PageWriter: ExportWriter {
  private(set) var bytes: [UInt8] = []
  /// Texts that many processes have in common, and their numbers.
  private var numbers: [DisplayText: Int] = [:]
  private var texts: [DisplayText] = []
  private var isFirstRow = true

  mutating func removeBytes() { bytes.removeAll(keepingCapacity: true) }

  mutating func start(_ context: ExportContext) {
    let title: DisplayText = context.options.title.isEmpty ? "processes" : DisplayText(context.options.title)
    text(PageFrame.start(title: html(title)))
    bytes += PackageResources.page_css
    text(PageFrame.body(title: html(title)))
    text("{\"host\":")
    let hosts = context.rows.count { $0.id.isHost }
    string(hosts > 0 ? "\(hosts) \(hosts == 1 ? "host" : "hosts")" : DisplayText(context.hostName))
    text(",\"filter\":")
    string(context.options.filter.map { "filter \(DisplayText(typed: $0.text))" } ?? "")
    // Milliseconds since 1970, with which a browser counts.
    text(",\"start\":")
    text(context.wallTime(context.times.lowerBound).map { "\($0 / 1_000_000)" } ?? "null")
    text(",\"length\":")
    number(context.times.upperBound &- context.times.lowerBound)
    text(",\"rows\":[\n")
  }

  /// The greatest whole number that JavaScript has without gaps.
  private static let greatest: UInt64 = (1 << 53) - 1

  /// What became of a process, as the page counts it.
  private static func kind(of process: ExportedProcess) -> Int {
    let kind =
      process.node.isPlaceholder
      ? 4 : process.node.isRunning ? 2 : process.node.end?.status == nil ? 3 : process.failure == nil ? 0 : 1
    return process.row.isMatch ? kind : kind | 8
  }

  mutating func append(_ process: ExportedProcess, _ context: ExportContext) {
    let node = process.node
    let end = process.end ?? max(context.now, node.startTime)
    text(isFirstRow ? "[" : ",\n[")
    isFirstRow = false
    if process.isHost {
      text("-1,0,0,0,5,")
      reference(process.hostLabel)
      text(",")
      string(process.command)
      text(",")
      reference("host")
      text(",-1,-1,-1,-1,-1,-1,-1,0,0]")
      return
    }
    text("\(process.row.parent),\(node.id.pid),")
    time(node.startTime, context)
    text(",")
    number(end &- node.startTime)
    text(",\(Self.kind(of: process)),")
    reference(process.comm)
    text(",")
    let command = process.command
    string(node.isPlaceholder ? "" : command)
    text(",")
    reference(process.failure ?? (node.isRunning ? nil : node.end?.status == nil ? "exit ?" : "exit 0"))
    for name in [node.image?.exe, node.image?.cwd, node.facts.user] {
      text(",")
      reference(name.flatMap { $0.isEmpty ? nil : DisplayText($0) })
    }
    text(",\(node.isPlaceholder ? -1 : ProcessFacts.known(node.facts.uid).map(Int.init) ?? -1),")
    text(node.end?.usage.map { String($0.cpuTime) } ?? "-1")
    text(",")
    text(node.end?.usage.map { String($0.peakMemory) } ?? "-1")
    text(",")
    let marks = node.marks.union(node.image?.marks ?? [])
    let names = Marks.names.filter { marks.contains($0.mark) }.map { DisplayText(typed: $0.name) }
    reference(names.isEmpty ? nil : names.joined(separator: " "))
    programs(of: process, context)
    failures(of: process, context)
    text("]")
  }

  /// The programs of a process that had more than one, or was a copy of its parent first. The last one has no text: it
  /// is that of the process.
  private mutating func programs(of process: ExportedProcess, _ context: ExportContext) {
    let programs = process.programs
    guard programs.count > 1 else { return text(",0") }
    text(",[")
    for (index, program) in programs.enumerated() {
      text(index == 0 ? "[" : ",[")
      time(program.start, context)
      text(",")
      reference(program.image.map { DisplayText($0.comm) })
      text(",")
      let isLast = index &+ 1 == programs.count
      string(program.image.flatMap { isLast ? nil : ExportedProcess.command(of: $0, comm: $0.comm) } ?? "")
      text("]")
    }
    text("]")
  }

  private mutating func failures(of process: ExportedProcess, _ context: ExportContext) {
    if process.failures.isEmpty { return text(",0") }
    text(",[")
    for (index, failure) in process.failures.enumerated() {
      text(index == 0 ? "[" : ",[")
      time(failure.time, context)
      text(",")
      reference(DisplayText(errnoName: failure.errno))
      text(",")
      reference(DisplayText(failure.file))
      text("]")
    }
    text("]")
  }

  mutating func finish(_ context: ExportContext) {
    text("],\"strings\":[")
    for (index, text) in texts.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      string(text)
    }
    text("]}")
    text(PageFrame.script)
    bytes += PackageResources.page_js
    text(PageFrame.end)
  }

  // MARK: Values

  private mutating func text(_ text: String) { bytes += text.utf8 }

  private mutating func number(_ value: UInt64) { text(String(min(value, Self.greatest))) }

  /// Nanoseconds from the start of what is shown.
  private mutating func time(_ time: UInt64, _ context: ExportContext) {
    let start = context.times.lowerBound
    if time < start { text("-") }
    number(time < start ? start &- time : time &- start)
  }

  /// The number of a text; -1 for none.
  private mutating func reference(_ value: DisplayText?) {
    guard let value else { return text("-1") }
    if let known = numbers[value] { return text(String(known)) }
    numbers[value] = texts.count
    text(String(texts.count))
    texts.append(value)
  }

  /// A string of JSON inside of a script block: no tag, no comment and no entity can start in it.
  private mutating func string(_ value: DisplayText) {
    bytes.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""): text("\\\"")
      case UInt8(ascii: "\\"): text("\\\\")
      case UInt8(ascii: "<"): text("\\u003c")
      case UInt8(ascii: ">"): text("\\u003e")
      case UInt8(ascii: "&"): text("\\u0026")
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Text between tags.
  private func html(_ value: DisplayText) -> String {
    var result: [UInt8] = []
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "<"): result += "&lt;".utf8
      case UInt8(ascii: ">"): result += "&gt;".utf8
      case UInt8(ascii: "&"): result += "&amp;".utf8
      case UInt8(ascii: "\""): result += "&quot;".utf8
      default: result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
