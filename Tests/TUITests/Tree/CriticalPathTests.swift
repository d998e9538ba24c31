import Events
import Testing
import Tree

@testable import TUI

/// The critical path in the view.
@Suite
struct CriticalPathTests {
  /// `make -j2` of four files, one of them slow, and a linker; a daemon beside it.
  static func slowBuild() -> Story {
    var story = Story()
    let shell = story.id(980, at: 3001)
    story.existing(shell, nil, ["-bash"], user: "ana", uid: 1000)
    let make = story.fork(2000, from: shell, comm: "bash")
    story.pass(2 * Story.millisecond)
    story.exec(make, shell, story.image(["/usr/bin/make", "-j2"]))
    story.pass(98 * Story.millisecond)
    let start = story.now
    /// When each process starts and ends, in tenths of a second after make's first child, and its CPU time.
    let jobs: [(pid: Int32, start: UInt64, end: UInt64, cpu: UInt64, argv: [String])] = [
      (2010, 0, 20, 19, ["gcc", "-c", "main.c"]), (2020, 0, 90, 30, ["gcc", "-c", "slow.c"]),
      (2030, 20, 50, 29, ["gcc", "-c", "parse.c"]), (2040, 50, 60, 1, ["sh", "-c", "sleep 1"]),
      (2050, 91, 96, 4, ["ld", "-o", "all"]),
    ]
    var ids: [Int32: ProcessID] = [:]
    for tenth in 0...96 as ClosedRange<UInt64> {
      story.pass(start + tenth * 100 * Story.millisecond - story.now)
      for job in jobs where job.end == tenth {
        guard let id = ids[job.pid] else { continue }
        story.exit(id, make, Comm(job.argv[0].utf8), cpu: job.cpu * 100 * Story.millisecond)
      }
      for job in jobs where job.start == tenth {
        let id = story.fork(job.pid, from: make, comm: "make")
        ids[job.pid] = id
        story.exec(id, make, story.image(job.argv))
      }
    }
    story.pass(300 * Story.millisecond)
    story.exit(make, shell, "make", cpu: 40 * Story.millisecond)
    story.passSeconds(3)
    return story
  }

  private func build(
    columns: Int = 120, rows: Int = 40, glyphs: Glyphs = .utf8, selecting pid: Int32 = 2000
  ) -> AppState {
    var state = AppState.showing(Self.slowBuild(), columns: columns, rows: rows, glyphs: glyphs)
    state.select(pid: pid)
    return state
  }

  @Test(arguments: [2000, 2030] as [Int32])
  func `A key marks the path of the selected process or of the parent of a leaf`(pid: Int32) throws {
    var state = build(selecting: pid)
    state.press(.character("P"))
    let path = try #require(state.timing?.path)
    #expect(path.steps.map(\.id.pid) == [2000, 2020, 2050])
    #expect(path.steps.map(\.own) == [500, 9000, 500].map { $0 * Story.millisecond })
    #expect(state.tree.runTimes?.top?.pid == 2000)
    let message = "critical path of make (2000): another order saves at most 500ms of 10.0s; ' next step"
    #expect(state.message?.text.string == message)
    state.press(.character("z"))
    for row in state.screen.split(separator: "\n") where row.contains("gcc -c") || row.contains("ld -o") {
      #expect(row.contains("» ") == (row.contains("slow.c") || row.contains("ld -o")), "\(row)")
    }
    state.press(.character("P"))
    #expect(state.tree.path == nil && state.tree.runTimes == nil && state.timing == nil)
    #expect(!state.screen.contains("»"))
  }

  @Test func `The bars stay if they were there before`() {
    var state = build()
    state.press(.character("="), .character("P"), .character("P"))
    #expect(state.tree.runTimes != nil && state.tree.path == nil && state.timing?.path == nil)
    state.press(.character("P"), .character("="))
    #expect(state.tree.runTimes == nil && state.timing?.path != nil)
    // They come back with the axis of the path, wherever one stands.
    state.select(pid: 980)
    state.press(.character("="))
    #expect(state.tree.runTimes?.top?.pid == 2000)
  }

  @Test func `Own time stands out in the bars without colours too`() throws {
    var state = build()
    state.press(.character("P"))
    let gantt = try #require(state.geometry.runTimes)
    let box = try #require(state.layout[.tree])
    let frame = state.render()
    func cells(_ pid: Int32) throws -> [Role] {
      let id = try #require(state.shown.process(pid: pid))
      let row = try #require(state.shown.row(of: id)) - state.treeTop + box.top
      return (gantt.column..<gantt.column + gantt.width).map { frame[row, $0].style.role }
    }
    let slow = try cells(2020)
    #expect(slow.count { $0 == .critical } >= gantt.width * 85 / 100)
    #expect(try !cells(2010).contains(.critical))
    // make itself: at its start, between the compilers and the linker, and at its end.
    let make = try cells(2000)
    #expect(make.first == .critical && make.last == .critical && make.count { $0 == .critical } <= 5)
    #expect(Theme.mono[.critical] != Theme.mono[.text] && Theme.mono[.critical] != Theme.mono[.dim])
  }

