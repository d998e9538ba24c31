import Events
import Filtering
import Recording
import TestSupport
import Testing
import Tree

@testable import Export

/// Exports of two machines that have the same pids and start times.
@Suite struct HostTests {
  /// The processes of `Build.story` on two machines. - Parameter names: those of the machines.
  private func two(_ names: [RawBytes] = ["web", "db"]) -> Story {
    var story = Story()
    for (number, name) in names.enumerated() {
      let boot = RawBytes(utf8: "boot-\(number)")
      story.add(.host(HostEvent(time: 1, number: UInt16(number), name: name, boot: boot, isOneOfSeveral: true)))
    }
    for number in names.indices {
      for event in Build.story.events {
        var event = event.event
        event.shift(by: HostShift(host: UInt16(number), nanoseconds: 0))
        story.add(event)
      }
    }
    return story
  }

  private func text(_ format: ExportFormat, _ change: (inout ExportOptions) -> Void = { _ in }) -> String {
    String(decoding: two().export(format, change), as: UTF8.self)
  }

  @Test func `A table has the machine of each process, and a row for each machine`() {
    let records = text(.csv).split(separator: "\r\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(records.count == 9)
    // Row, row of the parent, depth, pid.
    #expect(
      records.dropFirst().map { [$0[0], $0[1], $0[2], $0[4]] } == [
        ["0", "", "0", ""], ["1", "0", "1", "10"], ["2", "1", "2", "11"], ["3", "1", "2", "12"],
        ["4", "", "0", ""], ["5", "4", "1", "10"], ["6", "5", "2", "11"], ["7", "5", "2", "12"],
      ])
    #expect(
      records.dropFirst().map { $0.suffix(2).joined(separator: " ") }
        == Array(repeating: "web boot-0", count: 4) + Array(repeating: "db boot-1", count: 4))
    // A machine is no process.
    #expect(records[1][5] == "" && records[1][6] == "" && records[1][8] == "host" && records[2][5] == "")
    let filtered = text(.csv) { $0.filter = try? .parse("host:db comm:sleep") }.split(separator: "\r\n")
    #expect(filtered.count == 4 && filtered.dropFirst().allSatisfy { $0.hasSuffix(",db,boot-1") })
    #expect(Exporter(two().input(), ExportOptions(format: .csv)).count == 6)
  }

  @Test func `Lines have the machine`() {
    let lines = text(.json).split(separator: "\n")
    #expect(lines.count == 8)
    for (host, lines) in [("web", lines.prefix(4)), ("db", lines.suffix(4))] {
      #expect(lines.allSatisfy { $0.contains(#""host":"\#(host)""#) })
      #expect(lines.dropFirst().allSatisfy { !$0.contains(#""pid":0,"#) && !$0.contains(#""pstart":0"#) })
    }
  }

  @Test func `Stacks begin with the machine`() {
    func stacks(_ names: [RawBytes], _ weight: StackWeight) -> [String] {
      let bytes = two(names).export(.folded) { $0.weight = weight }
      return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
    #expect(
      stacks(["web", "db"], .count) == [
        "web;make 1", "web;make;cc 1", "web;make;sleep 1", "db;make 1", "db;make;cc 1", "db;make;sleep 1",
      ])
    #expect(stacks(["web", "db"], .time).filter { !$0.contains("make") } == [])
    // Long names, and one that would end a frame.
    let long = ["a-machine-with-a-long-name-1", "a-machine-with-a-long-name-2;x 9"]
    let names = Set(stacks(long.map { RawBytes(utf8: $0) }, .count).map { $0.split(separator: ";")[0] })
    #expect(names == ["a-machine-with-a-long-name-1", #"a-machine-with-a-long-name-2\x3bx 9"#])
  }

  @Test func `Edges of a graph stay within a machine`() {
    let graph = text(.dot)
    #expect(
      graph.split(separator: "\n").filter { $0.contains("->") }.map { $0.filter { $0 != " " } } == [
        "n0->n1;", "n1->n2;", "n1->n3;", "n4->n5;", "n5->n6;", "n5->n7;",
      ])
    #expect(graph.contains(#"n0 [label="host web""#) && graph.contains(#"n4 [label="host db""#))
  }

  @Test func `A page has a row for each machine`() {
    let page = text(.html)
    #expect(page.contains(#"{"host":"2 hosts""#))
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("[") && $0.contains(",") }
    let parents = rows.compactMap { $0.dropFirst().split(separator: ",").first.flatMap { Int($0) } }
    #expect(parents == [-1, 0, 1, 1, -1, 4, 5, 5])
    #expect(rows.filter { $0.hasPrefix("[-1,0,0,0,5,") }.count == 2)
  }

  @Test func `Spans of two machines have their own resources and ids`() throws {
    guard let lines = try Reader.read("otlp", two().export(.otlp)) else { return }
    let resources = lines.filter { $0.hasPrefix("resource ") }
    #expect(resources.count == 2)
    for (line, name) in zip(resources, ["web", "db"]) {
      let number = name == "web" ? 0 : 1
      #expect(line.contains("host.name=\(hexadecimal(name))") && line.contains(hexadecimal("boot-\(number)")))
    }
    let spans = lines.filter { !$0.hasPrefix("resource") && !$0.hasPrefix("spans") }
      .map { $0.split(separator: " ").map(String.init) }
    try #require(spans.count == 6)
    #expect(Set(spans.map { $0[2] }).count == 6 && Set(spans.map { $0[1] }).count == 2)
    for machine in [spans.prefix(3), spans.suffix(3)] {
      let first = machine[machine.startIndex]
      #expect(machine.map { $0[3] } == ["-", first[2], first[2]] && Set(machine.map { $0[1] }).count == 1)
    }
  }

  @Test func `Tracks of processes are below that of their machine`() throws {
    guard let lines = try Reader.read("perfetto", two().export(.perfetto)) else { return }
    let tracks = lines.filter { $0.hasPrefix("track ") }
    #expect(
      tracks == [
        "track 2 0 \(hexadecimal("host web"))", "track 3 2 \(hexadecimal("make 10"))",
        "track 4 3 \(hexadecimal("cc 11"))", "track 5 3 \(hexadecimal("sleep 12"))",
        "track 6 0 \(hexadecimal("host db"))", "track 7 6 \(hexadecimal("make 10"))",
        "track 8 7 \(hexadecimal("cc 11"))", "track 9 7 \(hexadecimal("sleep 12"))",
      ])
    // A machine has no slices.
    let alone = try Reader.read("perfetto", Build.story.export(.perfetto)) ?? []
    #expect(lines.filter { $0.hasPrefix("slice") }.count == 2 * alone.filter { $0.hasPrefix("slice") }.count)
  }

  @Test func `The machine of lines is that of an export`() {
    var story = Story()
    story.add(.host(HostEvent(time: 1, number: 0, name: "web", boot: "b")))
    for event in Build.story.events { story.add(event.event) }
    let table = String(decoding: story.export(.csv), as: UTF8.self).split(separator: "\r\n")
    #expect(table.count == 4 && table.dropFirst().allSatisfy { $0.hasSuffix(",web,b") })
  }
}
