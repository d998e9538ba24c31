import Events
import Testing
import Tree

@testable import TUI

/// What keys do in the output pane.
@Suite
struct OutputPaneTests {
  /// A view of numbered lines, a second apart, with the pane open.
  private func view(_ count: Int = 100, columns: Int = 80, rows: Int = 24) -> AppState {
    var state = OutputScene.view(columns: columns, rows: rows, printing: [])
    OutputScene.print(numbered(1...count), in: &state)
    state.press(.character("o"))
    return state
  }

  private func numbered(_ range: ClosedRange<Int>) -> [(OutputStream, UInt64, String)] {
    range.map { (.output, UInt64($0) * 10, "line \($0)\n") }
  }

  private func rows(_ state: AppState) -> [Substring] {
    state.screen.split(separator: "\n").filter { $0.contains("line ") }
  }

  private func last(_ state: AppState) -> Substring { rows(state).last ?? "" }

  @Test func `Without a command it says why there is none`() {
    var state = AppState.showing(.build())
    state.press(.character("o"))
    #expect(state.message?.text == "no output is captured: start with -- COMMAND" && !state.output.isOpen)
    #expect(!state.screen.contains("o Output"))
    state = AppState.showing(.build(), mode: .replay)
    state.press(.character("o"))
    #expect(state.message?.isError == true && !state.output.isOpen)
  }

  @Test func `The key bar offers it, and it takes the place of the log`() {
    var state = OutputScene.view()
    #expect(state.screen.contains("o Output") && state.screen.contains(" 3 Log "))
    state.press(.character("o"))
    #expect(state.screen.contains(" 3 Output ") && state.focus == .log && !state.screen.contains(" 3 Log "))
    state.press(.character("1"), .character("o"))
    #expect(state.focus == .log && state.output.isOpen)
    state.press(.character("o"))
    #expect(!state.output.isOpen && state.focus == .tree && state.screen.contains(" 3 Log "))
    state.press(.character("o"), .escape)
    #expect(!state.output.isOpen)
  }

  @Test func `The end is followed until a key goes up`() {
    var state = view()
    #expect(last(state).hasSuffix("line 100"))
    OutputScene.print(numbered(101...103), in: &state)
    #expect(last(state).hasSuffix("line 103"))
    state.press(.up)
    let before = rows(state)
    OutputScene.print(numbered(104...110), in: &state)
    #expect(rows(state) == before)
    state.press(.end)
    OutputScene.print(numbered(111...111), in: &state)
    #expect(last(state).hasSuffix("line 111"))
    state.press(.home)
    #expect(rows(state).first?.hasSuffix("line 1") == true)
    state.press(.character("F"))
    #expect(last(state).hasSuffix("line 111") && state.message?.text == "following the end of the output")
    state.press(.pageUp, .down, .pageDown, .pageDown)
    #expect(state.output.isFollowing)
  }

  @Test func `The wheel scrolls and a click selects`() {
    var state = view()
    let box = state.layout[.log]!
    let point = Point(row: box.top + 1, column: 20)
    for _ in 0..<3 { _ = state.reduce(.input(.mouse(MouseEvent(.wheelUp, at: point)))) }
    #expect(!state.output.isFollowing && last(state).hasSuffix("line 91"))
    _ = state.reduce(.input(.mouse(MouseEvent(.press, at: point))))
    #expect(state.outputRow == state.outputTop + 1)
    for _ in 0..<3 { _ = state.reduce(.input(.mouse(MouseEvent(.wheelDown, at: point)))) }
    #expect(state.output.isFollowing)
  }

