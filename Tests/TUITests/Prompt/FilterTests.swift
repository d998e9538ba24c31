import Events
import Testing

@testable import Filtering
@testable import TUI
@testable import Tree

/// Filter and search.
@Suite
struct FilterTests {
  @Test(arguments: [Key.character("\\"), .f(4), .character("&")])
  func `Filters with every key typed`(key: Key) {
    var state = AppState.showing(.build())
    state.press(key)
    state.type("gpg")
    #expect(state.shown.outline.matchCount == 2)
    #expect(state.tree.selection?.pid == 10_250)
    #expect(state.screen.contains("\\gpg 2/20"))
    state.press(.enter)
    #expect(state.prompt == nil)
    #expect(state.shown.outline.matchCount == 2)
    #expect(state.screen.contains("\\gpg 2/20"))
  }

  @Test func `The log shows matches only`() {
    var state = AppState.showing(.build())
    state.press(.character("\\"))
    state.type("gpg")
    let comms = (0..<state.shown.logCount).compactMap { state.shown.logEntry(atRow: $0) }
    #expect(comms.filter { $0.kind != .lost }.allSatisfy { $0.id?.pid == 10_250 || $0.id?.pid == 10_251 })
    #expect(comms.contains { $0.kind == .lost })
  }

  @Test func `Escape restores what was before`() {
    var state = AppState.showing(.build())
    state.press(.character("\\"))
    state.type("make")
    state.press(.enter)
    state.press(.down, .down)
    let (tree, matches) = (state.tree, state.shown.outline.matchCount)
    state.press(.character("\\"), .ctrl("u"))
    state.type("out.o")
    #expect(state.shown.outline.matchCount != matches)
    state.press(.escape)
    #expect(state.typedFilter.text == "make")
    #expect(state.shown.outline.matchCount == matches)
    #expect(state.tree == tree)
  }

  @Test func `A fault keeps the last good result and says where`() {
    var state = AppState.showing(.build())
    state.press(.character("\\"))
    state.type("gpg nosuch")
    state.press(.character(":"))
    #expect(state.prompt?.fault?.column == 5)
    #expect(state.shown.filter?.text == "gpg nosuch")
    #expect(state.screen.contains("column 5: "))
    // Enter does not keep what cannot be read.
    state.press(.enter)
    #expect(state.prompt != nil)
    state.press(.ctrl("u"))
    #expect(state.prompt?.fault == nil)
    #expect(state.shown.filter == nil)
  }

  @Test func `Filtering touches neither folds nor the sideways scroll`() {
    var state = AppState.showing(.build())
    state.select(pid: 10_233)
    state.press(.character("-"), .character("L"))
    let folds = state.shown.outline.folds
    let sideways = state.tree.sideways
    state.press(.character("\\"))
    state.type("cc")
    #expect(state.shown.outline.folds == folds)
    #expect(state.tree.sideways == sideways)
    state.press(.enter, .character("\\"), .ctrl("u"), .enter)
    #expect(state.shown.outline.folds == folds)
    #expect(state.tree.sideways == sideways)
  }

  @Test func `What does not match is not told of either`() {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    state.select(pid: 10_235)
    #expect(state.screen.contains(" 2 Detail  pid 10235 "))
    state.press(.character("\\"))
    state.type("comm=nobody")
    #expect(state.detailLines.isEmpty && !state.screen.contains("10235"))
    #expect(state.screen.split(separator: "\n").contains { $0.hasSuffix("│ no process matches the filter") })
    // Nor does any key speak of it.
    state.press(.enter, .character("m"))
    #expect(state.tree.marked.isEmpty && state.message?.isError == true)
    #expect(state.press(.character("y"), .character("p")).isEmpty)
    // It is selected again with the first row that there is.
    state.press(.character("\\"), .ctrl("u"), .enter)
    #expect(state.screen.contains(" 2 Detail  pid 10235 "))
  }

  @Test(arguments: [true, false])
  func `The first match is selected when it comes`(isFromTheStart: Bool) {
    let story = Story.build()
    var state = AppState(size: Size(columns: 120, rows: 40), clock: Story.clock, now: story.now)
    if isFromTheStart {
      state.start(filter: "comm=cc")
    } else {
      state.press(.character("\\"))
      state.type("comm=cc")
      state.press(.enter)
    }
    var events = story.events[...]
    while state.selectedNode == nil, let event = events.popFirst() {
      _ = state.reduce(.events([event], now: story.now))
    }
    let first = state.selectedNode
    #expect(first?.facts.comm == "cc")
    // From then on the selection is where the person goes, also on an ancestor.
    state.press(.character("u"))
    _ = state.reduce(.events(Array(events), now: story.now))
    #expect(state.selectedNode?.id == first?.parent && state.shown.outline.matchCount > 1)
  }

