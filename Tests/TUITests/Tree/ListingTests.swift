import Events
import Filtering
import Testing
import Tree

@testable import TUI

/// Listings.
@Suite
struct ListingTests {
  private func tree(_ story: Story) -> ProcessTree {
    var tree = ProcessTree()
    for event in story.events { _ = tree.apply(event) }
    return tree
  }

  private func lines(
    _ tree: ProcessTree, _ filter: String? = nil, below root: ProcessID? = nil, now: UInt64, glyphs: Glyphs = .utf8
  ) throws -> [String] {
    let filter = try filter.map { try Filter.parse($0) }
    var lines: [String] = []
    TreeListing(of: tree, matching: filter, below: root, now: now, glyphs: glyphs).forEachLine { line in
      lines.append(line.runs.map(\.text.string).joined())
      return true
    }
    return lines
  }

  /// make, with a compiler that failed, a shell in between and one that still runs.
  private func build() -> (story: Story, make: ProcessID) {
    var story = Story()
    let shell = story.id(900, at: 100)
    story.existing(shell, nil, ["bash"])
    let make = story.fork(1000, from: shell, comm: "bash")
    story.exec(make, shell, story.image(["make", "all"], exe: "/usr/bin/make"))
    let sh = story.fork(1001, from: make, comm: "make")
    story.exec(sh, make, story.image(["/bin/sh", "-c", "cc a.c"]))
    let cc = story.fork(1002, from: sh, comm: "sh")
    story.fail(cc, sh, comm: "sh", ["/opt/cc", "a.c"], errno: 2)
    story.exec(cc, sh, story.image(["cc", "a b.c"]))
    story.pass(1500 * Story.millisecond)
    story.exit(cc, sh, comm: "cc", ExitStatus(code: 1))
    story.exit(sh, make, comm: "sh", ExitStatus(signal: 11))
    let last = story.fork(1003, from: make, comm: "make")
    story.exec(last, make, story.image(["sleep", "9"]))
    story.pass(500 * Story.millisecond)
    return (story, make)
  }

  @Test func `The tree below a process, with its guides`() throws {
    let (story, make) = build()
    #expect(
      try lines(tree(story), below: make, now: story.now) == [
        "  PID    TIME  STATUS     COMMAND",
        " 1000    2.0s  ● running  make all",
        " 1001    1.5s  ✗ SIGSEGV  ├─ /bin/sh -c 'cc a.c'",
        " 1002    1.5s  ✗ exit 1   │ └─ cc 'a b.c'  (1 try before an exec)",
        " 1003   500ms  ● running  └─ sleep 9",
      ])
  }

  /// The file stands where argv[0] shows nothing, and the comm where there is no file either.
  @Test func `A program with an empty argv[0] has a name all the same`() throws {
    var story = Story()
    let shell = story.id(900, at: 100)
    story.existing(shell, nil, ["bash"])
    for (pid, file) in [(1001, "/opt/a tool"), (1002, "")] as [(Int32, String)] {
      let child = story.fork(pid, from: shell, comm: "bash")
      story.exec(
        child, shell,
        ProcessImage(time: story.now, comm: "tool", file: RawBytes(utf8: file), argv: StringVector(["", "-x", ""])))
    }
    let rows = try lines(tree(story), below: shell, now: story.now)
    #expect(
      rows.dropFirst(2).map { $0.drop { $0 != "├" && $0 != "└" } } == ["├─ '/opt/a tool' -x ''", "└─ tool -x ''"])
  }

  @Test func `The indentation of a chain has an end, and says how many levels are left out`() throws {
    var story = Story()
    var last = story.id(2000, at: 100)
    story.existing(last, nil, ["bash"])
    for pid in 2001...2040 as ClosedRange<Int32> { last = story.fork(pid, from: last, comm: "bash") }
    let lines = try lines(tree(story), now: story.now).dropFirst().map { $0.drop { $0 != "●" && $0 != "✦" } }
    let blank = { String(repeating: "  ", count: $0) }
    #expect(lines.count == 41)
    #expect(lines[32].contains("running  " + blank(31) + "└─ (forked) bash"))
    #expect(lines[33].contains("running  …       6 " + blank(26) + "└─ (forked) bash"))
    #expect(lines[40].contains("running  …      13 " + blank(26) + "└─ (forked) bash"))
    // All that stand deeper begin in one column.
    #expect(Set(lines[32...].map { $0.prefix { $0 != "└" }.count }).count == 1)
    #expect(Indentation(columns: 45).levels == 11 && Indentation(columns: 4).levels == 8)
  }

  @Test func `Without UTF-8, and with all above`() throws {
    let (story, _) = build()
    let lines = try lines(tree(story), now: story.now, glyphs: .ascii)
    #expect(lines.count == 6 && lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } })
    #expect(lines[1].hasSuffix("* running  bash") && lines[2].hasSuffix("* running  `- make all"))
    #expect(lines[4].hasSuffix("x exit 1     | `- cc 'a b.c'  (1 try before an exec)"))
  }

  @Test func `A filter leaves those above, dimmed`() throws {
    let (story, make) = build()
    let filter = try Filter.parse("comm=cc")
    var styles: [Set<Role>] = []
    TreeListing(of: tree(story), matching: filter, below: make, now: story.now, glyphs: .utf8).forEachLine { line in
      styles.append(Set(line.runs.map(\.style.role)))
      return true
    }
    #expect(styles.count == 4)
    #expect(styles[1] == [.dim] && styles[2].isSubset(of: [.dim, .treeGuide]))
    #expect(styles[3].contains(.failed) && styles[3].contains(.commandName))
    // It found its program after all.
    #expect(styles[3].contains(.failed) && styles[3].contains(.dim))
    #expect(try lines(tree(story), "nothing-such", below: make, now: story.now).count == 1)
  }

  @Test func `No process writes lines or colours of its own`() throws {
    let story = Story.hostile()
    let tree = tree(story)
    let all = try lines(tree, now: story.now)
    #expect(all.count == tree.totals.processes + 1)
    for grouping in TopGrouping.allCases {
      let table = TopTable(of: tree, by: grouping, now: story.now)
      let lines = TopListing(of: table, glyphs: .utf8).lines
      #expect(lines.count == table.rows.count + 1)
      for line in lines.map({ $0.runs.map(\.text.string).joined() }) + all {
        #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
        #expect(!line.contains("\u{202e}") && !line.contains("\u{200b}"))
      }
    }
  }

  @Test func `Columns of the table are aligned, and the others cannot be forged`() throws {
    var story = build().story
    let forger = story.fork(1200, from: story.id(900, at: 100), comm: "(others)")
    story.exit(forger, story.id(900, at: 100), comm: "(others)", ExitStatus(code: 0))
    let table = TopTable(
      of: tree(story), by: .comm, now: story.now, order: TopOrder(.processes), groupLimit: 5)
    let lines = TopListing(of: table, glyphs: .utf8).lines.map { $0.runs.map(\.text).joined() }
    let end = try #require(lines.first.map { $0.width - 7 })
    #expect(lines.first?.string.hasSuffix("  COMMAND") == true)
    for (line, row) in zip(lines.dropFirst(), table.rows) {
      #expect(line.columns(from: end, count: 100) == TopListing.name(of: row))
    }
    #expect(lines.last?.string.hasSuffix(" (others)") == true)
    #expect(lines.filter { $0.string.hasSuffix(" (others)") }.count == 1)
  }
}