  @Test func `Search`() {
    var state = view()
    state.press(.home, .character("/"))
    state.type("line 5")
    #expect(state.outputRow == 4)
    state.press(.enter, .character("n"))
    #expect(state.outputRow == 49)
    state.press(.character("N"), .character("N"))
    #expect(state.outputRow == 58 && state.message?.text == "search wrapped to the bottom")
    state.press(.character("/"))
    state.type("/^line 7$/")
    state.press(.enter)
    #expect(state.outputRow == 6)
    state.press(.character("/"))
    state.type("nothing like it")
    state.press(.enter)
    #expect(state.message?.text == "not found: nothing like it" && state.outputRow == 6)
    state.press(.character("/"))
    state.type("/a(/")
    #expect(state.prompt?.fault != nil)
    state.press(.escape)
    #expect(state.outputRow == 6)
    // The tree has a search of its own.
    #expect(state.typedSearch.text.isEmpty)
  }

  @Test func `Filter`() {
    var state = view()
    state.press(.character("\\"))
    state.type("9")
    #expect(state.shownOutput.rowCount == 19)
    state.press(.enter)
    #expect(rows(state).allSatisfy { $0.contains("9") } && state.screen.contains("only 9"))
    #expect(state.typedFilter.text.isEmpty)
    OutputScene.print(numbered(101...109), in: &state)
    #expect(state.shownOutput.rowCount == 20 && last(state).hasSuffix("line 109"))
    state.press(.character("\\"), .ctrl("u"))
    state.type("!9")
    state.press(.escape)
    #expect(state.shownOutput.rowCount == 20)
    state.press(.character("\\"), .ctrl("u"))
    state.type("!9")
    state.press(.enter)
    #expect(state.shownOutput.rowCount == 89)
    state.press(.escape)
    #expect(state.shownOutput.filter == nil && state.output.isOpen)
  }

  @Test func `Sideways`() {
    let long = String(repeating: "0123456789", count: 20)
    var state = OutputScene.view(printing: [(.output, 1, "\(long)end\n"), (.output, 2, "short\n")])
    state.press(.character("o"), .up, .up, .character("$"))
    #expect(state.screen.contains("89end"))
    state.press(.character("^"))
    #expect(state.output.sideways == 0)
    state.press(.character("L"), .right, .left)
    #expect(state.output.sideways == AppState.sidewaysStep)
    state.press(.character("/"))
    state.type("end")
    state.press(.enter)
    #expect(state.screen.contains("end"))
  }

  @Test func `A frozen view stands still, and has what was printed until then`() {
    var state = view()
    state.press(.character(" "))
    let before = state.render()
    OutputScene.print(numbered(101...150) + [(.error, 2000, "line of error\n")], in: &state)
    let after = state.render()
    for row in 1..<24 { #expect(after.row(row) == before.row(row)) }
    state.press(.character(" "))
    #expect(last(state).hasSuffix("line of error"))
  }

  @Test func `A moment shows the output up to it, and Enter goes to the moment of a line`() {
    var state = OutputScene.view(columns: 120, rows: 40, printing: [])
    let first = state.live.tree.earliestMoment ?? 0
    let last = state.live.tree.log.newestTime ?? 0
    state.output.command?.start = first
    let middle = first + (last - first) / 2
    for (time, text) in [(first, "line early"), (middle, "line middle"), (last, "line late")] {
      _ = state.reduce(
        .output([.written(.init(process: nil, stream: .output, time: time, bytes: Array("\(text)\n".utf8)))]))
    }
    state.press(.character("o"), .up, .up, .enter)
    #expect(state.isFrozen && state.frozen?.time == middle && state.outputRowsOfMoment == 2)
    // Later lines are there, and dim.
    #expect(rows(state).count == 3)
    state.press(.character("F"))
    #expect(rows(state).map { $0.hasSuffix("line late") } == [false, false])
    state.press(.escape, .character(" "))
    #expect(!state.isFrozen)
  }

  @Test func `Copying takes the whole line, and writing the bytes`() {
    let long = String(repeating: "x", count: 300)
    var state = OutputScene.view(printing: [(.output, 1, "\u{1b}[31m\(long)\u{1b}[m\n")])
    state.press(.character("o"))
    guard case .copy(let text)? = state.press(.character("y"), .character("l")).first else {
      Issue.record("nothing is copied")
      return
    }
    #expect(text.bytes == Array(long.utf8))
    state.press(.character("w"))
    #expect(state.screen.contains("Write to: "))
    let effects = state.press(.enter)
    guard case .saveOutput(let path)? = effects.first else {
      Issue.record("nothing is written: \(effects)")
      return
    }
    #expect(path.hasSuffix(".txt"))
  }

  @Test func `No key is silent`() {
    for state in [view(), OutputScene.view(printing: []), view(columns: 40, rows: 10)] {
      var open = state
      if !open.output.isOpen { open.press(.character("o")) }
      open.message = nil
      let before = open.render()
      for command in Commands.all
      where !NoKeyIsSilentTests.movement.contains(command.id) && !NoKeyIsSilentTests.arrows.contains(command.id) {
        guard let key = command.keys.first else { continue }
        var after = open
        let effects = after.press(key)
        #expect(!effects.isEmpty || after.render() != before, "\(command.id)")
      }
    }
  }
}

/// What the rest of the screen says of the command.
@Suite
struct CommandEndTests {
  private func top(_ state: AppState) -> Substring { state.screen.split(separator: "\n").first ?? "" }

