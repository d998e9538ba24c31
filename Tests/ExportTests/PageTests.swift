import Events
import Recording
import TUI
import TestSupport
import Testing
import Tree

@testable import Export

/// `html`, read by Python's parser and by a real browser.
@Suite struct PageTests {
  private static let folder = "\(Surroundings.repository)/Sources/Export/Page"

  @Test func `The policy has the hashes of the script and the style`() throws {
    for (name, hash) in [("page.js", PageFrame.scriptHash), ("page.css", PageFrame.styleHash)] {
      let result = try Reader.run(["/usr/bin/sha256sum", "\(Self.folder)/\(name)"])
      var digest: [UInt8] = []
      var digits = String(decoding: result.output, as: UTF8.self).prefix(64)
      while let byte = UInt8(digits.prefix(2), radix: 16) {
        digest.append(byte)
        digits = digits.dropFirst(2)
      }
      var base64: [UInt8] = []
      Base64.append(digest[...], to: &base64)
      #expect(String(decoding: base64, as: UTF8.self) == hash, "run Tools/page-hashes after a change of \(name)")
    }
  }

  @Test func `The page is one file that loads nothing and has no inline handler`() throws {
    let page = String(decoding: Build.story.export(.html), as: UTF8.self)
    #expect(page.hasPrefix("<!DOCTYPE html>\n"))
    #expect(page.contains("default-src 'none'"))
    for word in ["http:", "https:", "src=", "@import", "url(", "fetch(", "XMLHttpRequest", "innerHTML", "eval("] {
      #expect(!page.contains(word), "\(word)")
    }
    guard let lines = try Reader.read("html", Array(page.utf8)) else { return }
    #expect(lines.filter { $0.hasPrefix("tag script") } == ["tag script data", "tag script -"])
    #expect(lines.contains("title \(hexadecimal("run.db - execsnoop-top"))"))
    let s = Story.second
    #expect(
      lines.filter { $0.hasPrefix("row ") } == [
        "row -1 10 0 \(6 * s) 1 \(hexadecimal("make")) \(hexadecimal("make"))",
        "row 0 11 \(s) \(3 * s) 1 \(hexadecimal("cc")) \(hexadecimal("cc 'a b.c'"))",
        "row 0 12 \(2 * s) \(4 * s) 2 \(hexadecimal("sleep")) \(hexadecimal("sleep 9"))",
      ])
  }

  @Test(arguments: Seeds.first(12)) func `Python's parser reads every hostile text, and no tag in it`(
    seed: UInt64
  ) throws {
    let story = HostileStory.story(seed: seed)
    let bytes = story.export(.html) { $0.title = "</title><script>alert(1)</script>&amp;" }
    guard let lines = try Reader.read("html", bytes) else { return }
    let plain = try #require(try Reader.read("html", Build.story.export(.html)))
    #expect(lines.filter { $0.hasPrefix("tag ") } == plain.filter { $0.hasPrefix("tag ") }, "\(seed)")
    #expect(
      lines.first { $0.hasPrefix("title ") }
        == "title \(hexadecimal("</title><script>alert(1)</script>&amp; - execsnoop-top"))")
    let input = story.input()
    let rows = ExportRows.rows(of: input.tree, matching: nil, within: nil)
    let read = lines.filter { $0.hasPrefix("row ") }.map { $0.split(separator: " ").map(String.init) }
    try #require(read.count == rows.count)
    for (row, values) in zip(rows, read) {
      let node = try #require(input.tree[row.id])
      if !node.isPlaceholder { #expect(values[6] == hexadecimal(DisplayText(node.facts.comm).string), "\(seed)") }
    }
    // What could mislead the eye is escaped before it gets to the browser.
    let text = String(decoding: bytes, as: UTF8.self)
    for scalar in ["\u{202e}", "\u{200b}", "\u{feff}", "\u{2028}", "\u{1b}"] { #expect(!text.contains(scalar)) }
  }

  @Test func `A browser shows the page, and its keys work`() throws {
    guard Reader.isThere(Reader.python), Reader.isThere("/usr/bin/chromium") else { return }
    var story = Build.story
    // A process whose name and arguments try everything.
    var hostile = Build.facts(ProcessID(pid: 13, startTime: 15 * Story.second), Build.make, "<script>")
    hostile.user = RawBytes(utf8: "\"><img src=x onerror=alert(1)>")
    let argv = StringVector(HostileStory.texts.filter { !$0.isEmpty })
    story.add(.fork(ForkEvent(time: 15 * Story.second, process: hostile)))
    story.add(
      .exec(
        ExecEvent(
          process: hostile,
          image: ProcessImage(time: 15 * Story.second + 5, comm: "<script>", exe: "</script>", argv: argv))))
    let scratch = Scratch()
    try Reader.save(story.export(.html), as: scratch["page.html"])
    let facts = try Reader.look(at: scratch["page.html"])
    #expect(facts["rows"] == "4")
    #expect(facts["facts"]?.hasPrefix("2026-03-01 18:05:18  ·  6.00 s  ·  4 processes  ·  2 nonzero") ?? false)
    #expect(facts["painted"] == "True")
    #expect(facts["chosen"] == "make 10" && facts["down"] == "sleep 12")
    #expect(facts["folded"] == "1" && facts["unfolded"] == "4")
    #expect(facts["end"] == "<script> 13")
    let detail = facts["detail"] ?? ""
    for text in ["<script>", "</script><script>alert(1)</script>", #"\u{202e}txt.exe"#, #"\xff"#, "onerror=alert(1)"] {
      #expect(detail.contains(text), "\(text)")
    }
    #expect(facts["closed"] == "none")
    #expect(facts["found"] == "1" && facts["match"] == "<script> 13" && facts["place"] == "1 of 1")
    #expect(facts["cleared"] == "/" && facts["focus"] == "scroll")
    #expect(facts["theme"] == "auto dark" && facts["ground"] == "True")
    #expect(facts["faults"] == "none")
  }

  @Test func `A browser shows 50,000 processes with few elements`() throws {
    guard Reader.isThere(Reader.python), Reader.isThere("/usr/bin/chromium") else { return }
    var story = Story()
    var random = SeededGenerator(seed: 4)
    var ids: [ProcessID] = []
    for pid in 1...Int32(50_000) {
      let id = ProcessID(pid: pid, startTime: UInt64(pid) * 100_000)
      let parent = ids.isEmpty ? nil : ids[Int.random(in: max(0, ids.count - 40)..<ids.count, using: &random)]
      ids.append(id)
      let facts = ProcessFacts(id: id, parent: parent, comm: "work")
      story.add(.fork(ForkEvent(time: id.startTime, process: facts)))
      if pid % 3 != 0 {
        story.add(
          .exit(
            ExitEvent(
              time: id.startTime + UInt64.random(in: 1...9_999_999, using: &random), process: facts,
              status: ExitStatus(code: pid % 100 == 0 ? 1 : 0))))
      }
    }
    let scratch = Scratch()
    try Reader.save(story.export(.html), as: scratch["page.html"])
    let facts = try Reader.look(at: scratch["page.html"])
    #expect(facts["rows"] == "50000")
    #expect(facts["faults"] == "none")
    #expect(Int(facts["elements"] ?? "") ?? .max < 100)
    print("50,000 processes: ready after \(facts["load"] ?? "?") ms; scrolling, a frame: \(facts["scroll"] ?? "?")")
  }
}