  @Test func `What the logs cursor stands on is told of without a row`() {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    // It began as make, and is something else now.
    state.start(filter: "pid=10262 comm=make")
    #expect(state.shown.outline.rowCount == 0 && state.shown.logCount > 0)
    #expect(state.selectedNode == nil)
    state.press(.character("3"), .up)
    #expect(state.selectedNode?.id.pid == 10_262 && state.screen.contains(" 2 Detail  pid 10262 "))
    state.press(.character("2"))
    #expect(state.selectedNode?.id.pid == 10_262)
  }

  @Test func `Esc takes the filter off and it is to be had again`() {
    var state = AppState.showing(.build())
    state.press(.character("\\"))
    state.type("gpg")
    state.press(.enter)
    let selection = state.tree.selection
    state.press(.escape)
    #expect(state.typedFilter.text.isEmpty && state.shown.filter == nil && state.tree.selection == selection)
    #expect(state.screen.contains("filter cleared"))
    state.press(.character("\\"), .up, .enter)
    #expect(state.typedFilter.text == "gpg")
  }

  @Test func `Esc in the prompt keeps what the same key undoes`() {
    var state = AppState.showing(.build())
    state.select(pid: 10_235)
    state.press(.character("c"), .character("\\"), .ctrl("u"))
    state.type("make")
    state.press(.escape)
    #expect(state.typedFilter.text == "comm=\"cc\"" && state.undoesOnly(.onlyThisCommand))
    state.press(.character("c"))
    #expect(state.typedFilter.text.isEmpty)
  }

  @Test func `Only below and only marked mean one process and not its PID`() {
    var story = Story()
    let shell = story.id(7, at: 2)
    story.existing(shell, nil, ["/bin/sh"])
    for _ in 0..<2 {
      let make = story.fork(50, from: shell, comm: "make")
      let child = story.fork(51, from: make, comm: "cc")
      story.exit(child, make, comm: "cc", ExitStatus(code: 0))
      story.exit(make, shell, comm: "make", ExitStatus(code: 0))
      story.pass(Story.millisecond)
    }
    var state = AppState.showing(story, columns: 100, rows: 40)
    let makes = state.shown.rows(0..<state.shown.rowCount).flatMap { $0.chain + [$0.id] }.filter { $0.pid == 50 }
    #expect(makes.count == 2)
    for make in makes {
      state.select(make)
      state.press(.character("b"))
      #expect(state.root == make && state.tree.selection == make)
      #expect(state.shown.rows(0..<state.shown.rowCount).reduce(0) { $0 + 1 + $1.chainCount } == 2)
      state.press(.character("b"), .character("m"), .character("\""))
      #expect(state.shown.outline.matchCount == 1 && state.tree.selection == make)
      state.press(.character("\""), .character("m"))
      #expect(state.tree.marked.isEmpty && state.typedFilter.text.isEmpty)
    }
  }

  @Test func `Only this command twice is as before`() {
    var state = AppState.showing(.build())
    state.press(.character("\\"))
    state.type("out.o")
    state.press(.enter)
    state.select(pid: 10_235)
    state.press(.character("c"))
    #expect(state.shown.outline.matchCount == 3)
    #expect(state.typedFilter.text == "comm=\"cc\"")
    state.press(.character("c"))
    #expect(state.typedFilter.text == "out.o")
    #expect(state.tree.selection?.pid == 10_235)
  }

  @Test func `Only this command below a root keeps the root`() {
    var state = AppState.showing(.build())
    state.select(pid: 10_233)
    state.press(.character("b"))
    #expect(state.root?.pid == 10_233 && !state.undoesOnly(.onlyThisCommand))
    state.select(pid: 10_235)
    state.press(.character("c"))
    #expect(state.typedFilter.text == "comm=\"cc\"" && state.undoesOnly(.onlyThisCommand))
    #expect(state.root?.pid == 10_233)
    state.press(.character("c"))
    #expect(state.typedFilter.text.isEmpty && !state.undoesOnly(.onlyThisCommand) && state.root?.pid == 10_233)
    state.press(.character("c"), .character("b"))
    #expect(state.typedFilter.text == "comm=\"cc\"" && state.root == nil)
  }

  @Test func `Only this command takes any comm`() {
    var state = AppState.showing(.hostile())
    for pid in Int32(2000)..<2012 {
      state.select(pid: pid)
      let comm = state.selectedNode?.facts.comm
      state.press(.character("c"))
      #expect(state.shown.outline.matchCount == 1, "pid \(pid)")
      #expect(state.selectedNode?.facts.comm == comm)
      state.press(.character("c"))
      #expect(state.shown.filter == nil)
    }
  }