  @Test(arguments: [(80, 24), (120, 40), (200, 50), (40, 10)])
  func `The top line keeps it`(columns: Int, rows: Int) {
    var state = OutputScene.view(columns: columns, rows: rows, end: .exited(2))
    #expect(top(state).contains("make exited 2 · o output · q quit"))
    _ = state.reduce(.tick(now: state.now + 1000 * Story.second))
    state.press(.down)
    #expect(top(state).contains("make exited 2 · o output · q quit") && state.message == nil)
    state.press(.character(" "))
    #expect(top(state).contains("FROZEN") && (columns < 80 || top(state).contains("exited 2")))
  }

  @Test func `Narrow lines have short forms`() {
    #expect(top(OutputScene.view(columns: 20, rows: 5, end: .exited(2))).contains("make exited 2"))
    #expect(top(OutputScene.view(columns: 12, rows: 5, end: .exited(2))).contains("exited 2"))
    #expect(
      top(OutputScene.view(columns: 80, rows: 5, end: .killed(9))).contains("make was killed by SIGKILL · o output"))
    #expect(top(OutputScene.view(columns: 20, rows: 5, end: .killed(9))).contains("SIGKILL"))
    var long = OutputScene.view(columns: 80)
    long.output.command?.name = DisplayText(typed: String(repeating: "name", count: 30))
    _ = long.reduce(.commandEnded(.exited(1)))
    #expect(top(long).contains("… exited 1 · o output · q quit"))
  }

  @Test func `The detail of a failed command has the last lines`() {
    var state = AppState.showing(.build(), columns: 160, rows: 60)
    var story = Story.build()
    state.select(pid: 10_233)
    let node = state.selectedNode
    state.start(CommandInView(pid: 10_233, name: "make", start: (node?.startTime ?? 0) + 1))
    OutputScene.print(OutputScene.build, in: &state)
    story.passSeconds(1)
    if let id = node?.id, let parent = node?.parent {
      story.exit(id, parent, comm: "make", ExitStatus(code: 2))
      _ = state.reduce(.events([story.events.last!], now: story.now))
    }
    #expect(!state.screen.contains("its last lines"))
    _ = state.reduce(.commandEnded(.exited(2)))
    let lines = state.detailLines.map { line in line.runs.map(\.text.string).joined() }
    guard let title = lines.firstIndex(where: { $0.hasPrefix("Output") }) else {
      Issue.record("no output: \(lines)")
      return
    }
    #expect(lines[title...].contains { $0.contains("make: *** [Makefile:7: all] Error 1") })
    #expect(lines[title...].contains { $0.contains("waiting for unfinished jobs") })
  }
}
