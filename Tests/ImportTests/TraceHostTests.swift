import Events
import Testing

@testable import Recording

/// The machines that traces of other programs name.
@Suite
struct TraceHostTests {
  /// The lines of a machine in a format: a process that starts, and one that ends.
  /// - Parameter second: when they begin. The clocks of machines differ.
  private func lines(_ format: TraceFormat, _ node: String, second: Int) -> [String] {
    func time(_ more: Int) -> String { "2026-11-30T05:58:\(second + more).500000000Z" }
    func wall(_ more: Int) -> Int { 1_700_000_000 + second + more }
    switch format {
    case .tetragon:
      let id = TetragonImporterTests.encoded("\(node):\(second)000000000:20")
      let process =
        #"{"exec_id":"\#(id)","pid":20,"uid":0,"cwd":"/","binary":"/bin/ls","flags":"execve","start_time":"\#(time(0))"}"#
      return [
        #"{"process_exec":{"process":\#(process)},"node_name":"\#(node)","time":"\#(time(0))"}"#,
        #"{"process_exit":{"process":\#(process),"status":3},"node_name":"\#(node)","time":"\#(time(2))"}"#,
      ]
    case .audit:
      let rest = "arch=c000003e a0=3 ppid=10 uid=0 comm=\"sh\" exe=\"/bin/sh\""
      return [
        "node=\(node) type=SYSCALL msg=audit(\(wall(0)).100:7): \(rest) syscall=57 success=yes exit=20 pid=10",
        "node=\(node) type=SYSCALL msg=audit(\(wall(2)).100:8): \(rest) syscall=231 pid=20",
      ]
    case .laurel:
      let rest = #""arch":"0xc000003e","ppid":10,"uid":0,"comm":"sh","ARGV":["0x3"]"#
      return [
        #"{"ID":"\#(wall(0)).100:7","NODE":"\#(node)","SYSCALL":{\#(rest),"syscall":57,"success":"yes","exit":20,"pid":10}}"#,
        #"{"ID":"\#(wall(2)).100:8","NODE":"\#(node)","SYSCALL":{\#(rest),"syscall":231,"pid":20}}"#,
      ]
    case .ecs:
      func document(_ more: Int, _ action: String) -> String {
        #"{"@timestamp":"\#(time(more))","ecs":{"version":"8"},"event":{"category":["process"],"action":"\#(action)"},"#
          + #""host":{"name":"\#(node)"},"process":{"pid":20,"entity_id":"A","name":"ls","start":"\#(time(0))","exit_code":3}}"#
      }
      return [document(0, "fork"), document(2, "end")]
    case .sysmon:
      func event(_ more: Int, _ id: Int) -> String {
        "<Event><System><Provider Name=\"Linux-Sysmon\"/><EventID>\(id)</EventID><TimeCreated SystemTime=\"\(time(more))\"/>"
          + "<Computer>\(node)</Computer></System><EventData><Data Name=\"ProcessId\">20</Data>"
          + "<Data Name=\"Image\">/bin/ls</Data></EventData></Event>"
      }
      return [event(0, 1), event(2, 5)]
    default: return []
    }
  }

  private static let formats: [TraceFormat] = [.tetragon, .audit, .laurel, .ecs, .sysmon]

  private func read(_ format: TraceFormat, _ lines: [String]) -> ReadTrace {
    ReadTrace(format, lines.map { $0 + "\n" }.joined())
  }

  @Test(arguments: formats) func `One stream of two machines has the events of two streams`(format: TraceFormat) {
    // The second one's clock is behind, and its lines come between those of the first.
    let (first, second) = (lines(format, "web-1", second: 20), lines(format, "web-2", second: 11))
    let both = read(format, [first[0], second[0], first[1], second[1]])
    #expect(both.foreignLines == 0)
    for (name, lines) in [("web-1", first), ("web-2", second)] {
      let alone = read(format, lines)
      #expect(alone.events.count >= 2 && alone.foreignLines == 0)
      #expect(alone.events.allSatisfy { $0.host == RecordedHost(name: RawBytes(utf8: name), boot: "") })
      #expect(both.events.filter { $0.host?.name == RawBytes(utf8: name) } == alone.events, "\(name)")
    }
    // Merged they are the same too.
    func merged(_ sources: [[RecordedEvent]]) -> Set<RecordedEvent> {
      var merge = EventMerge(sources.indices.map { MergeSource(name: RawBytes(utf8: "\($0)")) })
      for (index, events) in sources.enumerated() {
        merge.add(events, to: index, at: 0)
        merge.end(index)
      }
      var result: [RecordedEvent] = []
      merge.take(at: 0, into: &result)
      let hosts = result.compactMap { if case .host(let host) = $0.event { host } else { nil } }
      #expect(hosts.map(\.name) == ["web-1", "web-2"] && hosts.allSatisfy(\.isOneOfSeveral))
      return Set(result.filter { if case .host = $0.event { false } else { true } })
    }
    #expect(merged([both.events]) == merged([read(format, first).events, read(format, second).events]))
  }

  @Test(arguments: formats) func `A stream without a name has no machine`(format: TraceFormat) {
    var lines = lines(format, "web-1", second: 20)
    for index in lines.indices {
      for name in [#""node_name":"web-1","#, "node=web-1 ", #""NODE":"web-1","#, #""name":"web-1""#, "web-1"] {
        lines[index] = lines[index].replacing(name, with: "")
      }
    }
    let trace = read(format, lines)
    #expect(trace.events.count >= 2 && trace.events.allSatisfy { $0.host == nil })
  }

  @Test func `A name may have any bytes, but not any number of them`() {
    for name in [#"\u001b[31m"#, #"a\u0000b"#, #"web-1 (its stream ended)"#, "\u{202e}x"] {
      let trace = read(.tetragon, lines(.tetragon, name, second: 20))
      #expect(trace.events.count == 2 && trace.events.allSatisfy { $0.host?.name.isEmpty == false }, "\(name)")
    }
    for format in Self.formats {
      let name = String(repeating: "a", count: 100_000)
      let trace = read(format, lines(format, name, second: 20) + lines(format, "web-1", second: 21))
      #expect(trace.foreignLines == 2, "\(format)")
      #expect(trace.events.allSatisfy { $0.host?.name == "web-1" } && !trace.events.isEmpty, "\(format)")
    }
  }
}
