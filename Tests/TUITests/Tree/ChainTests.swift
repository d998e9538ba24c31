import Events
import Testing

@testable import TUI
@testable import Tree

/// A chain of only children shares one row of the tree pane.
@Suite
struct ChainTests {
  static let sizes = [(80, 24), (120, 40), (200, 50), (40, 10), (20, 5)].map { Size(columns: $0.0, rows: $0.1) }

  private func state(_ size: Size = Size(columns: 120, rows: 40)) -> AppState {
    AppState.showing(.deep(), columns: size.columns, rows: size.rows)
  }

  @Test(arguments: sizes)
  func `On five screens`(size: Size) {
    var state = state(size)
    state.select(pid: 10_002)
    expectGolden(state.render(), "deep-\(size.columns)x\(size.rows)")
  }

  @Test func `The row names all processes of the chain, and the keys open and close it`() {
    for (open, close) in [(Key.right, Key.left), (.character("+"), .character("-"))] {
      var state = state()
      state.select(pid: 10_002)
      let (count, line) = (state.shown.rowCount, state.tree.line)
      #expect(state.screen.contains("↯ sudo › make -C src"))
      state.press(open)
      #expect(state.shown.rowCount == count + 1 && state.tree.selection?.pid == 10_002)
      #expect(!state.screen.contains("sudo ›"))
      state.press(close)
      #expect(state.shown.rowCount == count && state.tree.line == line && state.tree.selection?.pid == 10_002)
    }
  }

  @Test func `u goes from process to process of a chain, and the row stays`() {
    var state = state()
    state.select(pid: 10_002)
    let row = state.shown.row(of: state.tree.selection!)
    state.press(.character("u"))
    #expect(state.tree.selection?.pid == 10_001 && state.highlighted?.pid == 10_002)
    #expect(state.shown.row(of: state.tree.selection!) == row)
    #expect(state.detail.subject?.pid == 10_001)
    state.press(.character("u"))
    #expect(state.tree.selection?.pid == 980)
  }

  @Test func `A search finds each process of a chain, in both directions and around the end`() {
    var state = state()
    state.press(.character("g"), .character("/"))
    state.type("comm=sshd,sudo,make")
    state.press(.enter)
    var found = [state.tree.selection?.pid]
    for _ in 0..<3 {
      state.press(.character("n"))
      found.append(state.tree.selection?.pid)
    }
    #expect(found == [512, 10_001, 10_002, 512])
    #expect(state.message?.text == "search wrapped to the top")
    state.press(.character("N"))
    #expect(state.tree.selection?.pid == 10_002)
    state.press(.character("N"))
    #expect(state.tree.selection?.pid == 10_001 && state.highlighted?.pid == 10_002)
  }

  @Test func `A pid inside a chain can be selected`() {
    var state = state()
    state.press(.character(":"))
    state.type("10001")
    state.press(.enter)
    #expect(state.tree.selection?.pid == 10_001 && state.highlighted?.pid == 10_002)
  }

  @Test func `Marks inside a chain are shown and found`() {
    var state = state()
    state.select(pid: 10_001)
    state.press(.character("m"), .character("g"))
    #expect(state.tree.marked.map(\.pid) == [10_001])
    let row = state.screen.split(separator: "\n").first { $0.contains("sudo ›") }
    #expect(row?.hasPrefix("◆") == true)
    state.press(.character("'"))
    #expect(state.tree.selection?.pid == 10_001)
  }

  @Test func `The selection stays on its process while chains appear and dissolve`() {
    var story = Story()
    let shell = story.id(7, at: 2)
    story.existing(shell, nil, ["/bin/sh"])
    var state = AppState.showing(story, columns: 100, rows: 40)
    var told = story.events.count
    func tell() {
      _ = state.reduce(.events(Array(story.events[told...]), now: story.now))
      told = story.events.count
    }
    let first = story.start(100, from: shell, ["/bin/first"])
    tell()
    #expect(state.tree.selection == shell && state.highlighted == first && state.shown.rowCount == 1)
    _ = story.start(101, from: shell, ["/bin/second"])
    tell()
    #expect(state.tree.selection == shell && state.highlighted == shell && state.shown.rowCount == 3)
    state.select(pid: 100)
    _ = story.start(102, from: first, ["/bin/third"])
    tell()
    #expect(state.tree.selection == first && state.highlighted?.pid == 102)
    story.exit(ProcessID(pid: 102, startTime: state.highlighted!.startTime), first, comm: "third", ExitStatus(code: 0))
    tell()
    #expect(state.tree.selection == first && state.highlighted == first)
  }

  @Test func `The setting turns chains off`() {
    var state = state()
    let count = state.shown.rowCount
    var settings = Settings()
    settings.chains = false
    state.start(settings, traits: TerminalTraits(), place: nil)
    #expect(state.shown.rowCount > count && !state.screen.contains("›"))
  }

  @Test func `Under a filter the ancestors of a match share its row`() {
    var state = state()
    state.press(.character("\\"))
    state.type("exit=1 comm=cc1")
    state.press(.enter)
    #expect(state.shown.rowCount == 3)
    #expect(state.screen.contains("make › "))
    expectGolden(state.render(), "deep-filtered-120x40")
  }

  @Test func `A narrow row keeps its command and leaves out the outermost processes`() {
    var story = Story()
    var parent = story.id(1, at: 1)
    story.existing(parent, nil, ["/sbin/init"])
    for pid in 2...30 as ClosedRange<Int32> { parent = story.start(pid, from: parent, ["/bin/step\(pid)", "-x"]) }
    let state = AppState.showing(story, columns: 60, rows: 12)
    #expect(state.shown.rowCount == 1)
    #expect(state.screen.contains("… › "))
    #expect(state.screen.contains("step29 › step30 -x"))
  }
}
