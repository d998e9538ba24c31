import Testing

@testable import Events
@testable import TUI
@testable import Tree

/// Hostile processes.
@Suite
struct HostileScreenTests {
  /// Every screen that shows them: tree, detail, log, prompt, search and messages.
  @Test(arguments: 0..<12)
  func `Reach no pane but as visible glyphs`(index: Int) {
    var state = AppState.showing(.hostile(), columns: 160, rows: 50)
    state.select(pid: Int32(2000 + index))
    check(state)
    state.press(.character("c"))
    check(state)
    state.press(.character("2"), .character("z"))
    check(state)
    state.press(.end)
    check(state)
    state.press(.character("3"), .up)
    check(state)
  }

  func check(_ state: AppState) {
    let frame = state.render()
    for row in 0..<frame.size.rows {
      for scalar in frame.text(row: row).unicodeScalars {
        let category = scalar.properties.generalCategory
        #expect(
          ![.control, .format, .surrogate, .unassigned, .privateUse, .lineSeparator, .paragraphSeparator].contains(
            category),
          "U+\(String(scalar.value, radix: 16)) in row \(row)")
      }
    }
  }

  @Test func `Typed controls are shown too`() {
    var state = AppState.showing(.build())
    state.press(.character("\\"))
    for character in ["\u{202e}", "\u{200b}", "\u{1b}"] as [Character] { state.press(.character(character)) }
    check(state)
    state.press(.escape, .character("\u{202e}"))
    check(state)
  }

  @Test func `An argument cannot pass for two`() {
    var story = Story()
    let systemd = story.id(1, at: 1)
    story.existing(systemd, nil, ["/sbin/init"])
    for (pid, argv) in [(Int32(10), ["a", "b c"]), (11, ["a", "b", "c"]), (12, ["a b", "c"]), (13, ["a", "b' 'c"])] {
      let child = story.fork(pid, from: systemd, comm: "init")
      story.exec(child, systemd, story.image(argv))
    }
    let state = AppState.showing(story, columns: 160, rows: 40)
    let commands = (10...13).map { pid in
      state.shown.process(pid: Int32(pid)).flatMap { state.shown.tree[$0]?.image }.map {
        CommandText.line(of: $0, limit: 100).runs.map(\.text.string).joined()
      }
    }
    #expect(commands == ["a 'b c'", "a b c", "'a b' c", #"a 'b\' \'c'"#])
    for command in commands { #expect(state.screen.contains(command ?? "none")) }
  }
}
