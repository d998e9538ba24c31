import Events
import Testing
import Tree
import TreeLines

/// Comma-separated values.
@Suite
struct TableTests {
  private func row(_ write: (inout CSVWriter) -> Void) -> String {
    var writer = CSVWriter()
    write(&writer)
    writer.endRow()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test(
    arguments: [
      ("plain text", "plain text"), ("a,b", "\"a,b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""), ("", ""),
      ("two\nlines\r", "two\\u000alines\\u000d"), ("\u{1b}[31m", "\\u001b[31m"), ("\u{9b}2J é 😀", "\\u009b2J é 😀"),
      ("=1+1", "'=1+1"), ("-bash", "'-bash"), ("@SUM(A1)", "'@SUM(A1)"), ("+1", "'+1"), ("＝1", "'＝1"),
      ("a=1", "a=1"), ("=\"x\",1", "\"'=\"\"x\"\",1\""), ("\t=1", "\\u0009=1"),
    ])
  func `A text is one field of one line`(text: String, field: String) {
    #expect(row { $0.append(text: Array(text.utf8)) } == "\(field)\r\n")
    #expect(row { writer in for _ in 0..<2 { writer.append(text: Array(text.utf8)) } } == "\(field),\(field)\r\n")
  }

  @Test func `Bytes that are not UTF-8 are replaced, and numbers are numbers`() {
    #expect(row { $0.append(text: [0x61, 0xff, 0x62]) } == "a\u{fffd}b\r\n")
    #expect(row { $0.append(number: -3) } == "-3\r\n")
    #expect(row { $0.append(seconds: 1_250_000_000) } == "1.25\r\n")
    #expect(row { $0.append(seconds: 7) } == "0.000000007\r\n")
    #expect(row { $0.append(seconds: 12_000_000_000) } == "12\r\n")
    #expect(row { $0.append(seconds: .max) } == "18446744073.709551615\r\n")
  }

  @Test func `A process is a row`() throws {
    let (top, child) = (ProcessID(pid: 7, startTime: 10), ProcessID(pid: 42, startTime: 1_000_000_000))
    let facts = ProcessFacts(
      id: child, parent: top, comm: "cc", uid: 1000,
      cgroup: RawBytes(utf8: "/system.slice/docker-\(String(repeating: "ab", count: 32)).scope"),
      user: "anna")
    let image = ProcessImage(
      time: 1_100_000_000, comm: "cc", file: "cc", exe: "/usr/bin/cc", cwd: "/tmp", argv: StringVector(["cc", "a,b"]))
    var tree = ProcessTree()
    _ = tree.apply(.fork(ForkEvent(time: child.startTime, process: facts)))
    _ = tree.apply(.exec(ExecEvent(process: facts, image: image)))
    var running = ProcessTable()
    running.append(try #require(tree[child]), depth: 1, isMatch: true, now: 3_500_000_000)
    _ = tree.apply(
      .exit(
        ExitEvent(
          time: 2_000_000_000, process: facts, status: ExitStatus(signal: 9),
          usage: ResourceUsage(userTime: 1_500_000_000, peakMemory: 4096, readBytes: 512))))
    var table = ProcessTable()
    table.wallOffset = 1_700_000_000_000_000_000
    table.append(try #require(tree[child]), depth: 1, isMatch: false, now: 9_000_000_000)
    table.append(try #require(tree[top]), depth: 0, isMatch: true, now: 9_000_000_000)
    let container = String(repeating: "ab", count: 32)
    let cgroup = "/system.slice/docker-\(container).scope"
    let rows = String(decoding: table.bytes, as: UTF8.self).split(separator: "\r\n")
    #expect(rows[0] == ProcessTable.columns.joined(separator: ",")[...])
    #expect(
      rows[1]
        == "42,7,2023-11-14 22:13:21.000,2023-11-14 22:13:22.000,1,SIGKILL,anna,\"cc a,b\",/tmp,/usr/bin/cc,cc,1000,1.5,4096,512,0,1,0,\(container),\(cgroup),1,0"
    )
    #expect(rows[2] == "7,0,2023-11-14 22:13:20.000,,,,,,,,,,,,,,0,0,,,0,1")
    #expect(
      String(decoding: running.bytes, as: UTF8.self).split(separator: "\r\n")[1].hasPrefix("42,7,,,2.5,running,anna,"))
    let counts = rows.map { row in row.count { $0 == "," } }
    #expect(counts[0] == counts[2] && counts[1] == counts[0] + 1)
  }
}