  @Test(arguments: [Key.character("/"), .f(3)])
  func `Search goes to the match as it is typed`(key: Key) {
    var state = AppState.showing(.build())
    state.press(key)
    state.type("cc")
    #expect(state.tree.selection?.pid == 10_234)
    state.press(.enter, .character("n"))
    #expect(state.tree.selection?.pid == 10_235)
    state.press(.character("N"))
    #expect(state.tree.selection?.pid == 10_234)
    state.press(.character("N"))
    #expect(state.tree.selection?.pid == 10_239)
    #expect(state.screen.contains("search wrapped to the bottom"))
    state.press(.character("n"))
    #expect(state.tree.selection?.pid == 10_234)
    #expect(state.screen.contains("search wrapped to the top"))
  }

  @Test func `Search finds what is folded`() {
    var state = AppState.showing(.build())
    state.press(.character("_"), .character("/"))
    state.type("gpg")
    #expect(state.highlighted?.pid == 10_250)
  }

  @Test(arguments: ["/gpg", ":10250"])
  func `What a prompt unfolds is folded again by Esc, and by the next key`(text: String) {
    var state = AppState.showing(.build())
    state.press(.character("_"))
    let (folds, rows) = (state.shown.outline.folds, state.shown.outline.rowCount)
    state.type(text)
    #expect(state.tree.selection?.pid == 10_250 && state.shown.outline.rowCount > rows)
    state.press(.character("x"))
    #expect(state.shown.outline.folds == folds)
    state.press(.backspace)
    #expect(state.tree.selection?.pid == 10_250)
    state.press(.escape)
    #expect(state.shown.outline.folds == folds && state.shown.outline.rowCount == rows)
  }

  @Test func `A search that finds nothing says so and moves nothing`() {
    var state = AppState.showing(.build())
    state.press(.down, .character("/"))
    state.type("nosuch")
    #expect(state.tree.selection?.pid == 331)
    #expect(state.screen.contains("not found: nosuch"))
    state.press(.escape)
    #expect(state.typedSearch.filter == nil)
    state.press(.character("n"))
    #expect(state.message?.isError == true)
  }

  @Test func `Search in the log goes through the log`() {
    var state = AppState.showing(.build())
    state.press(.character("3"), .character("/"))
    state.type("configure")
    state.press(.enter)
    let entry = state.log.cursor.flatMap { state.shown.tree.log[$0] }
    #expect(entry?.kind == .exec)
    #expect(entry?.id?.pid == 10_262)
  }

  @Test func `Prompts have history`() {
    var state = AppState.showing(.build())
    for text in ["make", "gpg"] {
      state.press(.character("\\"), .ctrl("u"))
      state.type(text)
      state.press(.enter)
    }
    state.press(.character("\\"), .ctrl("u"))
    state.type("dr")
    state.press(.up)
    #expect(state.typedFilter.text == "gpg")
    state.press(.up)
    #expect(state.typedFilter.text == "make")
    state.press(.up)
    #expect(state.typedFilter.text == "make")
    state.press(.down, .down)
    #expect(state.prompt?.editor.text == "dr")
  }

  @Test func `Pasted text goes into the prompt only`() {
    var state = AppState.showing(.build())
    _ = state.reduce(.input(.paste(Array("q".utf8))))
    #expect(state.message?.isError == true)
    state.press(.character("\\"))
    _ = state.reduce(.input(.paste(Array("gpg\n\u{1b}[31m".utf8) + Array(repeating: 0x61, count: 1_000_000))))
    #expect(state.prompt?.editor.text.hasPrefix("gpg [31maaa") == true)
    #expect(state.prompt?.editor.characters.count == LineEditor.limit)
  }

  @Test(arguments: ["1", "2", "?"]) func `What was not found is said once more when it is kept`(place: Character) {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    state.press(.character(place))
    state.press(.character("/"))
    state.type("nosuch")
    state.press(.enter)
    #expect(state.prompt == nil && state.message?.text == "not found: nosuch")
  }

  /// It is what it runs now; what it ran before stands in the log.
  @Test func `Where only the log has a match that is said`() {
    var story = Story()
    let systemd = story.id(1, at: 1)
    story.existing(systemd, nil, ["/sbin/init"])
    let child = story.fork(50, from: systemd, comm: "init")
    story.exec(child, systemd, story.image(["entrypoint"]))
    story.exec(child, systemd, story.image(["server"]))
    var state = AppState.showing(story, columns: 120, rows: 40)
    state.press(.character("\\"))
    state.type("entrypoint")
    state.press(.enter)
    #expect(state.screen.contains("no process matches the filter"))
    #expect(state.screen.contains("1 event in the log matches"))
  }

}
