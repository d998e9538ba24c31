import Testing

@testable import Events
@testable import TUI
@testable import Tree

/// The run times in the tree.
@Suite
struct RunTimesTests {
  /// A build, its make selected, and the run times of it shown.
  private func build(columns: Int = 120, rows: Int = 40, glyphs: Glyphs = .utf8) -> AppState {
    var state = AppState.showing(.build(), columns: columns, rows: rows, glyphs: glyphs)
    state.select(pid: 10_233)
    state.press(.character("="))
    return state
  }

  /// The bar of a process, as the tree has it at its right edge.
  private func bar(of pid: Int32, _ state: AppState) throws -> String {
    let box = try #require(state.layout[.tree])
    let gantt = try #require(state.geometry.runTimes)
    let id = try #require(state.shown.process(pid: pid))
    let row = try #require(state.shown.row(of: id)) - state.treeTop
    let cells = state.render().row(box.top + row)
    return String(
      String.UnicodeScalarView(cells.dropFirst(gantt.column).prefix(gantt.width).compactMap { $0.glyph?.base }))
  }

  @Test func `Shows what ran one after the other and what failed`() throws {
    var state = AppState.showing(.build(), columns: 200, rows: 50)
    state.select(pid: 10_233)
    state.travel(to: 3638 * Story.second)
    state.select(pid: 10_233)
    state.press(.character("="))
    let bars = try [10_235, 10_236, 10_238].map { try bar(of: $0, state) }
    let starts = bars.map { $0.prefix { $0 == " " }.count }
    #expect(starts == starts.sorted() && Set(starts).count == 3)
    #expect(!bars[0].contains("✗") && bars[1].contains("✗") && bars[2].contains("✗"))
    #expect(try bar(of: 10_233, state).hasSuffix("▒▸"))
    #expect(try bar(of: 1, state).hasPrefix("◂──"))
  }

  @Test func `The axis is that of the selected process and stays while moving`() {
    var state = build()
    #expect(state.message?.text == "bars since make (10233) started")
    let scale = state.ganttScale
    #expect(scale?.start == 3630 * Story.second)
    for key in [Key.down, .down, .up, .pageUp, .end, .home] {
      state.press(key)
      #expect(state.ganttScale == scale)
    }
  }

  @Test func `The same key moves it and hides it`() {
    var state = build()
    state.press(.character("="))
    #expect(state.ganttScale == nil)
    state.select(pid: 10_237)
    state.press(.character("="))
    // A leaf: its parent's, which is over.
    #expect(state.ganttScale?.span == 814_012_000)
    // They are hidden by the same key wherever one stands.
    state.select(pid: 10_233)
    state.press(.character("="))
    #expect(state.ganttScale == nil)
    state.press(.character("="))
    #expect(state.ganttScale?.start == 3630 * Story.second && state.ganttScale?.span == 40 * Story.second)
    state.press(.character("="))
    #expect(state.ganttScale == nil)
  }

  @Test func `What ran before counts from the log on`() {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    state.press(.character("="))
    #expect(
      state.tree.runTimes?.top?.pid == 1 && state.message?.text == "bars since the first event: init (1) is older")
    #expect(state.ganttScale?.start == state.live.tree.log.entries[0].time)
  }

  /// A traced command starts a moment before the tracing does.
  @Test func `The axis begins where the process does`() throws {
    var story = Story(at: 100)
    let shell = story.id(50, at: 10)
    story.existing(shell, nil, ["bash"])
    let job = story.id(60, at: 99)
    story.existing(job, shell, ["apt-get"])
    for pid in [61, 62] as [Int32] {
      let child = story.fork(pid, from: job, comm: "dpkg")
      story.passSeconds(5)
      story.exit(child, job, comm: "dpkg", ExitStatus(code: 0))
    }
    story.exit(job, shell, comm: "apt-get", ExitStatus(code: 0))
    var state = AppState.showing(story, columns: 120, rows: 40)
    state.select(pid: 60)
    state.press(.character("="))
    #expect(state.message?.text == "bars since apt-get (60) started")
    #expect(state.ganttScale == GanttScale(start: 99 * Story.second, end: 110 * Story.second))
    #expect(try !bar(of: 60, state).contains("◂"))
    // Nothing is known of the time before the tracing.
    #expect(state.timing?.concurrency.start == 100 * Story.second)
  }

  @Test func `The bar of the selected process keeps its look`() throws {
    let state = build()
    let gantt = try #require(state.geometry.runTimes)
    let box = try #require(state.layout[.tree])
    let id = try #require(state.highlighted)
    let row = try #require(state.shown.row(of: id)) - state.treeTop + box.top
    let frame = state.render()
    #expect(frame[row, gantt.column - 2].style.role == .selection)
    for column in gantt.column..<gantt.column + gantt.width {
      #expect(frame[row, column].style.role != .selection && frame[row, column].style.emphasis.isEmpty)
    }
  }

  @Test func `A line above the bars tells how many ran at a time`() throws {
    var state = build(columns: 200, rows: 50)
    let line = try #require(state.layout[.tree]?.concurrency)
    let text = state.render().text(row: line)
    #expect(text.contains("running at a time: "), "\(text)")
    #expect(state.layout[.tree]?.top == line + 1)
    state.press(.character("="))
    #expect(state.layout[.tree]?.concurrency == nil && state.layout[.tree]?.top == line)
  }

  @Test func `Says where there is no room`() {
    var state = AppState.showing(.build(), columns: 40, rows: 10)
    state.press(.character("="))
    #expect(state.tree.runTimes == nil)
    #expect(state.message?.text == "the tree is too narrow for run times (z zooms it)")
  }

  @Test func `The screen stands still until the axis gets longer`() throws {
    var state = build(columns: 200, rows: 24)
    // Later than anything is new, and than ages change often.
    _ = state.reduce(.tick(now: state.now + 4000 * Story.second))
    var changes = 0
    let end = state.now + 4000 * Story.second
    while let next = state.nextChange(after: state.now), next < end {
      let scale = state.ganttScale
      var just = state
      _ = just.reduce(.tick(now: next - 1))
      #expect(just.generation == state.generation && just.ganttScale == scale)
      _ = state.reduce(.tick(now: next))
      if state.ganttScale != scale { changes += 1 }
    }
    #expect((3...9).contains(changes))
  }

  @Test func `A frozen axis stands still and goes back in time`() throws {
    var state = build()
    state.press(.character(" "))
    let scale = state.ganttScale
    _ = state.reduce(.tick(now: state.now + 1000 * Story.second))
    #expect(state.ganttScale == scale && state.nextChange(after: state.now) == nil)
    state.travel(to: 3640 * Story.second)
    #expect(state.ganttScale?.start == scale?.start)
    #expect(try #require(state.ganttScale).span < #require(scale).span)
  }

  @Test(arguments: [
    (80, 24, Glyphs.utf8, ""), (120, 40, .utf8, ""), (120, 40, .ascii, "-ascii"), (200, 50, .utf8, ""),
  ])
  func `Looks as recorded`(columns: Int, rows: Int, glyphs: Glyphs, suffix: String) {
    var state = build(columns: columns, rows: rows, glyphs: glyphs)
    // The three compilers, without the quarter of a minute after them.
    state.travel(to: 3640 * Story.second)
    state.press(.character("2"), .character("1"))
    expectGolden(state.render(), "run-times-\(columns)x\(rows)\(suffix)")
  }
}
