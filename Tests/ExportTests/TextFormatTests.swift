import Events
import Filtering
import Recording
import TUI
import TestSupport
import Testing
import Tree
import TreeLines

@testable import Export

/// `csv`, `json`, `folded` and `dot`.
@Suite struct TextFormatTests {
  @Test func `The ending of a file names its format`() {
    for format in ExportFormat.allCases {
      for ending in format.endings { #expect(ExportFormat(ofFile: "a.b\(ending)") == format) }
    }
    #expect(ExportFormat(ofFile: "run.OTLP.JSON") == .otlp)
    #expect(ExportFormat(ofFile: "run.db") == nil)
    #expect(ExportFormat(ofFile: "csv") == nil)
  }

  // MARK: csv

  @Test func `A table has a record for each process`() throws {
    let records = String(decoding: Build.story.export(.csv), as: UTF8.self).split(separator: "\r\n").map(String.init)
    try #require(records.count == 4)
    #expect(records[0] == TableWriter.columns.joined(separator: ","))
    let head = #"0,,0,1,10,,10000000000,2026-03-01T18:05:18.000000000Z,exited,make,make,"[""make""]",/usr/bin/make,"#
    let user = "/usr/bin/x,/src,1000,1000,0,anna,,/user.slice,7,10"
    let usage = "500000000,300000000,200000000,1048576,0,0,0,0"
    #expect(records[1] == "\(head)\(user),10,0,0,,2,,,,6000000000,\(usage),proc,,")
    let second =
      #"1,0,1,1,11,10,11000000000,2026-03-01T18:05:19.000000000Z,exited,cc,cc 'a b.c',"[""cc"",""a b.c""]","#
    #expect(records[2] == "\(second)/usr/bin/cc,\(user),11,2,2,ENOENT,,SIGSEGV,0,,3000000000,\(usage),,,")
    let third =
      #"2,0,1,1,12,10,12000000000,2026-03-01T18:05:20.000000000Z,running,sleep,sleep 9,"[""sleep"",""9""]","#
    #expect(records[3] == "\(third)/usr/bin/sleep,\(user),12,1,0,,,,,,4000000000,,,,,,,,,,,")
  }

  /// Text as a cell has it, with the apostrophe before what a spreadsheet takes for a formula.
  private func cell(_ text: DisplayText) -> String {
    let first = text.utf8.first.map { Character(Unicode.Scalar($0)) }
    return hexadecimal((["=", "+", "-", "@", "'"].contains(first) ? "'" : "") + text.string)
  }

  @Test(arguments: Seeds.first(12)) func `Python's csv reads every hostile text exactly`(seed: UInt64) throws {
    let story = HostileStory.story(seed: seed)
    guard let lines = try Reader.read("csv", story.export(.csv)) else { return }
    let columns = lines[0].split(separator: " ").map(String.init)
    #expect(columns == TableWriter.columns)
    let input = story.input()
    let rows = ExportRows.rows(of: input.tree, matching: nil, within: nil)
    try #require(lines.count == rows.count + 1)
    for (row, line) in zip(rows, lines.dropFirst()) {
      let values = line.split(separator: " ").map(String.init)
      let cells = Dictionary(uniqueKeysWithValues: zip(columns, values))
      let node = try #require(input.tree[row.id])
      #expect(cells["pid"] == hexadecimal("\(row.id.pid)"))
      if node.isPlaceholder { continue }
      #expect(cells["comm"] == cell(DisplayText(node.facts.comm)), "\(seed)")
      for (name, text) in [
        ("exe", node.image?.exe), ("file", node.image?.file), ("cwd", node.image?.cwd), ("user", node.facts.user),
        ("cgroup", node.facts.cgroup),
      ] {
        #expect(cells[name] == cell(text.map { DisplayText($0) } ?? ""), "\(seed) \(name)")
      }
      #expect(cells["dur"] == hexadecimal("\(node.runTime(now: input.times?.upperBound ?? 0))"))
    }
  }

  // MARK: json

  @Test func `The lines are those of a tree`() throws {
    let story = Build.story
    let filter = try Filter.parse("comm=cc")
    var encoder = JSONLineEncoder(wallOffset: Story.boot)
    let tree = story.input().tree
    for (id, depth) in [(Build.make, 0), (Build.shell, 1)] {
      encoder.append(
        try #require(tree[id]), depth: depth, isMatch: id == Build.shell, now: 16 * Story.second)
    }
    #expect(story.export(.json) { $0.filter = filter } == encoder.bytes)
  }

  @Test(arguments: Seeds.first(8)) func `Python's json reads every line`(seed: UInt64) throws {
    let story = HostileStory.story(seed: seed)
    guard let lines = try Reader.read("json", story.export(.json)) else { return }
    let rows = ExportRows.rows(of: story.input().tree, matching: nil, within: nil)
    #expect(
      lines.map { $0.split(separator: " ").prefix(3).joined(separator: " ") }
        == rows.map { "\($0.id.pid) \($0.id.startTime) \($0.depth)" })
  }

  // MARK: folded

  @Test func `Stacks are weighted by run time without that of children, CPU time or number`() {
    func stacks(_ weight: StackWeight) -> String {
      String(decoding: Build.story.export(.folded) { $0.weight = weight }, as: UTF8.self)
    }
    // make ran 10 to 16 s and had children from 11 s on; the sleep still runs.
    #expect(stacks(.time) == "make 1000000\nmake;cc 3000000\nmake;sleep 4000000\n")
    #expect(stacks(.cpu) == "make 500000\nmake;cc 500000\n")
    #expect(stacks(.count) == "make 1\nmake;cc 1\nmake;sleep 1\n")
  }

  @Test(arguments: Seeds.first(40)) func `Every stack is one line of names and a number`(seed: UInt64) {
    let story = HostileStory.story(seed: seed)
    let input = story.input()
    let rows = ExportRows.rows(of: input.tree, matching: nil, within: nil)
    var names: [String] = []
    var counts: [String: Int] = [:]
    for row in rows {
      let node = input.tree[row.id]
      let comm = node?.facts.comm ?? ""
      let name =
        node?.isPlaceholder ?? true
        ? "?"
        : comm.isEmpty
          ? "''"
          : DisplayText(comm).string.split(separator: ";", omittingEmptySubsequences: false).joined(separator: "\\x3b")
      names.append(row.parent < 0 ? name : names[Int(row.parent)] + ";" + name)
      counts[names[names.count - 1], default: 0] += 1
    }
    let text = String(decoding: story.export(.folded) { $0.weight = .count }, as: UTF8.self)
    var read: [String: Int] = [:]
    for line in text.split(separator: "\n") {
      let space = line.lastIndex(of: " ") ?? line.startIndex
      read[String(line[..<space])] = Int(line[line.index(after: space)...])
    }
    #expect(read == counts, "\(seed)")
  }

  @Test func `A chain of 20,000 processes has a bounded stack`() {
    var story = Story()
    for pid in 1...Int32(20_000) {
      let parent = pid == 1 ? nil : ProcessID(pid: pid - 1, startTime: UInt64(pid - 1))
      story.add(
        .fork(
          ForkEvent(
            time: UInt64(pid),
            process: ProcessFacts(id: ProcessID(pid: pid, startTime: UInt64(pid)), parent: parent, comm: "a"))))
    }
    let lines = String(decoding: story.export(.folded) { $0.weight = .count }, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == StackWriter.depthLimit)
    #expect(lines.last?.hasSuffix(" \(20_000 - StackWriter.depthLimit + 1)") ?? false)
    for format in ExportFormat.allCases { #expect(!story.export(format) { $0.weight = .count }.isEmpty) }
  }

  @Test func `What a trace does not tell is left out of tables, graphs and pages`() throws {
    let table = String(decoding: Build.untimed.export(.csv), as: UTF8.self).split(separator: "\r\n")
    let names = table[0].split(separator: ",", omittingEmptySubsequences: false)
    let cells = try #require(table.dropFirst().first).split(separator: ",", omittingEmptySubsequences: false)
    let unknown = zip(names, cells).filter { $0.1.isEmpty }.map { String($0.0) }
    for name in ["dur", "cpu", "utime", "stime", "mem", "minflt", "majflt", "rbytes", "wbytes"] {
      #expect(unknown.contains(name), "\(name): \(table)")
    }
    let graph = String(decoding: Build.untimed.export(.dot), as: UTF8.self)
    #expect(graph.contains(#"n0 [label="cc 12\ncc x\nexit 3""#), "\(graph)")
    let page = String(decoding: Build.untimed.export(.html), as: UTF8.self)
    #expect(page.contains(",-1,-1,") && page.contains("no-times"))
  }

  // MARK: dot

  @Test func `A graph has a node for each process and an edge from each parent`() {
    let graph = String(decoding: Build.story.export(.dot), as: UTF8.self)
    #expect(graph.hasPrefix("digraph processes {\n") && graph.hasSuffix("}\n"))
    #expect(graph.contains(##"n1 [label="cc 11\ncc 'a b.c'\n3.00 s, SIGSEGV", fillcolor="#ffebe9""##))
    #expect(graph.contains("n0 -> n1;") && graph.contains("n0 -> n2;"))
  }

  @Test(arguments: Seeds.first(12)) func `Graphviz reads every hostile label`(seed: UInt64) throws {
    guard Reader.isThere("/usr/bin/dot") else { return }
    let story = HostileStory.story(seed: seed)
    let scratch = Scratch()
    try Reader.save(story.export(.dot), as: scratch["graph"])
    // `plain` has each node on one line, with its label as it was read.
    let result = try Reader.run(["/usr/bin/dot", "-Tplain", "-y", scratch["graph"]])
    #expect(result.status == 0 && result.errors.isEmpty, "\(seed): \(result.errors)")
    let rows = ExportRows.rows(of: story.input().tree, matching: nil, within: nil)
    let lines = lines(of: result.output)
    #expect(lines.filter { $0.hasPrefix("node ") }.count == rows.count)
    #expect(lines.filter { $0.hasPrefix("edge ") }.count == rows.filter { $0.parent >= 0 }.count)
  }
}
