import Testing

@testable import Events
@testable import TUI
@testable import Tree

/// What stops following.
@Suite
struct FollowingTests {
  /// A view that follows the newest process.
  private func following(_ story: Story = .build(), columns: Int = 120, rows: Int = 40) -> AppState {
    var state = AppState.showing(story, columns: columns, rows: rows)
    state.press(.character("F"))
    return state
  }

  /// One more process comes; returns its pid.
  @discardableResult
  private func come(_ state: inout AppState, _ story: inout Story, pid: Int32 = 30_000) -> Int32 {
    let known = story.events.count
    story.pass(Story.second)
    _ = story.fork(pid, from: story.id(980, at: 3001), comm: "bash")
    _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
    return pid
  }

  /// Whether the selection stays where it is when the next process comes.
  private func stays(_ state: AppState, _ story: Story) -> Bool {
    var (state, story) = (state, story)
    let selection = state.tree.selection
    come(&state, &story)
    return state.tree.selection == selection
  }

  @Test(arguments: [
    ":498", ":498\n", "/cron", "/cron\n", "/cron\nn", "/cc\nN", "j", "h", "u", "3k", "3k\n", "3/cc", "2h\n", "3g",
  ])
  func `Going to a process`(keys: String) {
    let story = Story.build()
    var state = following(story)
    #expect(!stays(state, story))
    for key in keys { state.press(key == "\n" ? .enter : .character(key)) }
    #expect(stays(state, story), "\(keys)")
    #expect(!state.tree.isFollowing)
  }

  @Test func `The next mark`() {
    let story = Story.build()
    var state = AppState.showing(story)
    state.press(.character("m"), .character("F"), .character("'"))
    #expect(state.tree.selection?.pid == 1 && stays(state, story))
  }

  @Test func `The mouse`() throws {
    let story = Story.build()
    var state = following(story)
    let box = try #require(state.layout[.log])
    _ = state.reduce(.input(.mouse(MouseEvent(.press, at: Point(row: box.top, column: 30)))))
    #expect(stays(state, story))
    state = following(story)
    let column = try #require(state.live.tree.log.entries.first.flatMap { state.timelineScale.column(of: $0.time) })
    _ = state.reduce(.input(.mouse(MouseEvent(.press, at: Point(row: 1, column: column)))))
    #expect(state.isFrozen && !state.tree.isFollowing)
  }

  @Test(arguments: [":9", "/nosuch", ":", "/", "/cron\u{15}"])
  func `A prompt that found nothing, or was left`(keys: String) {
    var story = Story.build()
    var state = following(story)
    for key in keys { state.press(key == "\u{15}" ? .ctrl("u") : .character(key)) }
    #expect(state.tree.isFollowing)
    let pid = come(&state, &story)
    #expect(state.tree.selection?.pid == pid)
  }

  @Test(arguments: [":498", "/cron"])
  func `Esc goes on with what is the newest by then`(keys: String) {
    var story = Story.build()
    var state = following(story)
    for key in keys { state.press(.character(key)) }
    let pid = come(&state, &story)
    #expect(state.tree.selection?.pid == 498)
    state.press(.escape)
    #expect(state.tree.isFollowing && state.tree.selection?.pid == pid)
  }

  @Test func `Down at the end of the log goes on`() {
    let story = Story.build()
    var state = following(story)
    state.press(.character("3"), .character("j"), .character("G"))
    #expect(state.tree.isFollowing && state.log.isFollowing && !stays(state, story))
  }

  @Test func `Nothing is said to follow while frozen`() {
    let story = Story.build()
    var state = following(story)
    #expect(state.screen.contains(" running, following") && state.screen.contains("3 Log  following"))
    state.press(.character(" "))
    #expect(state.isFrozen && !state.screen.contains("following"))
    state.press(.character(" "))
    #expect(state.screen.contains("3 Log  following") && !stays(state, story))
  }

  @Test func `While frozen it is said what comes`() {
    var story = Story.build()
    var state = AppState.showing(story, columns: 120, rows: 40)
    state.press(.character("["), .character("["), .character("["))
    let (tree, log) = (state.tree.selection, state.log)
    state.press(.character("F"))
    #expect(state.message?.text == "following starts after thawing")
    #expect(state.tree.selection == tree && state.log == log, "nothing moves")
    state.press(.character("F"))
    #expect(state.message?.text == "following is off after thawing" && !state.tree.isFollowing)
    state.press(.character("F"))
    let pid = come(&state, &story)
    #expect(state.tree.selection == tree)
    state.press(.character(" "))
    #expect(state.tree.selection?.pid == pid && state.log.isFollowing)
  }

  @Test func `A recording has nothing newer`() {
    var state = AppState.showing(.build(), mode: .replay)
    state.press(.character("F"))
    #expect(state.message?.text == "end of recording")
    #expect(state.tree.selection == state.shown.newest && !state.tree.isFollowing)
    state.press(.character("["), .character("["))
    let tree = state.tree
    state.press(.character("F"))
    #expect(state.message?.text == "end of recording" && state.tree == tree)
  }
}
