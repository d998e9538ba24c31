import Events
import Testing

@testable import Recording

/// Process events in the Elastic Common Schema, by hand.
@Suite
struct ECSImporterTests {
  private func document(_ second: Int, _ event: String, _ process: String, _ more: String = "") -> String {
    #"{"@timestamp":"2026-11-30T05:58:\#(second).000Z","ecs":{"version":"8.11.0"},"event":{"category":["process"],\#(event)},"#
      + #""host":{"name":"web-1"},"process":{\#(process)}\#(more)}"# + "\n"
  }

  private let fork = #""action":"fork","type":["start"]"#
  private let exec = #""action":"exec","type":["start"]"#
  private let end = #""action":"end","type":["end"]"#
  private let parent =
    #""parent":{"pid":10,"entity_id":"P","executable":"/bin/bash","name":"bash","args":["-bash"],"start":"2026-11-30T05:00:00Z"}"#

  private func process(_ id: String, _ more: String = "") -> String {
    #""pid":20,"entity_id":"\#(id)","name":"ls","executable":"/usr/bin/ls","args":["ls","a b",""],"#
      + #""working_directory":"/srv","user":{"id":"1000","name":"dev"},"real_user":{"id":1001},"group":{"id":"100"},"#
      + #""start":"2026-11-30T05:58:50.500Z","group_leader":{"pid":20},"session_leader":{"pid":9},"#
      + #""env_vars":["A=1","B=2"],\#(parent)\#(more)"#
  }