  @Test func `The detail of the root lists the steps and leads to them`() throws {
    var state = build(columns: 200, rows: 60)
    state.press(.character("P"))
    let lines = try #require(state.detail.content).lines.map { $0.runs.map(\.text.string).joined() }
    let title = try #require(lines.firstIndex { $0.hasPrefix("Critical path  10.0s") })
    #expect(
      Array(lines[title + 1...title + 5]) == [
        " share    own   wait  process", "  5.0%  500ms  460ms  make 2000", " 90.0%   9.0s   6.0s   gcc 2020",
        "  5.0%  500ms  100ms   ld 2050", "No order of these steps finishes before 9.5s.",
      ])
    state.press(.character("2"), .right, .right, .enter)
    #expect(state.tree.selection?.pid != 2000)
    state.select(pid: 2020)
    let step = try #require(state.detail.content).lines.map { $0.runs.map(\.text.string).joined() }
    #expect(step.contains { $0 == "critical 90.0% of make (2000): 9.0s of its own" }, "\(step)")
    state.select(pid: 2010)
    #expect(state.shownPath(of: state.tree.selection!) == nil)
  }

  @Test func `The key of the marks goes along the path`() {
    var state = build()
    state.press(.character("P"), .character("'"))
    #expect(state.tree.selection?.pid == 2020)
    #expect(state.message?.text == "step: 90.0%, 9.0s of its own (2 of 3)")
    state.press(.character("'"))
    #expect(state.tree.selection?.pid == 2050)
    state.press(.character("'"))
    #expect(state.tree.selection?.pid == 2000)
  }

  @Test func `It is computed again only after a second and never while nothing changes`() throws {
    var story = Self.slowBuild()
    let shell = story.id(980, at: 3001)
    let root = story.fork(3000, from: shell, comm: "bash")
    let child = story.fork(3001, from: root, comm: "bash")
    var state = AppState.showing(story, columns: 120, rows: 40)
    state.select(pid: 3000)
    state.press(.character("P"))
    let stamp = try #require(state.timing?.stamp)
    _ = state.reduce(.tick(now: story.now + 500 * Story.millisecond))
    #expect(state.timing?.stamp == stamp)
    _ = state.reduce(.tick(now: story.now + 1000 * Story.millisecond))
    #expect(state.timing?.stamp == stamp + 1)
    #expect(state.timing?.path?.isRunning == true && state.timing?.path?.steps.count == 2)
    let before = story.events.count
    story.passSeconds(2)
    story.exit(child, root, "bash", cpu: 0)
    story.exit(root, shell, "bash", cpu: 0)
    _ = state.reduce(.events(Array(story.events[before...]), now: story.now))
    let ended = try #require(state.timing?.stamp)
    for second in 1...5 as ClosedRange<UInt64> { _ = state.reduce(.tick(now: story.now + second * Story.second)) }
    #expect(state.timing?.stamp == ended && state.timing?.path?.isRunning == false)
    // An earlier moment has its own path.
    state.travel(to: story.now - Story.second)
    state.reconcile()
    #expect(state.timing?.stamp != ended && state.timing?.path?.isRunning == true)
  }

  @Test(arguments: [(200, 50), (120, 40), (80, 24), (40, 10), (20, 5)])
  func `Looks as recorded`(columns: Int, rows: Int) {
    var state = build(columns: columns, rows: rows)
    state.press(.character("P"), .character("2"), .character("1"))
    expectGolden(state.render(), "critical-path-\(columns)x\(rows)")
  }

  @Test func `Looks as recorded in ASCII`() {
    var state = build(glyphs: .ascii)
    state.press(.character("P"), .character("2"), .character("1"))
    expectGolden(state.render(), "critical-path-120x40-ascii")
  }

  @Test func `The listing says what could be won`() throws {
    let state = build()
    let root = try #require(state.shown.process(pid: 2000))
    let runs = try #require(SubtreeRuns(of: root, in: state.shown.tree, now: state.now))
    let path = PathListing(of: CriticalPath(of: runs), in: state.shown.tree, scopeStart: nil, glyphs: .utf8)
    #expect(
      path.lines.map { $0.runs.map(\.text.string).joined() } == [
        " TIME  SHARE     CPU   WAIT  BESIDE   PID  COMMAND",
        "500ms   5.0%  40.0ms  460ms     0.0  2000  /usr/bin/make -j2",
        " 9.0s  90.0%    3.0s   6.0s     0.7  2020    gcc -c slow.c",
        "500ms   5.0%   400ms  100ms     0.0  2050    ld -o all",
        "10.0s in all: no order of these steps finishes before 9.5s; running everything else at once saves at most 500ms",
      ])
    let concurrency = ConcurrencyListing(of: Concurrency(of: runs), glyphs: .utf8)
    #expect(
      concurrency.lines.map { $0.runs.map(\.text.string).joined() } == [
        "RUNNING  TIME  SHARE", "      1  4.0s  40.0%  ████████████████████",
        "      2  6.0s  60.0%  " + String(repeating: "█", count: 30),
        "10.0s in all: on average 1.6 at a time, at most 2",
      ])
  }
}

extension Story {
  /// An exit with status 0 after some CPU time, in nanoseconds.
  fileprivate mutating func exit(_ id: ProcessID, _ parent: ProcessID, _ comm: Comm, cpu: UInt64) {
    let usage = ResourceUsage(
      userTime: cpu, systemTime: 0, peakMemory: 12_900_000, minorFaults: 12, majorFaults: 0, readBytes: 0,
      writtenBytes: 0)
    append(
      .exit(
        ExitEvent(time: now, process: facts(id, parent, comm), status: ExitStatus(code: 0), usage: usage, reaper: nil)))
  }
}
