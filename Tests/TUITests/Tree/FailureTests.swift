import Events
import Testing

@testable import TUI
@testable import Tree

/// Failures in the view, and the searches that are none.
@Suite
struct FailureTests {
  /// A build: the compiler finds its assembler in the third directory, one step does not find its program, one fails.
  private func build(failing: Bool = true) -> Story {
    var story = Story()
    let make = story.fork(100, from: story.id(50, at: 5), comm: "bash")
    story.exec(make, story.id(50, at: 5), story.image(["/usr/bin/make"]))
    let gcc = story.fork(101, from: make, comm: "make")
    story.exec(gcc, make, story.image(["/usr/bin/gcc", "a.c"]))
    let assembler = story.fork(102, from: gcc, comm: "gcc")
    for folder in ["/usr/local/bin", "/opt/bin"] {
      story.pass(Story.millisecond)
      attempt(&story, assembler, gcc, folder + "/as")
    }
    story.pass(Story.millisecond)
    story.exec(assembler, gcc, story.image(["as", "a.s"], exe: "/usr/bin/as"))
    for (process, parent) in [(assembler, gcc), (gcc, make)] {
      story.pass(Story.millisecond)
      story.exit(process, parent, comm: "gcc", ExitStatus(code: 0))
    }
    guard failing else { return story }
    let lost = story.fork(103, from: make, comm: "make")
    for folder in ["/usr/local/bin", "/usr/bin"] {
      story.pass(Story.millisecond)
      attempt(&story, lost, make, folder + "/nosuch")
    }
    story.exit(lost, make, comm: "make", ExitStatus(code: 127))
    let test = story.fork(104, from: make, comm: "make")
    story.exec(test, make, story.image(["./test"]))
    story.pass(Story.millisecond)
    story.exit(test, make, comm: "test", ExitStatus(signal: 11))
    return story
  }

  private func attempt(_ story: inout Story, _ id: ProcessID, _ parent: ProcessID, _ file: String) {
    let name = String(file.split(separator: "/").last ?? "")
    let image = ProcessImage(
      time: story.now, comm: "gcc", file: RawBytes(utf8: file), argv: StringVector([name, "a.s"]))
    story.append(
      .failedExec(FailedExecEvent(process: story.facts(id, parent, "gcc"), errno: 2, image: image)))
  }

  private func roles(_ frame: Frame, ofRowWith text: String) -> Set<Role> {
    guard let row = (0..<frame.size.rows).first(where: { frame.text(row: $0).contains(text) }) else { return [] }
    return Set((0..<frame.size.columns).map { frame[row, $0].style.role })
  }

  @Test func `A search that found its program is one dim row, and is not counted`() throws {
    let state = AppState.showing(build(failing: false), columns: 160, rows: 40)
    let frame = state.render()
    let lines = state.screen.split(separator: "\n").map(String.init)
    #expect(lines.count { $0.contains("ENOENT as, 2 tries before an exec: as a.s") } == 1, "\(state.screen)")
    #expect(!roles(frame, ofRowWith: "2 tries before").contains(.failed))
    #expect(lines[0].contains("0 nonzero") && !lines[0].contains("failed"))
    #expect(!lines.contains { $0.contains("✗ ENOENT") })
  }

  @Test func `A search that found nothing is one failure, with its name and the number of tries`() throws {
    let state = AppState.showing(build(), columns: 160, rows: 40)
    #expect(state.screen.contains("ENOENT nosuch, 2 tries: nosuch a.s"), "\(state.screen)")
    #expect(roles(state.render(), ofRowWith: "nosuch, 2 tries").contains(.failed))
    #expect(state.screen.contains("(forked) make ✗ ENOENT /usr/bin/nosuch"), "\(state.screen)")
    #expect(state.screen.split(separator: "\n")[0].contains("2 nonzero"))
    #expect(state.screen.split(separator: "\n")[0].contains("1 failed exec"))
  }

