import Testing

@testable import Events
@testable import TUI
@testable import Tree

/// Copying and writing.
@Suite
struct CopyTests {
  private func state(selecting pid: Int32, columns: Int = 120, rows: Int = 40) -> AppState {
    var state = AppState.showing(.build(), columns: columns, rows: rows)
    state.select(pid: pid)
    return state
  }

  private func copied(_ effects: [Effect]) -> String? {
    guard effects.count == 1, case .copy(let text)? = effects.first else { return nil }
    return String(decoding: text.bytes, as: UTF8.self)
  }

  @Test(
    arguments: [
      ("c", "/usr/bin/make -j2 all"), ("a", "/usr/bin/make -j2 all"), ("p", "10233"),
      (
        "e",
        "cd -- /home/ana/project && env -i HOME=/home/ana LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin /usr/bin/make -j2 all"
      ),
    ] as [(Character, String)])
  func `Each letter copies its form`(letter: Character, text: String) {
    var state = state(selecting: 10_233)
    #expect(state.press(.character("y")).isEmpty)
    #expect(state.screen.contains("Copy:  c command  a arguments  e with env and cwd  p pid  l line  f to a file"))
    #expect(copied(state.press(.character(letter))) == text)
    #expect(state.copying.question == nil)
  }

  @Test func `The same key again copies the row, and a wrong one is told the letters`() throws {
    var state = state(selecting: 10_233)
    let line = try #require(copied(state.press(.character("y"), .character("l"))))
    #expect(copied(state.press(.character("y"), .character("y"))) == line)
    state.press(.character("y"), .character("x"))
    #expect(state.message?.text == "x is not in the copy menu (c a e p l)")
  }

  @Test func `The path of a file that cannot be made is there to be changed`() {
    var state = state(selecting: 10_233)
    state.press(.character("w"), .ctrl("u"))
    state.type("a.db")
    state.press(.enter)
    #expect(state.copying.question == nil)
    _ = state.reduce(.notWritten("not written: a.db exists: give another name"))
    #expect(state.screen.contains("Write to: a.db") && state.screen.contains("a.db exists: give another name"))
    state.press(.backspace, .backspace, .character("x"))
    #expect(state.screen.contains("Write to: a.x"))
    // Not while something else is typed.
    state.press(.enter, .character("/"))
    _ = state.reduce(.notWritten("not written: a.x exists: give another name"))
    #expect(state.prompt != nil && state.copying.question == nil)
  }

  @Test func `Tab completes a path`() {
    var state = state(selecting: 10_233)
    state.press(.character("w"), .ctrl("u"))
    state.type("run")
    #expect(state.press(.tab) == [.completePath("run")])
    _ = state.reduce(.paths(["runs/one.db", "runs/two.db"], of: "run"))
    #expect(state.screen.contains("Write to: runs/"))
    state.press(.tab)
    _ = state.reduce(.paths(["runs/one.db", "runs/two.db"], of: "runs/"))
    #expect(state.screen.contains("Write to: runs/") && state.screen.contains("one.db  two.db"))
    // Too late.
    state.type("x")
    _ = state.reduce(.paths(["runs/one.db"], of: "runs/"))
    #expect(state.screen.contains("Write to: runs/x"))
    _ = state.reduce(.paths([], of: "runs/x"))
    #expect(state.message?.isError == true)
    // Such a name writes nothing to the screen.
    state.press(.ctrl("u"))
    _ = state.reduce(.paths(["\u{1b}[2Ja", "\u{1b}[2Jb"], of: ""))
    #expect(!state.screen.unicodeScalars.contains("\u{1b}"))
  }

  @Test func `The line is the one shown`() throws {
    var state = state(selecting: 10_233)
    let line = try #require(copied(state.press(.character("y"), .character("l"))))
    #expect(line.hasPrefix("10233") && line.contains("make -j2 all"))
    #expect(state.screen.split(separator: "\n").contains { $0.dropFirst().hasPrefix(line) })
    state.press(.character("3"))
    let last = try #require(copied(state.press(.character("y"), .character("l"))))
    #expect(state.screen.split(separator: "\n").dropLast().last?.dropFirst().hasPrefix(last) == true)
  }

  /// A failed exec has no process of its own: its arguments are in the log alone.
  @Test func `In the log the entry under the cursor is copied`() {
    var story = Story.build()
    let shell = story.id(980, at: 3001)
    story.fail(shell, story.id(978, at: 3000), comm: "bash", ["/no/such", "a b"], errno: 2)
    var state = AppState.showing(story, columns: 120, rows: 40)
    state.press(.character("3"), .up)
    #expect(copied(state.press(.character("y"), .character("c"))) == "/no/such 'a b'")
  }

  @Test func `What is not there is complained about`() {
    var state = state(selecting: 11)
    for letter in ["c", "a", "e"] as [Character] {
      #expect(state.press(.character("y"), .character(letter)).isEmpty)
      #expect(state.message?.text == "the command of this process is unknown")
    }
    var empty = AppState.showing(Story())
    #expect(empty.press(.character("y"), .character("p")).isEmpty)
    #expect(empty.message?.isError == true)
    #expect(empty.press(.character("y"), .character("l")).isEmpty)
    #expect(empty.message?.isError == true)
  }

