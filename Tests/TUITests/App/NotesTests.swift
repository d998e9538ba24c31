import Testing

@testable import Events
@testable import TUI

/// Messages that no key asked for are seen, whatever has the last line when they come.
@Suite struct NotesTests {
  private func bottom(_ state: AppState) -> String {
    state.screen.split(separator: "\n", omittingEmptySubsequences: false).last.map(String.init) ?? ""
  }

  /// Twenty processes whose arguments an expression explodes on.
  private func exploding(columns: Int = 120, rows: Int = 24) -> AppState {
    var story = Story()
    let shell = story.id(1, at: 1)
    story.existing(shell, nil, ["/sbin/init"])
    for pid in 10..<30 as Range<Int32> {
      let child = story.fork(pid, from: shell, comm: "sh")
      story.exec(child, shell, story.image(["sh", String(repeating: "a", count: 40_000) + "!"]))
    }
    return AppState.showing(story, columns: columns, rows: rows)
  }

  private func work(_ state: inout AppState) { while state.hasWork { _ = state.reduce(.work) } }

  @Test(arguments: [Size(columns: 120, rows: 24), Size(columns: 40, rows: 12), Size(columns: 30, rows: 5)])
  func `A regex that gave up is seen while it is typed and after`(_ size: Size) {
    var state = exploding(columns: size.columns, rows: size.rows)
    state.press(.character("\\"))
    state.type("argv~(a+)+$")
    work(&state)
    #expect(state.typedFilter.reportedTrouble?.contains("regex at column") == true)
    #expect(state.screen.contains("gave up"), "\(state.screen)")
    // More keys leave it there as long as the expression is the one on the screen.
    state.press(.home, .end)
    #expect(state.screen.contains("gave up"), "\(state.screen)")
    state.press(.enter)
    work(&state)
    #expect(state.message?.isError == true && state.screen.contains("gave up"), "\(state.screen)")
    // The emptiness is no answer, also when the message has been read.
    state.press(.up)
    #expect(state.message == nil)
    if size.rows > 5 { #expect(state.screen.contains("gave up"), "\(state.screen)") }
    if size.columns > 30 { #expect(state.screen.contains("incomplete"), "\(state.screen)") }
  }

  @Test func `An expression that is gone has no note`() {
    var state = exploding()
    state.press(.character("\\"))
    state.type("argv~(a+)+$")
    work(&state)
    state.press(.escape)
    work(&state)
    #expect(state.message == nil && state.messages.waiting.isEmpty && !state.screen.contains("gave up"))
  }

  @Test func `A search that gave up says more than not found`() {
    var state = exploding()
    state.press(.character("/"))
    state.type("argv~(a+)+$")
    #expect(state.screen.contains("gave up"), "\(state.screen)")
    state.press(.enter)
    #expect(state.screen.contains("gave up"), "\(state.screen)")
  }

  /// Each way to have the last line, and the key that leaves it.
  @Test(arguments: [
    [Key.character("\\")], [.character("/")], [.character(":")], [.character("y")], [.character("w")],
    [.character("?"), .character("/")],
  ])
  func `A note waits for the line`(_ keys: [Key]) {
    var state = AppState.showing(.build())
    for key in keys { state.press(key) }
    _ = state.reduce(.message("the command has ended", isError: false))
    _ = state.reduce(.message("the recording ends here", isError: true))
    #expect(state.message == nil && !state.screen.contains("has ended"))
    state.press(.escape)
    #expect(bottom(state) == " the command has ended", "\(state.screen)")
    // The next one comes when the first was read: by a key, or by its time.
    state.frameWasShown()
    _ = state.reduce(.messageExpired)
    #expect(bottom(state) == " the recording ends here", "\(state.screen)")
    state.press(.down)
    #expect(!state.screen.contains("the recording ends here"))
  }

  /// In the help and in the settings the last line is free.
  @Test(arguments: [Key.character("?"), .character("S"), .character("t")])
  func `A note is seen on every screen`(_ key: Key) {
    var state = AppState.showing(.build())
    state.press(key)
    _ = state.reduce(.message("the command has ended", isError: false))
    #expect(bottom(state) == " the command has ended")
  }

  @Test func `A key that came before the frame takes nothing away`() {
    var state = AppState.showing(.build())
    _ = state.reduce(.message("the command has ended", isError: false))
    // No frame between the two.
    _ = state.reduce(.input(.key(.down)))
    #expect(bottom(state) == " the command has ended")
    // The answer to a key comes first, and the note after it.
    _ = state.reduce(.input(.key(.f(12))))
    #expect(bottom(state).contains("F12"))
    state.press(.down)
    #expect(bottom(state) == " the command has ended")
    state.press(.down)
    #expect(state.message == nil)
  }

  @Test func `A long message takes more lines of a narrow screen`() {
    for columns in [12, 20, 40] {
      var state = AppState.showing(.build(), columns: columns, rows: 20)
      let text = "config.toml:3: theme: no theme \"nonesuch\""
      _ = state.reduce(.message(DisplayText(typed: text), isError: true))
      let rows = state.screen.split(separator: "\n", omittingEmptySubsequences: false).suffix(4)
      #expect(rows.joined().filter { $0 != " " }.contains(text.filter { $0 != " " }), "\(state.screen)")
    }
  }

  /// What a key answers in a prompt is seen there too.
  @Test func `Answers in a prompt are seen`() {
    var state = AppState.showing(.build())
    state.press(.character("\\"))
    state.type("\"quoted")
    state.press(.home, .tab)
    #expect(state.message == nil || state.screen.contains(state.message?.text.string ?? ""), "\(state.screen)")
    var narrow = AppState.showing(.build(), columns: 24, rows: 12)
    narrow.press(.character(":"))
    narrow.type("99999")
    #expect(narrow.screen.contains("99999:"), "\(narrow.screen)")
  }
}
