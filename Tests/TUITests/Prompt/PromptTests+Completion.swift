import Testing

@testable import Events
@testable import TUI
@testable import Tree

/// Prompts complete, colour and go to.
@Suite
struct CompletionTests {
  private func typing(_ text: String) -> AppState {
    var state = AppState.showing(.build(), columns: 100, rows: 24)
    state.press(.character("\\"))
    state.type(text)
    return state
  }

  @Test(arguments: [
    ("con", "container:"), ("comm=sys", "comm=systemd-journal"), ("user=roo", "user=root"),
    ("!comm=gp", "!comm=gpg-agent"), ("(state=r", "(state=running"),
    ("state=running mark=set", "state=running mark=setuid"),
    ("comm=cc,gp", "comm=cc,gpg-agent"), ("gpg-a", "gpg-agent"), ("und", "under:"),
    ("sig=", "sig=KILL"), ("sig=SIGK", "sig=SIGKILL"), ("errno=EN", "errno=ENOENT"), ("pid=1025", "pid=10250"),
  ])
  func `Tab completes`(typed: String, completed: String) {
    var state = typing(typed)
    state.press(.tab)
    #expect(state.prompt?.editor.text == completed)
  }

  @Test func `Several are offered one after the other`() {
    var state = typing("e")
    state.press(.tab)
    let first = state.prompt?.editor.text
    #expect(state.prompt?.completion?.candidates.count ?? 0 > 3)
    expectGolden(state.render(), "completion-100x24")
    state.press(.tab)
    #expect(state.prompt?.editor.text != first)
    state.press(.backTab)
    #expect(state.prompt?.editor.text == first)
    state.type("x")
    #expect(state.prompt?.completion == nil)
  }

  @Test func `Nothing to complete says so`() {
    var state = typing("zzz")
    state.press(.tab)
    #expect(state.prompt?.editor.text == "zzz")
    #expect(state.message?.text == "no completions")
  }

  @Test func `The syntax is coloured`() {
    expectGolden(typing("comm=cc,ld !user:root or argv~\"o$\" (dur>1ms)").render(), "syntax-100x24")
  }

  @Test func `Goes to a process by its number`() {
    var state = AppState.showing(.build(), columns: 100, rows: 24)
    let before = state.tree.selection
    state.press(.character(":"))
    state.type("10250")
    #expect(state.tree.selection?.pid == 10_250)
    state.press(.escape)
    #expect(state.tree.selection == before)
    state.press(.character(":"))
    state.type("77777")
    #expect(state.message?.text == "no process 77777: unknown, forgotten, or the id of a thread")
    state.press(.ctrl("u"))
    state.type("x")
    #expect(state.prompt?.fault?.message == TimeTarget.expected)
    state.press(.enter)
    #expect(state.prompt != nil)
    state.press(.ctrl("u"))
    state.type("10233")
    state.press(.enter)
    #expect(state.prompt == nil && state.tree.selection?.pid == 10_233)
  }

  @Test func `Fields after has: complete`() {
    var state = AppState.showing(.build(), columns: 100, rows: 24)
    state.press(.character("\\"))
    state.type("has:")
    state.press(.tab)
    #expect(state.message == nil && state.prompt?.editor.text == "has:pid")
    state.press(.ctrl("u"))
    state.type("has:exe")
    state.press(.tab)
    #expect(state.prompt?.editor.text == "has:execs")
  }

  @Test func `Only what is below`() {
    var state = AppState.showing(.build(), columns: 100, rows: 24)
    state.select(pid: 10_233)
    let all = state.shown.rowCount
    state.press(.character("b"))
    #expect(state.typedFilter.text.isEmpty && state.root?.pid == 10_233)
    #expect(state.shown.rowCount < all)
    #expect(state.tree.selection?.pid == 10_233)
    state.press(.character("b"))
    #expect(state.root == nil && state.shown.rowCount == all)
  }
}
