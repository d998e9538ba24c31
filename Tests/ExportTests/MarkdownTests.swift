import Events
import Filtering
import TUI
import TestSupport
import Testing
import Tree

@testable import Export

/// The summary of a run in Markdown.
@Suite struct MarkdownTests {
  private func summary(
    _ input: ExportInput, root: ProcessID? = nil, failOn: String? = nil, budget: String? = nil
  ) throws -> String {
    let now = input.times?.upperBound ?? 0
    let sums = RunSums(of: input.tree, below: root, span: input.times ?? 0...0)
    let filter = try Filter.parse(failOn ?? "exit>0 or has:sig")
    var summary = MarkdownSummary(
      of: MarkdownSummary.Run(tree: input.tree, root: root, now: now, sums: sums, file: "run.db"), showing: filter,
      glyphs: .utf8, changing: { $0 })
    if let failOn {
      let evaluator = FilterEvaluator(filter, at: now)
      summary.failOn = (DisplayText(typed: failOn), evaluator.count(in: input.tree))
    }
    if let budget { summary.excess = try Budget(budget).exceeded(by: sums) }
    return String(decoding: summary.bytes, as: UTF8.self)
  }

  @Test func `A trace without times has a summary without them`() throws {
    let text = try summary(Build.untimed.input(), failOn: "exit>0")
    #expect(
      text == """
        ### execsnoop-top: failed

        | | |
        |---|---|
        | Fail on | <code>exit&#62;0</code>&#58; 1 process matches |
        | Recording | <code>run.db</code> |
        | Run time | unknown&#58; the trace does not tell |
        | Processes | 1, 1 nonzero, 0 by a signal |
        | Execs | 1, and 0 failed |

        #### Matches

        ```text
          PID    TIME  STATUS     COMMAND
           12       ?  ✗ exit 3   cc x
        ```

        """)
  }

  @Test func `A summary has the result, the sums, the failures and the slowest steps`() throws {
    let text = try summary(Build.story.input(), root: Build.shell, budget: "dur<1s,execs<10,mem<1K")
    #expect(
      text == """
        ### execsnoop-top: failed

        | | |
        |---|---|
        | Command | <code>cc &#39;a b.c&#39;</code> |
        | Status | SIGSEGV |
        | Recording | <code>run.db</code> |
        | Run time | 3.0s |
        | Processes | 1, 1 nonzero, 1 by a signal |
        | Execs | 2, and 0 failed |
        | CPU time | 500ms |
        | Peak memory | 1.0 MiB &#40;of one process&#41; |

        #### Over budget

        | | measured | limit |
        |---|---:|---:|
        | dur | 3.0s | &#60;1s |
        | mem | 1.0 MiB | &#60;1K |

        #### Failures

        ```text
          PID    TIME  STATUS     COMMAND
           11    3.0s  ✗ SIGSEGV  sh → cc 'a b.c'  (2 tries before an exec)
        ```

        #### Slowest steps

        Own time is the run time without the time in which a child ran.

        | own time | run time | CPU time | status | command |
        |---:|---:|---:|---|---|
        | 3.0s | 3.0s | 500ms | SIGSEGV | <code>cc &#39;a b.c&#39;</code> |

        """)
  }

  @Test func `A run without a failure passes`() throws {
    let text = try summary(Build.story.input(), failOn: "comm=nobody", budget: "dur<1h")
    #expect(text.hasPrefix("### execsnoop-top: passed\n"))
    #expect(text.contains("| Fail on | <code>comm&#61;nobody</code>&#58; 0 processes match |\n"))
    #expect(!text.contains("Over budget") && !text.contains("Matches") && !text.contains("```"))
    let found = try summary(Build.story.input(), failOn: "sig=SEGV")
    #expect(found.hasPrefix("### execsnoop-top: failed\n") && found.contains("1 process matches |"))
    #expect(found.contains("\n#### Matches\n\n```text\n"))
  }

  /// What Markdown, HTML and what sites add to them give a meaning.
  private static let corpus: [String] = [
    "a|b", "`x`", "```", "````\n```", "<script>alert(1)</script>", "<!-- x", "</code></td></table>", "&lt;&amp;#60;",
    "*a* _b_ ~~c~~ **d**", "[x](javascript:alert(1))", "![x](http://h/y.png)", "http://example.com www.example.com",
    "user@example.com @team #12 GH-3", "xmpp:a@b.c/d mailto:x@y.z", "ftp://h/ a:b: c", "a\nb\r\n| c | d |",
    "\u{1b}[31m\u{7}\u{0}", "\u{202e}abc\u{2066}",
    "\u{200b}\u{feff}",
    "$x^2$ $$y$$", ":smile: :+1:", "\\| \\` \\\\", "# head", "- item", "1. item", "> quote", "---", "===", "|---|---|",
    "a  b   c", " lead", "trail ", "WWW.x.y", "a\tb", "é ü 日本", "<details><summary>", "{{ x }} {% y %}",
    String(repeating: "`", count: 300), String(repeating: "|", count: 5000),
  ]

  /// The text that a reader shows for what stands in a cell.
  private func shown(_ cell: Substring) -> String {
    if let mark = Self.linkBreak(in: cell) { return shown(cell[..<mark.lowerBound]) + shown(cell[mark.upperBound...]) }
    var text = ""
    var rest = cell
    while let character = rest.first {
      rest.removeFirst()
      guard character == "&", let end = rest.firstIndex(of: ";") else {
        text.append(character)
        continue
      }
      let name = rest[..<end]
      text.append(name == "nbsp" ? " " : UInt8(name.dropFirst()).map { Character(Unicode.Scalar($0)) } ?? "?")
      rest = rest[rest.index(after: end)...]
    }
    return text
  }

  private static func linkBreak(in text: Substring) -> Range<Substring.Index>? {
    text.indices.first { text[$0...].hasPrefix("<!-- -->") }.map { $0..<text.index($0, offsetBy: 8) }
  }

  private static func withoutLinkBreaks(_ text: Substring) -> String {
    guard let mark = linkBreak(in: text) else { return String(text) }
    return text[..<mark.lowerBound] + withoutLinkBreaks(text[mark.upperBound...])
  }

  /// The texts between the marks that end one, as a reader shows them.
  private func texts(_ cell: Substring) -> [String] {
    guard let mark = Self.linkBreak(in: cell) else { return [shown(cell)] }
    return [shown(cell[..<mark.lowerBound])] + texts(cell[mark.upperBound...])
  }

  @Test(arguments: corpus) func `A hostile text stays a text in a cell`(text: String) {
    let display = DisplayText(untrusted: text.utf8)
    let marked = String(decoding: MarkdownText.inline(display), as: UTF8.self)
    #expect(shown(marked[...]) == display.string)
    // Some programs look for links after the references became characters.
    for text in texts(marked[...]).map({ $0.lowercased() }) {
      #expect(!text.dropFirst().contains("@") && !text.contains("www.") || text.hasSuffix("www."), "\(text)")
      #expect(!zip(text, text.dropFirst()).contains { $0 == ":" && $1 != " " }, "\(text)")
    }
    let cell = Self.withoutLinkBreaks(marked[...])
    // No character of a cell means anything; `&` and `;` are those of references.
    #expect(!cell.contains { "|`<>*_[]()~\\!:@$\"'{}=\n\r".contains($0) })
    #expect(!cell.lowercased().contains("www.") && !cell.contains("  ") && !cell.hasPrefix(" "))
    #expect(cell.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f })
    for (index, _) in cell.indices.enumerated() where cell.dropFirst(index).first == "#" {
      #expect(cell.dropFirst(index - 1).first == "&")
    }
    let short = MarkdownText.inline(display, limit: 10)
    #expect(shown(String(decoding: short, as: UTF8.self)[...]).count <= 10)
  }

  @Test(arguments: corpus) func `A hostile text stays a text in a block`(text: String) throws {
    let display = DisplayText(untrusted: text.utf8)
    let lines = String(decoding: MarkdownText.block([display, "end"]), as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 5 && lines[1] == display.string && lines[2] == "end" && lines[4].isEmpty)
    let fence = lines[3]
    #expect(lines[0] == fence + "text" && fence.count >= 3 && fence.allSatisfy { $0 == "`" })
    #expect(!lines[1].contains(fence))
  }

  @Test(arguments: corpus) func `A hostile command leaves the summary's lines and cells alone`(text: String) throws {
    var story = Story()
    let id = Build.shell
    let argv = StringVector([[UInt8]("x".utf8), Array(text.utf8).filter { $0 != 0 }])
    let facts = Build.facts(id, nil, Comm(text.utf8))
    story.add(.fork(ForkEvent(time: id.startTime, process: facts)))
    story.add(
      .exec(
        ExecEvent(
          process: facts,
          image: ProcessImage(time: id.startTime + 1, comm: facts.comm, file: RawBytes(utf8: text), argv: argv))))
    story.add(.exit(ExitEvent(time: id.startTime + Story.second, process: facts, status: ExitStatus(code: 1))))
    let lines = try summary(story.input(), root: id).split(separator: "\n", omittingEmptySubsequences: false)
    let rows = lines.filter { $0.hasPrefix("|") }
    #expect(rows.count == 12)
    for row in rows { #expect([3, 6].contains(row.count { $0 == "|" }), "\(row)") }
    let parts = lines.filter { $0.hasPrefix("#") }
    #expect(parts == ["### execsnoop-top: failed", "#### Failures", "#### Slowest steps"])
    #expect(
      lines.filter { $0.contains("<") }.allSatisfy { line in
        let tags = line.split(separator: "<", omittingEmptySubsequences: false).dropFirst()
        return !line.hasPrefix("|")
          || tags.allSatisfy { tag in
            ["code>", "/code>", "!-- -->"].contains { tag.hasPrefix($0) }
          }
      })
  }

  @Test func `Own time is what no child covers, and many rows are cut`() throws {
    var story = Story()
    let (s, root) = (Story.second, Build.make)
    story.add(.fork(ForkEvent(time: root.startTime, process: Build.facts(root, nil, "make"))))
    for index in 0..<100 as Range<UInt64> {
      // Two at a time: each second is covered.
      let child = ProcessID(pid: Int32(100 + index), startTime: root.startTime + s + index * s / 2)
      story.add(.fork(ForkEvent(time: child.startTime, process: Build.facts(child, root, "cc"))))
      story.add(
        .exit(
          ExitEvent(time: child.startTime + s, process: Build.facts(child, root, "cc"), status: ExitStatus(code: 1))))
    }
    let end = root.startTime + 60 * s
    story.add(.exit(ExitEvent(time: end, process: Build.facts(root, nil, "make"), status: ExitStatus(code: 2))))
    let input = story.input()
    let times = OwnTimes(of: input.tree, below: root, now: end, count: 3).entries
    // From 1 s to 51.5 s a child runs.
    #expect(times.map(\.time) == [9_500_000_000, s, s] && times.map(\.id.pid) == [10, 100, 101])
    #expect(OwnTimes(of: input.tree, below: nil, now: end, count: 200).entries.count == 101)
    let text = try summary(input, root: root)
    #expect(text.contains("\nOnly the first 60 rows are shown.\n") && text.contains("101 nonzero"))
    #expect(text.split(separator: "\n").count < 100)
  }
}