  @Test func `Keys go to each failure, around the end, and unfold what hides it`() throws {
    var state = AppState.showing(build(), columns: 120, rows: 40)
    state.press(.home)
    var pids: [Int32] = []
    for _ in 0..<3 {
      state.press(.character("e"))
      pids.append(try #require(state.tree.selection).pid)
    }
    #expect(pids == [103, 104, 103])
    #expect(state.message?.text == "wrapped to the first failure")
    state.press(.character("E"))
    #expect(state.tree.selection?.pid == 104 && state.message?.text == "wrapped to the last failure")
    state.select(pid: 100)
    state.press(.character("-"), .character("e"))
    #expect(state.tree.selection?.pid == 103 && state.shown.outline.folds.isEmpty)
  }

  @Test func `Keys tell why there is nothing to go to`() {
    var state = AppState.showing(build(failing: false), columns: 120, rows: 40)
    state.press(.character("e"))
    #expect(state.message?.text == "no failure yet: no nonzero exit, no signal, no failed exec")
    state = AppState.showing(build(), columns: 120, rows: 40)
    state.start(filter: "comm=as")
    state.press(.character("e"))
    #expect(state.message?.text == "the filter hides all 3 failures")
    state.start(filter: "sig=SEGV")
    state.press(.character("e"), .character("e"))
    #expect(state.message?.text == "the only failure that the filter shows")
  }

  @Test func `A collapsed child is shown when it failed`() throws {
    var story = Story()
    let make = story.fork(100, from: story.id(50, at: 5), comm: "make")
    for pid in Int32(200)..<260 {
      let child = story.fork(pid, from: make, comm: "sh")
      story.pass(Story.millisecond)
      story.exit(child, make, comm: "sh", ExitStatus(code: pid == 210 || pid == 255 ? 1 : 0))
    }
    var state = AppState.showing(story, columns: 120, rows: 40)
    state.press(.home, .character("e"))
    #expect(state.tree.selection?.pid == 210)
    state.press(.character("e"))
    #expect(state.tree.selection?.pid == 255)
    state.press(.character("E"))
    #expect(state.tree.selection?.pid == 210 && state.message == nil)
  }

  @Test func `In the log keys go to its failures`() throws {
    var state = AppState.showing(build(), columns: 120, rows: 40)
    state.press(.character("3"), .character("e"))
    var kinds: [LogEntry.Kind] = []
    for _ in 0..<3 {
      let cursor = try #require(state.log.cursor)
      kinds.append(try #require(state.shown.tree.log[cursor]).kind)
      state.press(.character("e"))
    }
    #expect(kinds == [.failedExec, .exit, .exit])
    #expect(state.message?.text == "wrapped to the first failure")
    state.press(.character("E"))
    let last = try #require(state.log.cursor.flatMap { state.shown.tree.log[$0] })
    #expect(last.id?.pid == 104 && last.kind == .exit)
  }

  @Test func `f shows only failures with their ancestors, and makes playing faster`() {
    var state = AppState.showing(build(), columns: 120, rows: 40, mode: .replay)
    state.press(.character("f"))
    #expect(state.typedFilter.text == "is:failed" && state.shown.outline.matchCount == 2)
    #expect(!state.screen.contains("before an exec"))
    state.press(.character("f"))
    #expect(state.typedFilter.text.isEmpty)
    state.press(.character("p"), .character("f"))
    #expect(state.typedFilter.text.isEmpty && state.screen.hasPrefix(" PLAY 2x "))
  }

  @Test func `A filter of failures forgets a search that finds its program`() throws {
    var state = AppState.showing(Story(), columns: 120, rows: 40)
    state.start(filter: "is:failed")
    let events = build(failing: false).events
    let exec = try #require(
      events.firstIndex { if case .exec(let exec) = $0 { exec.process.id.pid == 102 } else { false } })
    _ = state.reduce(.events(Array(events[..<exec]), now: Story().now + Story.second))
    #expect(state.shown.outline.matchCount == 1 && state.shown.logCount == 1)
    _ = state.reduce(.events(Array(events[exec...]), now: Story().now + 2 * Story.second))
    #expect(state.shown.outline.matchCount == 0 && state.shown.logCount == 0)
  }

  // MARK: - Columns

  @Test func `Columns without information leave their room, until they are needed`() {
    let quiet = AppState.showing(build(failing: false), columns: 120, rows: 40)
    #expect(!quiet.screen.contains("STATUS") && !quiet.screen.contains("USER"))
    let failed = AppState.showing(build(), columns: 120, rows: 40)
    #expect(failed.screen.contains("STATUS") && !failed.screen.contains("USER"))
    #expect(!failed.screen.split(separator: "\n").contains { $0.contains("○ exit 0") && $0.contains("gcc a.c") })
    var chosen = quiet
    chosen.settings.columns = ColumnChoice(shown: [.pid, .user, .status])
    #expect(chosen.screen.contains("STATUS") && chosen.screen.contains("USER"))
  }

  @Test func `A second user makes the column of users, which stays`() {
    var story = build(failing: false)
    let other = story.fork(300, from: story.id(50, at: 5), comm: "cron", user: "root", uid: 0)
    var state = AppState.showing(story, columns: 120, rows: 40)
    #expect(state.screen.contains("USER"))
    state.start(filter: "comm=gcc")
    #expect(state.screen.contains("USER"))
    _ = other
  }

  @Test(arguments: [80, 100, 120, 160, 200])
  func `The command has half of the tree`(columns: Int) throws {
    let state = AppState.showing(.build(), columns: columns, rows: 40)
    let (width, tree) = (try #require(state.layout[.tree]).columns, try #require(state.geometry.tree))
    #expect(tree.commandWidth >= width / 2)
  }

  @Test func `The directory of a system program is left out, and that of another is not`() {
    var story = Story()
    let shell = story.id(50, at: 5)
    for (index, program) in ["/usr/bin/make", "/usr/local/bin/make", "/tmp/make", "./make"].enumerated() {
      let child = story.fork(Int32(100 + index), from: shell, comm: "bash")
      story.exec(child, shell, story.image([program, "x\(index)"]))
    }
    let screen = AppState.showing(story, columns: 120, rows: 40).screen
    #expect(screen.contains(" make x0") && screen.contains("/usr/local/bin/make x1"))
    #expect(screen.contains("/tmp/make x2") && screen.contains("./make x3") && !screen.contains(" /usr/bin/make x0 "))
  }
}
