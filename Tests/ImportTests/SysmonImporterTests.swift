import Events
import Testing

@testable import Recording

/// Events of Sysmon for Linux, by hand.
@Suite
struct SysmonImporterTests {
  private func event(_ id: Int, second: Int, _ data: [(String, String)], host: String = "web-1") -> String {
    let fields = data.map { "<Data Name=\"\($0.0)\">\($0.1)</Data>" }.joined()
    return "<Event><System><Provider Name=\"Linux-Sysmon\" Guid=\"{ff032593-a8d3-4f13-b0d6-01fc615a0f97}\"/>"
      + "<EventID>\(id)</EventID><Version>5</Version><TimeCreated SystemTime=\"2026-11-30T05:58:\(second).500000000Z\"/>"
      + "<Correlation/><Execution ProcessID=\"99\" ThreadID=\"99\"/><Computer>\(host)</Computer>"
      + "<Security UserId=\"0\"/></System><EventData>\(fields)</EventData></Event>"
  }

  private func guid(_ number: Int) -> String { "{d65774de-8d10-6175-0000-00000000000\(number)}" }

  private func create(
    _ pid: Int, _ number: Int, second: Int, command: String = "ls -l", started: String? = nil
  ) -> String {
    event(
      1, second: second,
      [
        ("RuleName", "-"), ("UtcTime", "2026-11-30 05:58:\(started ?? "\(second).100")"), ("ProcessGuid", guid(number)),
        ("ProcessId", "\(pid)"), ("Image", "/usr/bin/ls"), ("CommandLine", command),
        ("CurrentDirectory", "/srv/a&amp;b"),
        ("User", "root"), ("ParentProcessGuid", guid(9)), ("ParentProcessId", "50"), ("ParentImage", "/bin/bash"),
        ("ParentCommandLine", "-bash"), ("ParentUser", "-"),
      ])
  }

  private func end(_ pid: Int, _ number: Int, second: Int) -> String {
    event(
      5, second: second,
      [("ProcessGuid", guid(number)), ("ProcessId", "\(pid)"), ("Image", "/usr/bin/ls"), ("User", "root")])
  }

  @Test func `Creation and end in lines of syslog, among lines of other programs`() throws {
    let prefix = "Nov 30 05:58:57 web-1 sysmon: "
    let command = "ls &quot;two words&quot; &lt;x&gt; &#233; &#x41; &unknown; a&amp;b"
    let trace = ReadTrace(
      .sysmon,
      "Nov 30 05:58:50 web-1 sysmon[1]: Sysmon v1.0.0 - Monitors system events\n" + prefix
        + create(60, 1, second: 51, command: command) + "\n" + "Nov 30 05:58:52 web-1 sshd[2]: x\n" + prefix
        + end(60, 1, second: 53) + "\n")
    #expect(trace.foreignLines == 0)
    #expect(trace.plain.map(\.line) == ["exist 50", "fork 60", "exec 60", "lost 0 0 [60]"])
    #expect(trace.plain[2].arguments == ["ls", "two words", "<x>", "é", "A", "&unknown;", "a&b"])
    let image = try #require(trace.plain[2].image)
    #expect(image.exe == "/usr/bin/ls" && image.cwd == "/srv/a&b" && image.marks == .reconstructed)
    #expect(trace.plain[2].process?.user == "root" && trace.plain[2].process?.uid == 0)
    #expect(trace.plain[0].process?.uid == ProcessFacts.unknownID)
    #expect(trace.plain[2].process?.parent == trace.plain[0].process?.id)
    // The line tells when the process started, and when it was written.
    #expect(trace.plain[2].time - trace.plain[1].time == 400_000_000)
  }

  @Test func `Another program of a process keeps its GUID, and another GUID is another process`() {
    let lines = [
      create(60, 1, second: 51), create(60, 1, second: 52, started: "51.100"), create(60, 2, second: 53),
      end(60, 2, second: 54),
      end(60, 1, second: 55),
    ]
    let trace = ReadTrace(.sysmon, lines.joined(separator: "\n") + "\n")
    #expect(
      trace.plain.map(\.line) == ["exist 50", "fork 60", "exec 60", "exec 60", "fork 60", "exec 60", "lost 0 0 [60]"])
    #expect(trace.plain[2].process?.id == trace.plain[3].process?.id)
    #expect(trace.plain[3].process?.id != trace.plain[5].process?.id)
  }

  @Test func `Unknown fields stay unknown, and a GUID of zeros is none`() {
    let zeros = "{00000000-0000-0000-0000-000000000000}"
    let unknown = event(
      1, second: 51,
      [
        ("UtcTime", "-"), ("ProcessGuid", zeros), ("ProcessId", "60"), ("Image", "-"), ("CommandLine", "-"),
        ("CurrentDirectory", "-"), ("User", "-"), ("ParentProcessGuid", zeros), ("ParentProcessId", "0"),
        ("ParentImage", "-"),
      ])
    let gone = event(
      5, second: 52, [("ProcessGuid", zeros), ("ProcessId", "61"), ("Image", "&lt;unknown process&gt;")])
    let trace = ReadTrace(.sysmon, unknown + gone + "\n")
    #expect(trace.plain.map(\.line) == ["exec 60", "lost 0 0 [61]"])
    #expect(trace.plain[0].process?.parent == nil && trace.plain[0].process?.uid == ProcessFacts.unknownID)
    #expect(trace.plain[0].image?.argvIsUnknown == true && trace.plain[0].image?.exe.isEmpty == true)
  }

  @Test func `Other events are read over, and broken ones are counted`() {
    let other = event(3, second: 51, [("ProcessId", "60"), ("Protocol", "tcp")])
    #expect(ReadTrace(.sysmon, other + "\n").foreignLines == 0)
    let whole = create(60, 1, second: 51)
    for wrong in [
      "<Event>", "<Event><EventID>1</EventID></Event>", String(whole.dropLast(9)),
      whole.replacing("\">60<", with: "\">x<"),
      whole.replacing("\">60<", with: "\">99999999999<"), "text", "<Event \"></Event>",
    ] {
      let trace = ReadTrace(.sysmon, wrong + "\n")
      #expect(trace.foreignLines == 1 && trace.plain.isEmpty, "\(wrong)")
    }
  }

  @Test func `The first event tells the format`() {
    #expect(FormatGuess(Array((create(60, 1, second: 51) + "\n").utf8), isWhole: false) == .trace(.sysmon))
  }
}
