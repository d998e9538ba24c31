import Events
import Testing

@testable import TUI
@testable import Tree

/// What processes printed, in the detail and in listings.
@Suite
struct WrittenTests {
  /// A compiler that printed and failed.
  private func story(_ writes: [(OutputEvent.Stream, String)], leftOut: UInt64 = 0) -> (Story, ProcessID) {
    var story = Story()
    let shell = story.id(900, at: 100)
    story.existing(shell, nil, ["bash"])
    let cc = story.fork(1000, from: shell, comm: "bash")
    story.exec(cc, shell, story.image(["cc", "a.c"]))
    for (stream, text) in writes {
      story.pass(1_000_000_000)
      story.append(.output(OutputEvent(time: story.now, process: cc, stream: stream, bytes: Array(text.utf8))))
    }
    if leftOut > 0 {
      story.append(.output(OutputEvent(time: story.now, process: cc, stream: .output, bytes: [], leftOut: leftOut)))
    }
    story.pass(1_000_000_000)
    story.exit(cc, shell, comm: "cc", ExitStatus(code: 2))
    return (story, cc)
  }

  private func lines(_ state: AppState) -> [String] {
    state.detail.content?.lines.map { $0.runs.map(\.text.string).joined() } ?? []
  }

  private func detail(_ story: Story, zoomed: Bool = true) -> [String] {
    var state = AppState.showing(story, columns: 100, rows: 50)
    state.select(pid: 1000)
    state.press(.character("2"))
    if zoomed { state.press(.character("z")) }
    return lines(state)
  }

  @Test func `A process that failed shows its last lines beside its status, and all of them below`() throws {
    let (story, _) = story([
      (.output, "compiling\nb"), (.error, "a.c:1: error: \u{1b}[1;31mno\u{1b}[0m\t`x'\n"), (.output, "ye\n\n"),
    ])
    let lines = detail(story)
    let status = try #require(lines.firstIndex { $0.hasPrefix("status   ✗ exit 2") })
    #expect(
      lines[(status + 1)...].prefix(3) == [
        "printed  compiling", "         a.c:1: error: no        `x'", "         bye",
      ])
    let title = try #require(lines.firstIndex(of: "Output  4 lines"))
    #expect(
      lines[(title + 1)...].prefix(4).map { $0.trimmingEnd } == [
        "out compiling", "err a.c:1: error: no        `x'", "out bye", "out",
      ])
  }

  @Test func `What a process printed is escaped, and carriage returns overwrite`() {
    let (story, _) = story([(.output, "10 %\r20 %\r100 %\r\n\u{1b}]0;title\u{7}\u{202e}x\n")])
    let lines = detail(story)
    #expect(lines.contains("out 100 %"))
    #expect(lines.contains { $0.hasPrefix("out \\e]0;title\\a") || $0.hasPrefix("out \\x1b]0;title\\x07") })
    #expect(!lines.joined().unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202e })
  }

  @Test func `Long output has its last lines in the pane, all of them in the whole screen, and says what is missing`() {
    let (story, _) = story([(.output, (1...50).map { "line \($0)\n" }.joined())], leftOut: 1_300_000)
    let few = detail(story, zoomed: false)
    #expect(few.contains("Output  the last 20 of 50 lines"))
    #expect(few.contains("out line 31") && !few.contains("out line 30"))
    #expect(few.contains("… 1.2 MiB more not kept"))
    let all = detail(story)
    #expect(all.contains("Output  50 lines") && all.contains("out line 1"))
  }

  @Test func `A view of an earlier moment has what was printed until then`() {
    let (story, cc) = story([(.output, "one\n"), (.output, "two\n"), (.output, "three\n")])
    var tree = ProcessTree()
    for event in story.events { _ = tree.apply(event) }
    let now = tree
    tree.turn(from: .max, to: story.now - 2_000_000_000, in: now) { _, _ in }
    #expect(tree.lastLines(of: cc).map(\.text.string) == ["one", "two"])
    #expect(now.lastLines(of: cc, 2).map(\.text.string) == ["two", "three"])
    #expect(now.lastLines(of: ProcessID(pid: 1, startTime: 1)).isEmpty)
  }

  @Test func `A listing has the last lines below a process that failed`() {
    let (story, _) = story([(.output, "a\nb\nc\n"), (.error, "error: d\n")])
    var tree = ProcessTree()
    for event in story.events { _ = tree.apply(event) }
    var lines: [String] = []
    TreeListing(of: tree, matching: nil, below: nil, now: story.now, glyphs: .utf8).forEachLine { line in
      lines.append(line.runs.map(\.text.string).joined())
      return true
    }
    #expect(lines.suffix(3).map { $0.drop { $0 == " " } } == ["| b", "| c", "| error: d"])
    #expect(lines.count == 6)
  }
}

extension String {
  fileprivate var trimmingEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
