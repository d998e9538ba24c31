import Events
import Testing
import Tree

@testable import TUI

/// Travelling in time.
@Suite
struct TravelTests {
  private let build = Story.build()

  /// The tree of a moment, told to a view of its own that hears of nothing later.
  private func tree(at time: UInt64, of story: Story) -> [String] {
    var state = AppState.showing(Story(), columns: 120, rows: 40)
    _ = state.reduce(.events(story.events.filter { $0.time <= time }, now: story.now))
    return Self.processes(state.live.tree)
  }

  /// Every process with what is true of it at the moment.
  private static func processes(_ tree: ProcessTree) -> [String] {
    var lines: [String] = []
    var rest = Array(tree.topLevelProcesses.reversed())
    while let id = rest.popLast() {
      let node = tree[id]!
      lines.append(
        "\(id) \(node.parent.map { "\($0)" } ?? "-") \(node.isRunning) \(node.images.count) \(node.execCount) "
          + "\(node.failedExecCount) \(node.subtree)")
      rest.append(contentsOf: tree.children(of: id).reversed())
    }
    return lines
  }

  @Test func `Each step back shows the tree as it was`() throws {
    var state = AppState.showing(build, columns: 120, rows: 40)
    var moments = 0
    while true {
      state.press(.character("["))
      let event = try #require(state.frozen?.event)
      let entry = try #require(state.live.tree.log[event])
      #expect(Self.processes(state.shown.tree) == tree(at: entry.time, of: build), "after entry \(event)")
      #expect(state.log.cursor == event)
      moments += 1
      if state.message != nil { break }
    }
    #expect(moments > 20)
    #expect(state.message?.text == "start of the log")
  }

  @Test func `A filter is named where it leaves nothing`() {
    var state = AppState.showing(build, columns: 120, rows: 40)
    state.start(filter: "comm=gpg-agent")
    while state.message == nil { state.press(.character("[")) }
    #expect(state.message?.text == "no earlier event matches the filter")
    state.press(.character(")"))
    while state.message == nil { state.press(.character("]")) }
    #expect(state.message?.text == "no later event matches the filter yet")
    // Of all that is listed the first is the log's first all the same.
    state = AppState.showing(build, columns: 120, rows: 40)
    state.start(filter: "pid>0")
    while state.message == nil { state.press(.character("{")) }
    #expect(state.message?.text == "start of the log")
    var story = Story()
    _ = story.fork(5000, from: story.id(1, at: 1), comm: "init")
    state = AppState.showing(story, columns: 120, rows: 40)
    state.start(filter: "comm=nobody")
    state.press(.character("["))
    #expect(state.message?.text == "no event matches the filter")
  }

  /// Two execs of one process are lost, and /proc shows what it ran: nobody saw these execs, and nobody counts them.
  @Test func `Before lost execs there are as many execs as were seen`() throws {
    let first = ProcessID(pid: 1, startTime: 1)
    let id = ProcessID(pid: 9, startTime: 900)
    func image(_ name: String, _ time: UInt64, _ marks: Marks) -> ProcessImage {
      ProcessImage(
        time: time, comm: Comm(name.utf8), exe: RawBytes(utf8: "/" + name), argv: StringVector([name]), marks: marks)
    }
    func existing(_ id: ProcessID, _ parent: ProcessID?, _ name: String, at time: UInt64) -> ProcessEvent {
      .existing(
        ExistingProcess(
          time: time, process: ProcessFacts(id: id, parent: parent, comm: Comm(name.utf8)),
          image: image(name, time + 100, .fromProc)))
    }
    var events = [existing(first, nil, "init", at: 500)]
    events.append(
      .exec(ExecEvent(process: ProcessFacts(id: id, parent: first, comm: "a"), image: image("a", 1000, []))))
    for (name, time) in [("b", 2000 as UInt64), ("c", 3000)] {
      events.append(.lost(LostEvent(time: time, since: time - 500, counts: LossCounts(execs: 1), unnamed: 1)))
      events.append(
        .census(CensusEvent(time: time + 400, alive: [.init(id: first, parent: nil), .init(id: id, parent: first)])))
      events.append(existing(id, first, name, at: time + 400))
    }
    var state = AppState.showing(Story(), columns: 120, rows: 40)
    _ = state.reduce(.events(events, now: 4000))
    for _ in 0..<4 {
      state.press(.character("["))
      #expect(state.shown.tree[id]?.execCount == 1)
      for order in TopColumn.allCases {
        let rows = state.top(by: .comm, order: TopOrder(order)).rows
        #expect(rows.map(\.execs).reduce(0, +) == 1)
      }
    }
    state.press(.character("t"))
    while state.hasWork { _ = state.reduce(.work) }
    #expect(state.render().dump.contains("EXECS"))
  }

