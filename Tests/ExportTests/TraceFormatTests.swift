import Events
import Recording
import TUI
import TestSupport
import Testing
import Tree

@testable import Export

/// `otlp` and `perfetto`, read with the classes of their own projects.
@Suite struct TraceFormatTests {
  private let second = Story.second
  private let host = RecordedHost(name: "build7", boot: "3e1c5a52-0000-4000-8000-000000000001")

  // MARK: otlp

  @Test func `OpenTelemetry's classes read a span for each process`() throws {
    guard let lines = try Reader.read("otlp", Build.story.export(.otlp, host: host)) else { return }
    #expect(
      lines.first
        == "resource execsnoop_top.boot_id=\(hexadecimal("3e1c5a52-0000-4000-8000-000000000001")) "
        + "host.name=\(hexadecimal("build7")) os.type=\(hexadecimal("linux")) service.name=\(hexadecimal("execsnoop-top"))"
    )
    #expect(lines.dropFirst().first == "spans 3")
    let spans = lines.dropFirst(2).map { $0.split(separator: " ").map(String.init) }
    try #require(spans.count == 3)
    func wall(_ seconds: Int64) -> String { "\(Story.boot + seconds * 1_000_000_000)" }
    let identity = SpanIdentity(boot: host.boot)
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    #expect(Set(spans.map { $0[1] }) == [text(identity.trace(Build.make))])
    #expect(spans.map { $0[2] } == [Build.make, Build.shell, Build.sleep].map { text(identity.span($0)) })
    #expect(spans.map { $0[3] } == ["-", spans[0][2], spans[0][2]])
    #expect(spans.map { $0[4] } == ["10", "11", "12"])
    #expect(spans.map { $0[5] } == [wall(10), wall(11), wall(12)])
    #expect(spans.map { $0[6] } == [wall(16), wall(14), wall(16)])
    #expect(spans.map { $0[7] } == ["make", "cc", "sleep"].map { hexadecimal($0) })
    // An error has the status 2.
    #expect(spans.map { $0[8] } == ["2", "2", "0"])
    #expect(spans.map { $0[9] } == ["exit 2", "SIGSEGV", ""].map { hexadecimal($0) })
    #expect(spans[1][10] == [hexadecimal("cc"), hexadecimal("a b.c")].joined(separator: ","))
    let events = spans[1][11].split(separator: ",").map(String.init)
    #expect(
      events == [
        "\(hexadecimal("exec"))@\(Story.boot + 11_100_000_000)", "\(hexadecimal("exec"))@\(wall(13))",
        "\(hexadecimal("exec failed"))@\(wall(12))", "\(hexadecimal("exec failed"))@\(Story.boot + 12_000_000_005)",
      ])
  }

  @Test func `Ids are the same in every export and differ between machines`() {
    let here = SpanIdentity(boot: "a")
    let there = SpanIdentity(boot: "b")
    #expect(here.span(Build.make) == SpanIdentity(boot: "a").span(Build.make))
    var ids: Set<[UInt8]> = []
    for pid in Int32(1)...200 {
      for start in UInt64(1)...50 {
        let process = ProcessID(pid: pid, startTime: start)
        ids.formUnion([here.span(process), there.span(process), here.trace(process), there.trace(process)])
      }
    }
    #expect(ids.count == 40_000)
    #expect(ids.allSatisfy { [16, 32].contains($0.count) })
  }

  @Test func `A line has at most 5,000 spans`() throws {
    var story = Story()
    for pid in 1...Int32(12_000) {
      let facts = ProcessFacts(id: ProcessID(pid: pid, startTime: UInt64(pid)), parent: nil, comm: "a")
      story.add(.fork(ForkEvent(time: UInt64(pid), process: facts)))
    }
    guard let lines = try Reader.read("otlp", story.export(.otlp)) else { return }
    #expect(lines.filter { $0.hasPrefix("spans ") } == ["spans 5000", "spans 5000", "spans 2000"])
  }

  @Test(arguments: Seeds.first(12)) func `OpenTelemetry's classes read every hostile text`(seed: UInt64) throws {
    let story = HostileStory.story(seed: seed)
    guard let lines = try Reader.read("otlp", story.export(.otlp, host: host)) else { return }
    let input = story.input()
    let rows = ExportRows.rows(of: input.tree, matching: nil, within: nil)
    let spans = lines.filter { $0.hasPrefix("span ") }.map { $0.split(separator: " ").map(String.init) }
    try #require(spans.count == rows.count)
    for (row, span) in zip(rows, spans) {
      let node = try #require(input.tree[row.id])
      #expect(span[4] == "\(row.id.pid)")
      if node.isPlaceholder { continue }
      #expect(span[7] == hexadecimal(DisplayText(node.facts.comm).string), "\(seed)")
      // Arguments are exact, but for bytes that are not UTF-8.
      guard let image = node.image, !image.argvIsUnknown, image.title == nil else { continue }
      let arguments = image.argv.map { hexadecimal(String(decoding: $0, as: UTF8.self)) }
      #expect(span[10] == (arguments.isEmpty ? "" : arguments.joined(separator: ",")) || arguments.isEmpty, "\(seed)")
    }
  }

  // MARK: perfetto

  @Test func `Perfetto's schema reads tracks, programs, failures and a counter`() throws {
    guard let lines = try Reader.read("perfetto", Build.story.export(.perfetto)) else { return }
    func slice(
      _ track: Int, _ start: UInt64, _ end: String, _ name: String, _ command: String, _ exit: String
    ) -> String {
      "slice \(track) \(start) \(end) \(hexadecimal(name)) \(hexadecimal(command)) \(hexadecimal(exit))"
    }
    let s = second
    #expect(
      lines == [
        "clock 6=\(10 * s) 1=\(Story.boot + Int64(10 * s))",
        "counter 1 0 \(hexadecimal("Running processes"))",
        "track 2 0 \(hexadecimal("make 10"))", "track 3 2 \(hexadecimal("cc 11"))",
        "track 4 2 \(hexadecimal("sleep 12"))",
        "count \(10 * s) 1",
        "count \(11 * s) 2",
        slice(3, 11 * s, "\(11 * s + s / 10)", "fork", "", ""),
        "instant 3 \(12 * s) \(hexadecimal("ENOENT /opt/cc"))",
        "count \(12 * s) 3",
        "instant 3 \(12 * s + 5) \(hexadecimal("ENOENT /bin/cc"))",
        slice(4, 12 * s, "\(12 * s + s / 1000)", "fork", "", ""),
        slice(3, 11 * s + s / 10, "\(13 * s)", "sh", "sh -c 'cc \\'a b\\'.c'", ""),
        slice(3, 13 * s, "\(14 * s)", "cc", "cc 'a b.c'", "SIGSEGV"),
        "count \(14 * s) 2",
        slice(2, 10 * s, "\(16 * s)", "make", "make", "exit 2"),
        "count \(16 * s) 1",
        slice(4, 12 * s + s / 1000, "-", "sleep", "sleep 9", ""),
      ])
  }

  @Test(arguments: Seeds.first(12)) func `Perfetto's schema reads every hostile text`(seed: UInt64) throws {
    let story = HostileStory.story(seed: seed)
    guard let lines = try Reader.read("perfetto", story.export(.perfetto)) else { return }
    let input = story.input()
    let rows = ExportRows.rows(of: input.tree, matching: nil, within: nil)
    let tracks = lines.filter { $0.hasPrefix("track ") }
    #expect(
      tracks
        == rows.enumerated().map { index, row in
          let name = input.tree[row.id].map { $0.isPlaceholder ? "?" : DisplayText($0.facts.comm).string } ?? ""
          return "track \(index + 2) \(row.parent < 0 ? 0 : row.parent + 2) \(hexadecimal("\(name) \(row.id.pid)"))"
        }, "\(seed)")
    let failures = story.events.filter { if case .failedExec = $0.event { true } else { false } }
    #expect(lines.filter { $0.hasPrefix("instant ") }.count == failures.count, "\(seed)")
    let last = lines.last { $0.hasPrefix("count ") }?.split(separator: " ").last.map(String.init)
    let running = rows.filter { input.tree[$0.id].map { $0.isRunning && !$0.isPlaceholder } ?? false }.count
    #expect(last == nil || last == "\(running)", "\(seed)")
  }

  @Test func `The wire format has varints and nested messages`() {
    var writer = ProtobufWriter()
    writer.number(1, 300)
    writer.message(2) { inner in
      inner.text(1, [UInt8](repeating: 0x61, count: 200))
      inner.number(2, .max)
    }
    let text: [UInt8] = [0x0a, 0xc8, 0x01] + [UInt8](repeating: 0x61, count: 200)
    let number: [UInt8] = [0x10] + [UInt8](repeating: 0xff, count: 9) + [0x01]
    #expect(writer.bytes == [0x08, 0xac, 0x02, 0x12, 0xd6, 0x01] + text + number)
  }
}
