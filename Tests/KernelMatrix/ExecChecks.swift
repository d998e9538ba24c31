import Events
import Glibc
import Tree

/// Execs of each kind. Each check returns its cell of the table.
enum ExecChecks {
  private static let fixture = "/t/trace-fixture"

  static func plain(_ evidence: Evidence) throws -> String {
    try evidence.expectStatus(0, of: "plain")
    let trace = try evidence.trace("plain")
    try trace.expectWholeFamily()
    let node = try trace.node(trace.command)
    try expect(node.images.map(\.argv.texts).last, is: ["again", "fork", "exit", "7"], "argv")
    guard let image = node.image else { throw Evidence.Fault("no program was seen") }
    try expect(image.exe.text, is: fixture, "the program")
    try expect(image.file.text, is: fixture, "the file asked for")
    try expect(image.cwd.text, is: "/tmp", "the directory")
    try expect(image.marks, is: [], "the marks")
    try expect(node.facts.uid, is: 65534, "the user")
    try expect(node.facts.user?.text, is: "nobody", "the user's name")
    let child = try trace.onlyChild(of: node.id)
    try expect(child.end?.status, is: ExitStatus(code: 7), "the child's exit")
    try expect(child.execCount, is: 0, "the child's number of execs")
    try expect(trace.execs.count, is: 2, "the number of execs")
    return "ok"
  }

  /// The hook that reports failed execs on this kernel: `log` prints a notice about every other than fexit.
  static func hook(_ evidence: Evidence) throws -> String {
    guard let errors = evidence.text("failed.err") else { throw Evidence.Fault("there is no failed.err") }
    if errors.isEmpty { return "fexit" }
    return try evidence.line("failed.err").contains("only a slow way to see failed execs")
      ? "tracepoint" : try evidence.line("failed.err")
  }

  static func failed(_ evidence: Evidence) throws -> String {
    try evidence.expectStatus(3, of: "failed")
    let trace = try evidence.trace("failed")
    try trace.expectWholeFamily()
    try expect(trace.failures.map(\.errno), is: [ENOENT, ENOENT], "the errno of each")
    let files = trace.failures.map(\.image.file.text)
    try expect(files.first, is: "/nonexistent/program", "the first file")
    try expect(files.last?.hasPrefix("/dev/fd/") == true && files.last?.hasSuffix("/not-there") == true, "\(files)")
    try expect(trace.failures.map(\.image.argv.texts), is: [["", "two words"], ["zero"]], "the arguments")
    try expect(trace.failures.map(\.image.cwd.text), is: ["/tmp", "/tmp"], "the directories")
    try expect(trace.failures.map(\.image.marks), is: [[], []], "the marks")
    try expect(try trace.node(trace.command).failedExecCount, is: 2, "the process's number of failed execs")
    return "ok"
  }

  static func threaded(_ evidence: Evidence) throws -> String {
    let trace = try evidence.trace("threaded")
    try trace.expectWholeFamily()
    let node = try trace.node(trace.command)
    try expect(node.images.map(\.argv.texts).last, is: ["from-thread", "fork", "exit", "5"], "argv")
    try expect(trace.execs.map(\.process.id), is: [node.id, node.id], "the processes that exec'd")
    let child = try trace.onlyChild(of: node.id)
    try expect(child.end?.status, is: ExitStatus(code: 5), "the child's exit")
    try expect(trace.exits.map(\.process.id), is: [child.id, node.id], "the exits in order")
    return "ok"
  }

  static func killed(_ evidence: Evidence) throws -> String {
    let trace = try evidence.trace("killed")
    try trace.expectWholeFamily()
    let parent = try trace.onlyChild(of: trace.command)
    let victim = try trace.onlyChild(of: parent.id)
    try expect(victim.end?.status, is: ExitStatus(signal: SIGTERM), "the status")
    guard case .process(let sender) = victim.killer else { throw Evidence.Fault("no sender was seen") }
    try expect(sender.id, is: parent.id, "the sender")
    let fault = try evidence.trace("faulted")
    try fault.expectWholeFamily()
    let faulted = try fault.onlyChild(of: fault.command)
    try expect(faulted.end?.status?.signal, is: SIGSEGV, "the signal of a fault")
    guard case .kernel = faulted.killer else { throw Evidence.Fault("a fault is not by the kernel") }
    return "ok"
  }

  static func long(_ evidence: Evidence) throws -> String {
    try evidence.expectStatus(0, of: "long")
    let trace = try evidence.trace("long")
    try trace.expectWholeFamily()
    guard let argv = try trace.node(trace.command).image?.argv else { throw Evidence.Fault("no program was seen") }
    try expect(argv.isCut, is: false, "whether argv is cut")
    let expected = (0..<6).map { index in
      "\(index)=" + String(repeating: Character(UnicodeScalar(UInt8(97 + index))), count: 59_998)
    }
    try expect(argv.texts == expected, "argv of \(argv.bytes.count) bytes is not what was given")
    return "\(argv.bytes.count >> 10) KiB"
  }
}
