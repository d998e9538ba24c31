import Events
import Testing

@testable import Recording

/// Events of Tetragon, by its documented schema.
@Suite
struct TetragonImporterTests {
  /// A process as Tetragon writes it.
  static func process(
    _ pid: Int, boot: Int, node: String = "web-1", binary: String = "/bin/sh", arguments: String = "",
    flags: String = "execve clone",
    more: String = ""
  ) -> String {
    let id = encoded("\(node):\(boot):\(pid)")
    return #"{"exec_id":"\#(id)","pid":\#(pid),"uid":0,"cwd":"/srv","binary":"\#(binary)","arguments":"\#(arguments)","#
      + #""flags":"\#(flags)","start_time":"\#(time(boot))","auid":4294967295,"tid":\#(pid)\#(more)}"#
  }

  static func encoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    Base64.append(Array(text.utf8)[...], to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A time since boot in microseconds, on the clock of 2023.
  static func time(_ boot: Int) -> String {
    var bytes: [UInt8] = []
    Timestamp.append(1_700_000_000_000_000_000 + Int64(boot), to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  static func exec(_ process: String, _ parent: String? = nil, at boot: Int, node: String = "web-1") -> String {
    let parent = parent.map { #","parent":\#($0)"# } ?? ""
    return #"{"process_exec":{"process":\#(process)\#(parent)},"node_name":"\#(node)","time":"\#(time(boot))"}"# + "\n"
  }

  static func exit(
    _ process: String?, _ parent: String? = nil, at boot: Int, _ status: String = "", node: String = "web-1"
  ) -> String {
    let members = [
      process.map { #""process":\#($0)"# }, parent.map { #""parent":\#($0)"# }, #""time":"\#(time(boot))""#,
    ]
    .compactMap { $0 }.joined(separator: ",")
    return #"{"process_exit":{\#(members)\#(status)},"node_name":"\#(node)","time":"\#(time(boot))"}"# + "\n"
  }

  private static let start = 5_000_000_000
  private static let parent = process(100, boot: start, binary: "/usr/bin/make", arguments: "-j8 all")

  @Test func `An exec has its process, its parent as a running one, and reconstructed arguments`() throws {
    let child = Self.process(
      200, boot: Self.start + 1000, binary: "/usr/bin/gcc", arguments: #"-c -o \"my file.o\" a\"b \"x"#,
      more:
        #","process_credentials":{"uid":1000,"gid":100,"euid":0},"user":{"name":"dev"},"pod":{"container":{"pid":7}},"#
        + #""environment_variables":[{"key":"A","value":"1"},{"Key":"B","Value":"x y"}]"#)
    let trace = ReadTrace(.tetragon, Self.exec(child, Self.parent, at: Self.start + 1000))
    #expect(trace.plain.map(\.line) == ["exist 100", "exec 200"])
    #expect(trace.plain[0].arguments == ["/usr/bin/make", "-j8", "all"])
    #expect(trace.plain[1].arguments == ["/usr/bin/gcc", "-c", "-o", "my file.o", #"a"b"#, #""x"#])
    let image = try #require(trace.plain[1].image)
    #expect(image.marks == .reconstructed && image.exe == "/usr/bin/gcc" && image.cwd == "/srv")
    #expect(image.env.map { $0.map { String(decoding: $0, as: UTF8.self) } } == ["A=1", "B=x y"])
    let facts = try #require(trace.plain[1].process)
    #expect(facts.comm == "gcc" && facts.uid == 1000 && facts.euid == 0 && facts.gid == 100 && facts.user == "dev")
    #expect(facts.auditUID == nil && facts.innerPID == 7)
    #expect(facts.parent == trace.plain[0].process?.id)
    // The first event sets the clock to its machine's time since boot.
    #expect(facts.id == ProcessID(pid: 200, startTime: UInt64(Self.start + 1000)))
    #expect(trace.plain[1].time == UInt64(Self.start + 1000))
    #expect(trace.events[1].wallTime == 1_700_000_000_000_000_000 + Int64(Self.start) + 1000)
  }

  @Test func `A parent with the same pid is the program before, of the same process`() {
    let first = Self.process(200, boot: Self.start + 1000, binary: "/bin/sh")
    let second = Self.process(200, boot: Self.start + 2000, binary: "/bin/ls", flags: "execve")
    let trace = ReadTrace(
      .tetragon,
      Self.exec(first, Self.parent, at: Self.start + 1000) + Self.exec(second, first, at: Self.start + 2000)
        + Self.exit(second, first, at: Self.start + 3000))
    #expect(trace.plain.map(\.line) == ["exist 100", "exec 200", "exec 200", "exit 200 0"])
    #expect(Set(trace.plain.dropFirst().map { $0.process?.id }).count == 1)
    #expect(trace.plain.last?.process?.parent?.pid == 100)
  }

  @Test func `A program before that is not known is announced first`() {
    let first = Self.process(200, boot: Self.start + 1000, binary: "/bin/sh")
    let second = Self.process(200, boot: Self.start + 2000, binary: "/bin/ls", flags: "execve")
    let trace = ReadTrace(.tetragon, Self.exec(second, first, at: Self.start + 2000))
    #expect(trace.plain.map(\.line) == ["exist 200", "exec 200"])
    #expect(trace.plain[0].process?.id == trace.plain[1].process?.id)
  }

  @Test func `What /proc showed is a running process, also when Tetragon starts again`() {
    let found = Self.process(
      300, boot: Self.start - 1_000_000_000, binary: "/usr/sbin/sshd", flags: "procFS auid rootcwd")
    let again = Self.process(
      300, boot: Self.start - 1_000_000_000 + 5_000_000, binary: "/usr/sbin/sshd", flags: "procFS auid")
    let trace = ReadTrace(.tetragon, Self.exec(found, at: Self.start) + Self.exec(again, at: Self.start + 1000))
    #expect(trace.plain.map(\.line) == ["exist 300", "exist 300"])
    #expect(trace.plain[0].image?.marks.contains(.fromProc) == true)
    #expect(trace.plain[0].process?.id == trace.plain[1].process?.id)
    // Processes come in the order of /proc: one that started earlier does not set the clock back.
    let older = Self.process(400, boot: 1_000_000, binary: "/sbin/init", flags: "procFS auid")
    let both = ReadTrace(.tetragon, Self.exec(found, at: Self.start) + Self.exec(older, at: Self.start))
    #expect(both.plain[1].process?.id == ProcessID(pid: 400, startTime: 1_000_000))
    #expect(both.plain[1].time == both.plain[0].time && both.events[1].wallTime == nil)
  }

  @Test func `A child that never had a program of its own is told by its exit`() {
    let child = Self.process(
      400, boot: Self.start + 2000, binary: "/usr/bin/make", arguments: "-j8 all", flags: "execve clone")
    let trace = ReadTrace(
      .tetragon,
      Self.exec(Self.parent, at: Self.start) + Self.exit(child, Self.parent, at: Self.start + 9000, #","status":2"#))
    #expect(trace.plain.map(\.line) == ["exec 100", "fork 400", "exit 400 512"])
    #expect(trace.plain[1].time == UInt64(Self.start + 2000) && trace.plain[1].process?.parent?.pid == 100)
  }

  @Test func `An exit of a process from before has its program`() {
    let old = Self.process(500, boot: Self.start - 2_000_000, binary: "/usr/bin/old", arguments: "x")
    let trace = ReadTrace(
      .tetragon, Self.exec(Self.parent, at: Self.start) + Self.exit(old, at: Self.start + 9000, #","signal":"SIGKILL""#)
    )
    #expect(trace.plain.map(\.line) == ["exec 100", "exist 500", "exit 500 9"])
    #expect(trace.plain[1].arguments == ["/usr/bin/old", "x"])
  }

  @Test func `A missing status is 0, a signal has its number, and an unknown signal is an unknown status`() {
    func status(_ text: String) -> [String] {
      ReadTrace(
        .tetragon, Self.exec(Self.parent, at: Self.start) + Self.exit(Self.parent, at: Self.start + 1, text)
      ).plain.dropFirst().map(\.line)
    }
    #expect(status("") == ["exit 100 0"])
    #expect(status(#","status":130"#) == ["exit 100 33280"])
    #expect(status(#","signal":"SIGSEGV""#) == ["exit 100 11"])
    #expect(status(#","signal":"","status":1"#) == ["exit 100 256"])
    #expect(status(#","signal":"SIGWHAT""#) == ["lost 0 0 [100]"])
  }

  @Test func `An exit without a process is a loss of one exit, and of a process that is only a pid an exit`() {
    let bare =
      #"{"exec_id":"\#(Self.encoded("web-1:1:600"))","pid":600,"flags":"unknown","start_time":"\#(Self.time(1))"}"#
    let trace = ReadTrace(
      .tetragon,
      Self.exec(Self.parent, at: Self.start) + Self.exit(nil, at: Self.start + 1) + Self.exit(bare, at: Self.start + 2))
    #expect(trace.plain.map(\.line) == ["exec 100", "lost 1 1 []", "exit 600 0"])
  }

  @Test func `A rate limit is a loss of as many events`() {
    let limit =
      #"{"rate_limit_info":{"number_of_dropped_process_events":"17"},"node_name":"web-1","time":"\#(Self.time(Self.start + 5))"}"#
    let trace = ReadTrace(.tetragon, Self.exec(Self.parent, at: Self.start) + limit + "\n")
    #expect(trace.plain.map(\.line) == ["exec 100", "lost 17 0 []"])
    guard case .lost(let loss)? = trace.plain.last else { return }
    #expect(loss.affectsAll && loss.since == UInt64(Self.start) && loss.time == UInt64(Self.start + 5))
  }

  @Test func `Two machines in one stream have processes of their own`() {
    let one = Self.process(700, boot: Self.start, binary: "/bin/a")
    let two = Self.process(700, boot: 77, node: "web-2", binary: "/bin/b")
    let trace = ReadTrace(
      .tetragon,
      Self.exec(one, at: Self.start) + Self.exec(two, at: Self.start + 1, node: "web-2")
        + Self.exit(one, at: Self.start + 2, #","status":1"#)
        + Self.exit(two, at: Self.start + 3, #","status":2"#, node: "web-2"))
    #expect(trace.plain.map(\.line) == ["exec 700", "exec 700", "exit 700 256", "exit 700 512"])
    #expect(trace.plain[0].process?.id == trace.plain[2].process?.id)
    #expect(trace.plain[1].process?.id == trace.plain[3].process?.id)
    #expect(trace.plain[2].process?.comm == "a" && trace.plain[3].process?.comm == "b")
  }

  @Test func `A pid with another exec_id and another parent is another process`() {
    let first = Self.process(200, boot: Self.start + 1000)
    let second = Self.process(200, boot: Self.start + 2000)
    let trace = ReadTrace(
      .tetragon,
      Self.exec(first, Self.parent, at: Self.start + 1000) + Self.exec(second, Self.parent, at: Self.start + 2000)
        + Self.exit(first, Self.parent, at: Self.start + 2500) + Self.exit(second, Self.parent, at: Self.start + 3000))
    #expect(trace.plain.map(\.line) == ["exist 100", "exec 200", "exec 200", "exit 200 0"])
    #expect(trace.plain[1].process?.id != trace.plain[2].process?.id)
    #expect(trace.plain[2].process?.id == trace.plain[3].process?.id)
  }

  @Test func `A child of an ended process keeps that parent`() {
    let child = Self.process(800, boot: Self.start + 3000)
    let trace = ReadTrace(
      .tetragon,
      Self.exec(Self.parent, at: Self.start) + Self.exit(Self.parent, at: Self.start + 1000)
        + Self.exec(child, Self.parent, at: Self.start + 3000))
    #expect(trace.plain.map(\.line) == ["exec 100", "exit 100 0", "exec 800"])
    #expect(trace.plain[2].process?.parent == trace.plain[0].process?.id)
  }

  @Test func `Flags tell what was cut or not read`() {
    func marks(_ flags: String) -> Marks? {
      let process = Self.process(900, boot: Self.start, flags: "execve \(flags)")
      return ReadTrace(.tetragon, Self.exec(process, at: Self.start)).plain.last?.image?.marks
    }
    #expect(marks("truncArgs") == [.argvCut, .reconstructed])
    #expect(marks("errorArgs") == [.argvUnreadable])
    #expect(marks("truncFilename") == [.exeCut, .reconstructed])
    #expect(marks("errorFilename") == [.exeUnreadable, .reconstructed])
  }

  @Test func `Names in camel case, pretty-printed events and other kinds of events`() throws {
    let child = Self.process(200, boot: Self.start + 1000, binary: "/bin/ls")
    let text =
      Self.exec(child, Self.parent, at: Self.start + 1000) + Self.exit(child, Self.parent, at: Self.start + 2000)
    let expected = ReadTrace(.tetragon, text)
    var camel = text
    for (from, to) in [
      ("process_exec", "processExec"), ("process_exit", "processExit"), ("exec_id", "execId"),
      ("start_time", "startTime"),
      ("node_name", "nodeName"),
    ] {
      camel = camel.replacing(from, with: to)
    }
    #expect(camel != text)
    #expect(ReadTrace(.tetragon, camel).events == expected.events)

    let pretty = text.replacing("{", with: "{\n  ").replacing(",\"", with: ",\n  \"").replacing("}", with: "\n  }")
      .replacing("  }\n", with: "}\n")
    let lines = pretty.split(separator: "\n").count
    #expect(lines > 40)
    #expect(ReadTrace(.tetragon, pretty).events == expected.events)
    #expect(FormatGuess(Array(pretty.utf8), isWhole: true) == .trace(.tetragon))
    #expect(FormatGuess(Array("{\n".utf8), isWhole: false) == nil)

    let others = ["process_kprobe", "process_tracepoint", "process_loader", "process_lsm"].map {
      #"{"\#($0)":{"process":\#(child)},"node_name":"web-1","time":"\#(Self.time(Self.start))"}"# + "\n"
    }.joined()
    let trace = ReadTrace(.tetragon, others)
    #expect(trace.plain.isEmpty && trace.foreignLines == 0)
  }

  @Test func `Wrong types and lines of other programs are counted, and what follows is read`() {
    let good = Self.exec(Self.parent, at: Self.start)
    let wrong = [
      #"{"process_exec":1}"#, #"{"process_exec":{"process":{"pid":"x"}}}"#, #"{"process_exec":{"process":{"pid":-1}}}"#,
      #"{"process_exec":{"process":{"pid":4194305}}}"#, #"{"process_exec":{}}"#, #"{"a":1}"#, "text", "{", "\"x\"", "7",
      #"{"process_exec":{"process":{"pid":1,"start_time":"yesterday"}}}"#, #"{"process_exit":{"signal":9}}"#,
    ]
    for line in wrong {
      let trace = ReadTrace(.tetragon, line + "\n" + good)
      #expect(trace.plain.map(\.line) == ["exec 100"], "\(line)")
      #expect(trace.foreignLines == 1, "\(line)")
    }
  }
}