  @Test func `Forth again is where it began`() {
    var state = AppState.showing(build, columns: 120, rows: 40)
    let before = Self.processes(state.live.tree)
    for _ in 0..<15 { state.press(.character("[")) }
    #expect(Self.processes(state.shown.tree) != before)
    for _ in 0..<15 { state.press(.character("]")) }
    #expect(Self.processes(state.shown.tree) == before)
    state.press(.character("]"))
    #expect(state.message?.text == "at the newest event")
    state.press(.character("{"))
    state.press(.character("}"))
    #expect(Self.processes(state.shown.tree) == before)
  }

  @Test func `What came while frozen is stepped into`() throws {
    var story = build
    var state = AppState.showing(story, columns: 120, rows: 40)
    state.press(.character(" "))
    let frozenRows = state.shown.outline.rowCount
    let known = story.events.count
    story.pass(Story.millisecond)
    let child = story.fork(30_000, from: story.id(1, at: 1), comm: "init")
    story.passSeconds(1)
    story.exec(child, story.id(1, at: 1), story.image(["late"]))
    _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
    #expect(state.shown.outline.rowCount == frozenRows)
    state.press(.character("]"))
    #expect(state.shown.tree[child]?.execCount == 0)
    state.press(.character("]"))
    #expect(state.shown.tree[child]?.execCount == 1)
    #expect(state.screen.contains("late"))
    state.press(.character("["))
    state.press(.character("["))
    #expect(state.shown.tree[child] == nil)
    state.press(.character(" "))
    #expect(!state.isFrozen && state.log.isFollowing)
    #expect(state.shown.tree[child]?.execCount == 1)
  }

  @Test func `Nothing that is shown is forgotten`() {
    var story = build
    var state = AppState(size: Size(columns: 120, rows: 40), clock: Story.clock, limits: Limits(processes: 30))
    _ = state.reduce(.events(story.events, now: story.now))
    state.press(.character(" "))
    let before = Self.processes(state.shown.tree)
    let known = story.events.count
    for pid in 40_000..<40_200 as Range<Int32> {
      let child = story.fork(pid, from: story.id(1, at: 1), comm: "storm")
      story.pass(1000)
      story.exit(child, story.id(1, at: 1), comm: "storm", ExitStatus(code: 0))
    }
    _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
    state.press(.character("["))
    state.press(.character("]"))
    #expect(Self.processes(state.shown.tree) == before)
    #expect(state.live.tree.totals.forgotten > 100)
    state.press(.character(" "))
    _ = state.reduce(.events([story.events.last!], now: story.now))
    #expect(state.live.tree.totals.processes <= 31)
  }

  @Test func `The screen marks the moment`() {
    var state = AppState.showing(build, columns: 120, rows: 40)
    for _ in 0..<3 { state.press(.character("[")) }
    #expect(state.screen.contains("FROZEN at "))
    expectGolden(state.render(), "travel-120x40")
  }

  @Test func `What led to a moment is in view too`() throws {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    for keys in [[Key.character("{")], [.character("{")], Array(repeating: .character("["), count: 12)] {
      for key in keys { state.press(key) }
      let cursor = try #require(state.log.cursor)
      let row = state.shown.logRow(of: cursor)
      let line = row - state.logTop
      #expect(line > 0 || row == 0)
    }
  }
}