  @Test(arguments: [40, 60, 80, 120], [false, true])
  func `The menu has all of its letters on a narrow screen`(columns: Int, toFile: Bool) {
    var state = state(selecting: 10_233, columns: columns, rows: 24)
    state.press(.character("y"))
    if toFile { state.press(.character("f")) }
    let line = state.screen.split(separator: "\n").last ?? ""
    for word in toFile
      ? ["c c", "a ar", "e ", "p pid", "l line", "f copy"] : ["c c", "a ar", "e ", "p pid", "l line", "f "]
    {
      #expect(line.contains(" \(word)"), "\(word)")
    }
  }

  @Test func `The menu closes on escape and on other keys`() {
    var state = state(selecting: 10_233)
    for key in [Key.escape, .ctrl("c"), .enter, .character("x")] {
      #expect(state.press(.character("y"), key).isEmpty)
      #expect(state.copying.question == nil)
    }
    #expect(state.screen.contains("x is not in the copy menu"))
  }

  @Test func `A form goes to a file too`() {
    var state = state(selecting: 10_233)
    state.press(.character("y"), .character("f"), .character("c"))
    #expect(state.screen.contains("Write to: execsnoop-top-20260314-"))
    state.press(.ctrl("u"))
    state.type("/tmp/x y.sh")
    let effects = state.press(.enter)
    let text = CopiedText(Array("/usr/bin/make -j2 all\n".utf8), name: "the command")
    #expect(effects == [.write(text, path: "/tmp/x y.sh")])
  }

  @Test func `Typing replaces the proposed name, and the keys of the line edit it`() {
    var state = state(selecting: 10_233)
    state.press(.character("w"))
    state.type("run.txt")
    #expect(state.screen.contains("Write to: run.txt"))
    state.press(.escape, .character("w"))
    _ = state.reduce(.input(.paste(Array("p.txt".utf8))))
    #expect(state.screen.contains("Write to: p.txt"))
    state.press(.escape, .character("w"), .backspace)
    state.type("s")
    #expect(state.screen.contains("Write to: execsnoop-top-20260314-") && state.screen.contains(".txs"))
  }

  private func written(_ state: inout AppState) throws -> [String] {
    state.press(.character("w"))
    let effects = state.press(.enter)
    guard case .write(let text, let path, _)? = effects.first else { throw Missing() }
    #expect(path.hasPrefix("execsnoop-top-20260314-") && path.hasSuffix(".txt"))
    return String(decoding: text.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }
  private struct Missing: Error {}

  @Test func `All rows of the tree are written`() throws {
    var state = state(selecting: 10_233, columns: 80, rows: 12)
    let lines = try written(&state)
    #expect(lines.last == "")
    #expect(lines.count == state.shown.outline.rowCount + 2)
    #expect(lines[0].hasPrefix("  PID  PPID USER       TIME STATUS     COMMAND"))
    #expect(lines.contains { $0.contains("├─ make -j2 all") || $0.contains("└─ make -j2 all") })
    #expect(lines.contains { $0.contains("SIGKILL") })
  }

  @Test func `The second file of a moment has another name`() {
    var state = state(selecting: 10_233)
    var paths: [String] = []
    for _ in 0..<3 {
      if case .write(_, let path, _)? = state.press(.character("w"), .enter).first { paths.append(path) }
    }
    #expect(Set(paths).count == 3 && paths.allSatisfy { $0.hasSuffix(".txt") })
  }

  @Test func `All lines of the log and of the detail are written`() throws {
    var state = state(selecting: 10_233, columns: 120, rows: 20)
    state.press(.character("3"))
    let log = try written(&state)
    #expect(log.count == state.shown.logCount + 2)
    #expect(log[0].hasSuffix("RET ARGS"))
    #expect(log.contains { $0.hasPrefix("2026-03-14 ") && $0.contains(" exec make ") && $0.hasSuffix("make -j2 all") })
    state.press(.character("2"))
    let detail = try written(&state)
    #expect(detail.count == (state.detail.content?.lines.count ?? 0) + 1)
    #expect(detail.contains { $0.contains("/home/ana/project") })
  }

  /// What processes chose reaches a file as it reaches the screen, and a shell as a shell takes it.
  @Test func `Hostile bytes stay inside`() throws {
    var state = AppState.showing(.hostile(), columns: 120, rows: 40)
    for pane in ["1", "2", "3"] as [Character] {
      state.press(.character(pane))
      for line in try written(&state) {
        #expect(!line.unicodeScalars.contains { $0.value < 0x20 || (0x7f..<0xa0).contains($0.value) })
      }
    }
    state.press(.character("1"))
    for row in 0..<state.shown.outline.rowCount {
      state.goTo(row: row)
      for form in CopyForm.allCases {
        guard let text = copied(state.press(.character("y"), .character(form.key))) else { continue }
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || (0x7f..<0xa0).contains($0.value) })
      }
    }
  }

  @Test func `Pastes go into the path and not into the menu`() {
    var state = state(selecting: 10_233)
    state.press(.character("y"))
    _ = state.reduce(.input(.paste(Array("c".utf8))))
    #expect(state.copying.question == .copy(toFile: false))
    state.press(.escape, .character("w"), .ctrl("u"))
    _ = state.reduce(.input(.paste([UInt8](repeating: 0x61, count: 1 << 20))))
    guard case .path(let prompt) = state.copying.question else {
      Issue.record("no prompt")
      return
    }
    #expect(prompt.editor.characters.count == LineEditor.limit)
    state.press(.ctrl("u"))
    #expect(state.press(.enter).isEmpty)
    #expect(state.screen.contains("no file name given"))
  }
}
