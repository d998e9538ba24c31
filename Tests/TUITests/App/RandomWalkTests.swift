import Events
import TestSupport
import Testing
import Tree

@testable import Filtering
@testable import TUI

/// Whatever is pressed.
@Suite
struct RandomWalkTests {
  static let keys: [Key] =
    Commands.all.flatMap(\.keys) + [.delete, .backspace, .f(9), .insert]
    + "abcmksh \"():!=,\\pid0éß漢".map { Key.character($0) }
    + ["a", "e", "u", "w", "k", "n", "p"].map { Key.ctrl($0) }

  /// Those that leave the present, and come back.
  static let travel = [CommandID.earlier, .later, .muchEarlier, .muchLater, .earlierBar, .laterBar, .freeze]
    .compactMap { Commands[$0].keys.first }

  static let sizes = [(20, 5), (40, 10), (80, 24), (120, 40), (200, 50)].map { Size(columns: $0.0, rows: $0.1) }

  /// 10,000 steps in all. Sizes change on the way, but not so often that none is walked in.
  @Test(arguments: 0..<10)
  func `No walk leaves the screen`(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var story = seed.isMultiple(of: 2) ? Story.build() : Story.hostile()
    var state = AppState(
      size: Self.sizes[seed % Self.sizes.count], clock: Story.clock, glyphs: seed % 3 == 0 ? .ascii : .utf8,
      limits: Limits(processes: 60, logLines: 80))
    // Some views trace a command, which prints.
    if seed % 3 > 0 { state.start(CommandInView(pid: 10_233, name: "make", start: story.now)) }
    _ = state.reduce(.events(story.events, now: story.now))
    for step in 0..<1000 {
      let said = act(&state, &story, &random)
      let fault = check(state)
      #expect(fault == nil, "seed \(seed), step \(step), after \(said), at \(state.size)")
      if fault != nil { return }
    }
  }

