import Events
import Testing

@testable import Recording

/// The two forms of tracexec's JSON, by hand.
@Suite
struct TracexecImporterTests {
  private let facts =
    #""version":"0.16.0","generator":"tracexec_exporter_json","baseline":{"cwd":"/","env":{"A":"1","B":"2","C":"3"},"fdinfo":{}}"#

  private func exec(
    _ id: Int, _ pid: Int, result: Int = 0, env: String = #"{"result":"error","value":"EPERM"}"#,
    argv: String = #"{"result":"success","value":["ls","a b"]}"#
  ) -> String {
    #"{"id":\#(id),"pid":\#(pid),"syscall":"execve","exec_pid":\#(pid),"cwd":"/srv","comm_before_exec":"sh","result":\#(result),"#
      + #""filename":"/usr/bin/ls","argv":\#(argv),"env":\#(env),"fdinfo":{"0":{"fd":0,"path":"/dev/null"}},"#
      + #""timestamp":\#(1_700_000_000_000_000_000 + id * 1000),"cred":{"result":"success","value":{"groups":[1],"uid_real":1000,"uid_effective":0,"gid_real":100}},"#
      + #""cgroup":{"kind":"v2","path":"/user.slice"}}"#
  }

  private let difference =
    #"{"result":"success","value":{"has_added_or_modified_keys_starting_with_dash":false,"added":{"D":"4"},"removed":["B"],"modified":{"C":"9"}}}"#

  @Test func `The stream has its facts and the first exec in one line`() throws {
    // tracexec writes no line end after the facts.
    let text = "{\(facts)}\(exec(1, 20, env: difference))\n\(exec(2, 20, result: -2))\n"
    let trace = ReadTrace(.tracexec, text)
    #expect(trace.foreignLines == 0)
    #expect(trace.plain.map(\.line) == ["exec 20", "fail 20 2"])
    let image = try #require(trace.plain[0].image)
    #expect(trace.plain[0].arguments == ["ls", "a b"])
    #expect(image.file == "/usr/bin/ls" && image.exe.isEmpty && image.cwd == "/srv" && image.marks == .endless)
    #expect(image.env.map { $0.map { String(decoding: $0, as: UTF8.self) } } == ["A=1", "D=4", "C=9"])
    #expect(trace.plain[1].image?.env == nil)
    let process = try #require(trace.plain[0].process)
    #expect(process.comm == "ls" && process.uid == 1000 && process.euid == 0 && process.gid == 100)
    #expect(process.cgroup == "/user.slice" && process.parent == nil)
    #expect(trace.plain[1].process?.comm == "sh")
    #expect(trace.events.map(\.wallTime) == [1_700_000_000_000_001_000, 1_700_000_000_000_002_000])
    #expect(FormatGuess(Array(text.utf8), isWhole: false) == .trace(.tracexec))
  }

  @Test func `One object with all execs, on one line or on many`() {
    let one = "{\(facts),\"events\":[\(exec(1, 20, env: difference)),\(exec(2, 21))]}\n"
    let trace = ReadTrace(.tracexec, one)
    #expect(trace.plain.map(\.line) == ["exec 20", "exec 21"])
    let many = one.replacing("{", with: "{\n  ").replacing(",\"", with: ",\n  \"").replacing("}", with: "\n  }")
    #expect(ReadTrace(.tracexec, many).events == trace.events)
    #expect(FormatGuess(Array(many.utf8), isWhole: true) == .trace(.tracexec))
    let pretty = ("{\(facts)}" + exec(1, 20, env: difference) + "\n" + exec(2, 21) + "\n")
      .replacing("{", with: "{\n  ").replacing(",\"", with: ",\n  \"").replacing("}", with: "\n  }")
    #expect(ReadTrace(.tracexec, pretty).events == trace.events)
  }

  @Test func `Arguments that could not be read are unknown`() {
    let trace = ReadTrace(.tracexec, exec(1, 20, argv: #"{"result":"error","value":"EFAULT"}"#) + "\n")
    #expect(trace.plain[0].image?.argvIsUnknown == true)
  }

  @Test func `Execs without what they need are counted`() {
    for wrong in [
      "{}", #"{"id":1,"pid":20}"#, exec(1, 0), exec(1, 20, result: 5), "text",
      exec(1, 20).replacing("\"pid\":20", with: "\"pid\":[20]"),
    ] {
      let trace = ReadTrace(.tracexec, wrong + "\n")
      #expect(trace.foreignLines == 1 && trace.plain.isEmpty, "\(wrong)")
    }
  }
}
