import Testing

@testable import Events
@testable import Filtering
@testable import Tree

/// Regular expressions in filters.
@Suite
struct FilterRegexTests {
  private func tree(_ argument: String, processes: Int32 = 1) -> ProcessTree {
    var story = ProcessTree()
    for pid in 1...processes {
      let facts = ProcessFacts(id: process(pid), parent: nil, comm: "victim")
      let image = ProcessImage(time: UInt64(pid) + 1, comm: "victim", argv: StringVector(["victim", argument]))
      _ = story.apply(.exec(ExecEvent(process: facts, image: image)))
    }
    return story
  }

  @Test(arguments: ["argv~(a+)+$", "/(a+)+$/", "arg~^(a|aa)+$", "arg~^(\\w*)*\\d$", "arg~(x+x+)+y|^(a?){64}a{64}b"])
  func `Catastrophic backtracking ends at once, is reported, and makes the regex give up`(_ text: String) throws {
    let tree = tree(String(repeating: "a", count: 100_000) + "!", processes: 100)
    let filter = try Filter.parse(text)
    #expect(filter.trouble == nil)
    #expect(try !filter.matches(#require(tree[process(1)]), in: tree))
    let first = try #require(filter.trouble)
    #expect(first.count == 1 && !first.isGivenUp)
    #expect(first.column == (text.hasPrefix("/") ? 1 : text.hasPrefix("argv") ? 6 : 5))
    #expect(first.reason.hasSuffix(" limit"))
    // Many such texts do not take longer than a few of them.
    #expect(FilterEvaluator(filter).count(in: tree) == 0)
    let last = try #require(filter.trouble)
    #expect(last.isGivenUp && last.count == FilterRegex.patience)
    #expect(last.description.hasPrefix("regex at column \(first.column) gave up: "))
    #expect(!last.description.contains { $0.isNewline })
    // Parsed again, it starts without failures.
    #expect(try Filter.parse(text).trouble == nil)
  }

  @Test func `Reaching the memory limit is reported, and is not a plain miss`() throws {
    let tree = tree(String(repeating: "a", count: 130_000) + "!")
    let filter = try Filter.parse("args~^victim.(a|a)*!$")
    #expect(try !filter.matches(#require(tree[process(1)]), in: tree))
    #expect(try #require(filter.trouble).reason.hasSuffix(" limit"))
  }

  @Test(arguments: ["/[a-z]{3,}\\d/", "arg~[a-z]+\\d$", "arg~a*a*a*[yz]", "arg~.*a.*a.*a.*[yz]$", "arg~a{2,}(?=[yz])"])
  func `Repeated letters do not take endless time on a long text`(_ text: String) throws {
    for count in [257, 131_000, 2_000_000] {
      let tree = tree(String(repeating: "a", count: count) + "!")
      let filter = try Filter.parse(text)
      #expect(try !filter.matches(#require(tree[process(1)]), in: tree))
      guard count > 257 else { continue }
      let trouble = try #require(filter.trouble)
      #expect(trouble.count == 1 && ["work limit", "match limit"].contains(trouble.reason), "\(count): \(trouble)")
    }
  }

  @Test func `A regex that is too large is refused with that reason`() {
    #expect {
      try Filter.parse("/(?:abcdefgh){2000}/")
    } throws: {
      "\($0)".contains("too large")
    }
  }

  @Test func `A long text alone is no problem`() throws {
    let tree = tree(String(repeating: "ab cd ", count: 300_000) + "end")
    for text in ["argv~end$", "argv~^victim.*end$", "argv~[a-z]+!", "/b c/", "argv~(ab|cd) end"] {
      let filter = try Filter.parse(text)
      _ = try filter.matches(#require(tree[process(1)]), in: tree)
      #expect(filter.trouble == nil, "\(text)")
    }
  }

  @Test func `Bytes that are not UTF-8 match like others`() throws {
    var tree = ProcessTree()
    let argument: [UInt8] = [0x61, 0xff, 0xfe, 0x62, 0x0a, 0x63, 0xc3]
    let image = ProcessImage(time: 2, comm: Comm([0xff]), argv: StringVector([argument]))
    _ = tree.apply(.exec(ExecEvent(process: ProcessFacts(id: process(1), parent: nil, comm: image.comm), image: image)))
    let node = try #require(tree[process(1)])
    for text in [
      "arg~^a..b.c.$", "arg~\\xff\\xfe", "comm~^\\xff$", "arg~a[^b]+b", "/b\\nc/", "arg~\"^a\\xff\"", "comm~^.$",
    ] {
      #expect(try Filter.parse(text).matches(node, in: tree), "\(text)")
    }
    for text in ["arg~c$", "arg~^.{6}$", "comm~^..$", "arg~(*UTF)a"] {
      #expect((try? Filter.parse(text).matches(node, in: tree)) != true, "\(text)")
    }
  }

  @Test func `Several threads can use a filter at the same time`() async throws {
    let tree = tree("some text", processes: 50)
    let filter = try Filter.parse("/te.t$/ comm~^vi")
    await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 { group.addTask { FilterEvaluator(filter).count(in: tree) } }
      for await count in group { #expect(count == 50) }
    }
  }
}