  /// Does something at random and says what.
  func act(_ state: inout AppState, _ story: inout Story, _ random: inout SeededGenerator) -> String {
    switch Int.random(in: 0..<24, using: &random) {
    case 0 where Bool.random(using: &random):
      let size = Self.sizes.randomElement(using: &random) ?? state.size
      _ = state.reduce(.input(.resize(size)))
      return "\(size)"
    case 0:
      let isLarge = Int.random(in: 0..<40, using: &random) == 0
      let size = Size(
        columns: .random(in: 0...(isLarge ? 500 : 130), using: &random),
        rows: .random(in: 0...(isLarge ? 200 : 40), using: &random))
      _ = state.reduce(.input(.resize(size)))
      return "\(size)"
    case 1...4:
      let known = story.events.count
      happen(&story, &random)
      _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
      return "\(story.events.count - known) events"
    case 5:
      story.pass(.random(in: 0...100_000_000_000, using: &random))
      _ = state.reduce(.tick(now: story.now))
      return "a tick"
    case 6:
      let bytes = (0..<Int.random(in: 0...9, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = state.reduce(.input(.paste(bytes)))
      return "a paste of \(bytes)"
    case 7, 8:
      let point = Point(
        row: .random(in: -1...state.size.rows, using: &random),
        column: .random(in: -1...state.size.columns, using: &random))
      let kind =
        [MouseEvent.Kind.press, .press, .drag, .drag, .release, .wheelUp, .wheelDown].randomElement(using: &random)
        ?? .press
      _ = state.reduce(.input(.mouse(MouseEvent(kind, at: point))))
      return "\(kind) at \(point)"
    case 9, 10:
      let key = Self.travel.randomElement(using: &random) ?? .down
      _ = state.reduce(.input(.key(key)))
      return "travel by \(key)"
    case 11:
      _ = state.reduce(.work)
      return "work"
    case 12 where state.output.command != nil:
      let output = print(at: story.now, &random)
      _ = state.reduce(.output(output))
      if Int.random(in: 0..<20, using: &random) == 0 { _ = state.reduce(.commandEnded(.exited(2))) }
      return "\(output.count) pieces of output"
    default:
      let key = Self.keys.randomElement(using: &random) ?? .down
      _ = state.reduce(.input(.key(key)))
      return "\(key)"
    }
  }

  /// Some forks, execs and exits below processes that are there, or that never were.
  func happen(_ story: inout Story, _ random: inout SeededGenerator) {
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      story.pass(.random(in: 0...2_000_000_000, using: &random))
      let parent =
        story.events.randomElement(using: &random).flatMap(\.processID) ?? story.id(1, at: 1)
      let child = story.fork(.random(in: 2...4_000_000, using: &random), from: parent, comm: "sh")
      if Bool.random(using: &random) { story.exec(child, parent, story.image(["/bin/sh", "-c", "make it"])) }
      if Bool.random(using: &random) { story.fail(child, parent, comm: "sh", ["nosuch"], errno: 2) }
      if Int.random(in: 0..<3, using: &random) > 0 {
        story.exit(child, parent, comm: "sh", ExitStatus(code: .random(in: 0...2, using: &random)))
      }
      if Int.random(in: 0..<9, using: &random) == 0 { story.lose(execs: 1, exits: 0) }
    }
  }

  /// Some output of a command.
  func print(at time: UInt64, _ random: inout SeededGenerator) -> [OutputNews] {
    (0..<Int.random(in: 1...8, using: &random)).map { _ in
      if Int.random(in: 0..<30, using: &random) == 0 { return .leftOut(bytes: 12) }
      let text =
        ["line é漢\n", "\u{1b}[31mred", "\r", "\n\n", "\tx\u{8}", String(repeating: "ab ", count: 200)]
        .randomElement(using: &random) ?? ""
      let stream = Bool.random(using: &random) ? OutputStream.output : .error
      return .written(WrittenOutput(process: nil, stream: stream, time: time, bytes: Array(text.utf8)))
    }
  }

  /// What is wrong with the output pane; nil for nothing.
  func checkOutput(_ state: AppState) -> String? {
    guard state.output.isOpen, !state.output.isFollowing, let box = state.layout[.log], box.rows > 0 else { return nil }
    let count = state.shownOutput.rowCount
    guard count > 0 else { return nil }
    if !(state.outputTop..<state.outputTop + box.rows).contains(state.outputRow) {
      return "the output's cursor is out of view"
    }
    return state.outputTop > max(count - box.rows, 0) ? "there is emptiness below the output" : nil
  }

  /// What is wrong with the state; nil when nothing is.
  func check(_ state: AppState) -> String? {
    let frame = state.render()
    if frame.size != state.size { return "the frame has another size" }
    if let fault = checkCells(of: frame) { return fault }
    if let frozen = state.frozen, frozen.time > max(frozen.horizon, state.now) { return "the future is shown" }
    if let cursor = frame.cursor, cursor.row >= max(state.size.rows, 1) || cursor.column >= max(state.size.columns, 1) {
      return "the cursor is outside"
    }
    let shown = state.shown
    if let selection = state.tree.selection, shown.tree[selection] == nil {
      return "a process that is not there is selected"
    }
    if state.tree.selection == nil, shown.outline.rowCount > 0 { return "nothing is selected" }
    if let id = state.highlighted, let row = shown.row(of: id), let box = state.layout[.tree], box.rows > 0 {
      if row < state.treeTop || row >= state.treeTop + box.rows { return "the selection is out of view" }
      if state.treeTop > max(shown.outline.rowCount - box.rows, 0) { return "there is emptiness below the tree" }
    }
    if !state.log.isFollowing, let cursor = state.log.cursor, let box = state.layout[.log], box.rows > 0 {
      let row = shown.logRow(of: cursor)
      if row < state.logTop || row >= state.logTop + box.rows { return "the log's cursor is out of view" }
      if state.logTop > max(shown.logCount - box.rows, 0) { return "there is emptiness below the log" }
    }
    if let content = state.detail.content, let box = state.layout[.detail] {
      if state.detail.top > max(content.lines.count - box.rows, 0) { return "the detail is scrolled too far" }
    }
    if let fault = checkTop(state) ?? checkOutput(state) { return fault }
    if (shown.filter?.text ?? "") != state.typedFilter.text { return "the filter shown is not the one stated" }
    if let next = state.nextChange(after: state.now), next <= state.now { return "a change is due in the past" }
    return nil
  }

  /// What is wrong with what is drawn: half a wide glyph; nil for nothing.
  func checkCells(of frame: Frame) -> String? {
    for row in 0..<frame.size.rows {
      var isOpen = false
      for cell in frame.row(row) {
        if cell.isContinuation != isOpen { return "half a wide glyph in row \(row)" }
        isOpen = cell.glyph?.width == 2
      }
      if isOpen { return "a wide glyph over the edge of row \(row)" }
    }
    return nil
  }

  /// What is wrong with the top table; nil when nothing is, or it is not open.
  func checkTop(_ state: AppState) -> String? {
    let top = state.top
    guard top.isOpen else { return top.table == nil ? nil : "a closed table is kept" }
    if top.selectedRow?.key != top.selection { return "the selected group has no row" }
    let rows = state.rows(of: .tree)
    if rows > 0, !top.rows.isEmpty, !(top.first..<top.first + rows).contains(top.row) {
      return "the selected group is out of view"
    }
    if top.first > max(top.rows.count - rows, 0) { return "there is emptiness below the table" }
    if state.topHasWork { return "the table is of something else" }
    return nil
  }

  @Test func `A frozen screen stands still under a storm`() {
    var random = SeededGenerator(seed: 7)
    var story = Story.build()
    var state = AppState.showing(story)
    state.press(.character("F"), .down, .character(" "))
    let before = state.render()
    for _ in 0..<200 {
      let known = story.events.count
      happen(&story, &random)
      _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
    }
    let after = state.render()
    for row in 1..<24 { #expect(after.row(row) == before.row(row)) }
    #expect(after.row(0) != before.row(0))
  }
}

extension ProcessEvent {
  /// The process that the event is about; nil of a loss.
  var processID: ProcessID? {
    switch self {
    case .fork(let event): event.process.id
    case .exec(let event): event.process.id
    case .failedExec(let event): event.process.id
    case .exit(let event): event.process.id
    case .existing(let event): event.process.id
    case .output(let event): event.process
    case .lost, .census, .host: nil
    }
  }
}