  @Test func `Endpoint's fork, exec and end of one process`() throws {
    let trace = ReadTrace(
      .ecs,
      document(51, fork, process("A")) + document(52, exec, process("A"))
        + document(53, end, process("A", #","exit_code":3"#)))
    #expect(trace.foreignLines == 0)
    #expect(trace.plain.map(\.line) == ["exist 10", "fork 20", "exec 20", "exit 20 768"])
    #expect(Set(trace.plain.dropFirst().map { $0.process?.id }).count == 1)
    let facts = try #require(trace.plain[2].process)
    #expect(facts.uid == 1001 && facts.euid == 1000 && facts.gid == 100 && facts.user == "dev" && facts.comm == "ls")
    #expect(facts.session == 9 && facts.processGroup == 20 && facts.parent?.pid == 10)
    let image = try #require(trace.plain[2].image)
    #expect(trace.plain[2].arguments == ["ls", "a b", ""] && image.cwd == "/srv" && image.marks == [])
    #expect(image.env.map { $0.map { String(decoding: $0, as: UTF8.self) } } == ["A=1", "B=2"])
    #expect(trace.plain[0].arguments == ["-bash"] && trace.plain[0].process?.comm == "bash")
    // 58 minutes before: processes may have started before the first line.
    #expect(trace.plain[1].time - (trace.plain[0].process?.id.startTime ?? 0) == 3531_000_000_000)
  }

  @Test func `One document of a whole life, and an exec by a process that a parent of the same pid names`() {
    let all = #""action":["fork","exec","end"],"type":["start","end"]"#
    let whole = ReadTrace(.ecs, document(51, all, process("A", #","exit_code":0"#)))
    #expect(whole.plain.map(\.line) == ["exist 10", "fork 20", "exec 20", "exit 20 0"])
    let again =
      #""pid":20,"entity_id":"B","executable":"/usr/bin/id","args":["id"],"parent":{"pid":20,"entity_id":"A"}"#
    let trace = ReadTrace(.ecs, document(51, exec, process("A")) + document(52, exec, again) + document(53, end, again))
    // The first line tells when the process started.
    #expect(trace.plain.map(\.line) == ["exist 10", "fork 20", "exec 20", "exec 20", "lost 0 0 [20]"])
    #expect(trace.plain[2].process?.id == trace.plain[3].process?.id)
  }

  @Test func `Dotted names, names in part dotted, and _source give the same`() {
    let nested = ReadTrace(.ecs, document(51, exec, #""pid":20,"entity_id":"A","args":["ls"],"parent":{"pid":10}"#))
    #expect(nested.plain.map(\.line) == ["exec 20"])
    for text in [
      #"{"@timestamp":"2026-11-30T05:58:51.000Z","ecs.version":"8","event.category":"process","event.action":"exec","event.type":"start","host.name":"web-1","process.pid":20,"process.entity_id":"A","process.args":["ls"],"process.parent.pid":10}"#,
      #"{"_index":"logs","_source":{"@timestamp":"2026-11-30T05:58:51.000Z","event":{"category":["process"],"action":"exec"},"host.name":"web-1","process":{"pid":20,"entity_id":"A","args":["ls"],"parent.pid":10}}}"#,
    ] {
      #expect(ReadTrace(.ecs, text + "\n").events == nested.events, "\(text)")
      #expect(ReadTrace(.ecs, "[\n\(text),\n\(text)\n]\n").foreignLines == 0)
    }
  }

  @Test func `Auditbeat's processes are found by reading /proc`() {
    let started = document(
      51, #""action":"process_started","kind":"event","type":["start"]"#,
      #""pid":20,"ppid":10,"entity_id":"A","name":"ls","args":["ls"],"start":"2026-11-30T05:58:50.500Z""#,
      #","user":{"id":"0","name":"root","audit":{"id":"1000"}}"#)
    let stopped = document(60, #""action":"process_stopped","type":["end"]"#, #""pid":20,"entity_id":"A""#)
    let existing = document(
      51, #""action":"existing_process","kind":"state","type":["info"]"#, #""pid":30,"entity_id":"E","name":"init""#)
    let trace = ReadTrace(.ecs, existing + started + stopped)
    #expect(trace.plain.map(\.line) == ["exist 30", "fork 20", "exist 20", "lost 0 0 [20]"])
    #expect(trace.plain[2].image?.marks.contains(.fromProc) == true)
    #expect(trace.plain[2].process?.auditUID == 1000 && trace.plain[2].process?.parent?.pid == 10)
  }

  @Test func `Auditbeat's audit data has failed execs too`() {
    let failed = document(
      51, #""action":"executed","outcome":"failure","type":["start"]"#,
      #""pid":20,"parent":{"pid":10},"executable":"/bin/sh","name":"sh","working_directory":"/srv""#,
      #","auditd":{"data":{"syscall":"execve","exit":"ENOENT","tty":"pts1"}},"user":{"id":"5"}"#)
    let done = document(
      52, #""action":"executed","outcome":"success","type":["start"]"#,
      #""pid":20,"parent":{"pid":10},"executable":"/bin/ls","name":"ls","args":["ls"]"#,
      #","auditd":{"data":{"syscall":"execve"}}"#)
    let trace = ReadTrace(.ecs, failed + done)
    #expect(trace.plain.map(\.line) == ["fail 20 2", "exec 20"])
    #expect(trace.plain[0].image?.exe.isEmpty == true && trace.plain[0].process?.tty == "pts/1")
    #expect(trace.plain[0].process?.comm == "sh" && trace.plain[0].process?.uid == 5)
  }

  @Test func `A command line is split where there is no list, and codes that are no status are unknown`() {
    let trace = ReadTrace(
      .ecs,
      document(51, exec, #""pid":20,"entity_id":"A","command_line":"sh -c \"a b\"","user":{"id":"S-1-5-18"}"#)
        + document(52, end, #""pid":20,"entity_id":"A","exit_code":3221225477"#))
    #expect(trace.plain.map(\.line) == ["exec 20", "lost 0 0 [20]"])
    #expect(trace.plain[0].arguments == ["sh", "-c", "a b"])
    #expect(trace.plain[0].image?.marks.contains(.reconstructed) == true)
    #expect(trace.plain[0].process?.uid == ProcessFacts.unknownID)
  }

  @Test func `Documents about other things are read over, and wrong ones counted`() {
    let session =
      #"{"@timestamp":"2026-11-30T05:58:51Z","event":{"category":["session"],"type":["start"]},"process":{"pid":20}}"#
    let network = #"{"@timestamp":"2026-11-30T05:58:51Z","event":{"category":["network"],"action":"connected"}}"#
    let over = ReadTrace(.ecs, "\(session)\n\(network)\n")
    #expect(over.plain.isEmpty && over.foreignLines == 0)
    for wrong in [
      "{}", "text", #"{"@timestamp":"x"}"#, #"{"@timestamp":1}"#, document(51, exec, #""pid":"x""#),
      document(51, exec, #""pid":0"#),
      document(51, exec, #""pid":20,"args":[1]"#), document(51, exec, #""pid":20,"start":5"#),
    ] {
      let trace = ReadTrace(.ecs, wrong.hasSuffix("\n") ? wrong : wrong + "\n")
      #expect(trace.foreignLines == 1 && trace.plain.isEmpty, "\(wrong)")
    }
  }

  @Test func `The first document tells the format`() {
    #expect(FormatGuess(Array(document(51, exec, process("A")).utf8), isWhole: false) == .trace(.ecs))
  }
}
