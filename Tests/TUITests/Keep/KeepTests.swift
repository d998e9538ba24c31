import Testing

@testable import Events
@testable import TUI
@testable import Tree

/// Saving and recording from the view, and quitting without.
@Suite
struct KeepTests {
  private static let minute: UInt64 = 60_000_000_000

  /// A view that has gathered for some time.
  private func state(_ mode: AppState.Mode = .live, for time: UInt64 = 2 * minute) -> AppState {
    let story = Story.build()
    var state = AppState.showing(story, columns: 100, rows: 30, mode: mode)
    _ = state.reduce(.tick(now: story.now + time))
    return state
  }

  private func answer(_ state: inout AppState, _ text: String) -> [Effect] {
    state.press(.ctrl("u"))
    state.type(text)
    return state.press(.enter)
  }

  // MARK: - Quitting

  @Test(arguments: [.character("q"), .character("y"), .enter, .f(10), .ctrl("c")] as [Key])
  func `A view that is not saved asks once`(second: Key) {
    var state = state()
    #expect(state.press(.character("q")).isEmpty)
    #expect(state.screen.hasSuffix("Quit?  y quit  n stay  w save  nothing of the last 2m00s is saved"))
    #expect(state.press(second) == [.quit])
  }

  @Test(arguments: [.escape, .character("n"), .character("x")] as [Key])
  func `The view stays`(second: Key) {
    var state = state()
    state.press(.character("q"))
    #expect(state.press(second).isEmpty && state.copying.question == nil)
    #expect(state.press(.down).isEmpty)
    // A question that was answered is asked again.
    #expect(state.press(.character("q")).isEmpty && state.press(.character("q")) == [.quit])
  }

  @Test func `The question leads to saving`() {
    var state = state()
    state.press(.character("q"), .character("w"))
    #expect(state.screen.contains("Write to: execsnoop-top-"))
  }

  @Test func `^C never asks`() {
    var state = state()
    #expect(state.press(.ctrl("c")) == [.quit])
  }

  @Test func `Nothing is asked for a recording, in the first minute, with the setting off, or with a file`() {
    var replay = state(.replay)
    #expect(replay.press(.character("q")) == [.quit])
    var young = state(for: Self.minute - 1)
    #expect(young.press(.character("q")) == [.quit])
    var off = state()
    off.settings.askToQuit = false
    #expect(off.press(.character("q")) == [.quit])
    var saved = state()
    _ = saved.reduce(.kept)
    #expect(saved.press(.character("q")) == [.quit])
    var recorded = state()
    _ = recorded.reduce(.recording(RecordingSign(bytes: 1, isEnding: false)))
    #expect(recorded.press(.character("q")) == [.quit])
    // A recording that failed keeps nothing.
    _ = recorded.reduce(.recording(nil))
    #expect(recorded.press(.character("q")).isEmpty)
  }

  // MARK: - Saving

  @Test(
    arguments: [
      ("run.db", .database), ("a.b/run.NDJSON", .lines), ("~/x.json", .objects), ("x.csv", .table), ("x.txt", nil),
      ("x", nil), ("a.db/x", nil), ("x.db.gz", nil), (".csv", .table),
    ] as [(String, SaveForm?)])
  func `The ending of the name chooses the form`(path: String, form: SaveForm?) {
    #expect(SaveForm(path: path) == form)
    var state = state()
    state.press(.character("w"))
    let effects = answer(&state, path)
    if let form {
      #expect(effects == [.saveProcesses(form, path: path)])
    } else if case .write(_, path: let written, keeps: true)? = effects.first {
      #expect(written == path)
    } else {
      Issue.record("\(effects)")
    }
  }

  /// What is copied of one process is a text, whatever the file is called, and not what the view has gathered.
  @Test func `A copied text keeps nothing of the view`() {
    var state = state()
    state.select(pid: 10_233)
    state.press(.character("y"), .character("f"), .character("c"))
    guard case .write(let text, path: "x.json", keeps: false)? = answer(&state, "x.json").first else {
      Issue.record("no text")
      return
    }
    #expect(text.name == "the command")
  }

  @Test func `The prompt says what is written and how much`() {
    var state = state()
    let processes = state.shown.tree.totals.processes
    state.press(.character("w"))
    #expect(
      state.screen.contains(
        "text: \(state.rowCount) rows of the tree (.db .ndjson .json .csv .html: \(processes) processes)")
    )
    state.press(.ctrl("u"))
    state.type("x.db")
    #expect(state.screen.contains("a recording: \(processes) processes\n"))
    state.press(.escape)
    state.start(filter: "comm=make")
    while state.hasWork { _ = state.reduce(.work) }
    state.press(.character("w"), .ctrl("u"))
    state.type("x.csv")
    let matches = state.shown.outline.matchCount
    #expect(matches > 0 && matches < processes)
    #expect(state.screen.contains("a table for spreadsheets: \(matches) of \(processes) processes, with ancestors"))
    #expect(state.processesToSave.filter == "comm=make")
  }

  @Test func `A frozen view saves the moment that it shows`() {
    var state = state()
    state.press(.character("["), .character("["), .character("["))
    let saved = state.processesToSave
    #expect(saved.time == state.shownTime && saved.time < state.now)
    #expect(saved.tree.moment == saved.time)
  }

  // MARK: - Recording

  @Test func `R asks for a file, and ends the recording`() {
    var state = state()
    #expect(state.press(.character("R")).isEmpty)
    #expect(state.screen.contains("Record to: execsnoop-top-") && state.screen.contains(".db"))
    #expect(state.screen.contains(" running processes, and all events from now on"))
    #expect(answer(&state, "x.db") == [.startRecording(path: "x.db")])
    _ = state.reduce(.recording(RecordingSign(bytes: 3 << 20, isEnding: false)))
    #expect(state.screen.split(separator: "\n")[0].contains(" REC 3.0 MiB "))
    #expect(state.press(.character("R")) == [.stopRecording])
    _ = state.reduce(.recording(RecordingSign(bytes: 3 << 20, isEnding: true)))
    #expect(state.press(.character("R")).isEmpty && state.screen.contains("the recording is being completed"))
    _ = state.reduce(.recording(nil))
    #expect(!state.screen.contains(" REC "))
  }

  @Test(arguments: [(120, 40), (80, 24), (40, 10), (24, 5)])
  func `A running recording is on every screen`(columns: Int, rows: Int) {
    // A loss is more important, where there is no room for both.
    var state = AppState.showing(Story(), columns: columns, rows: rows)
    _ = state.reduce(.recording(RecordingSign(bytes: 900, isEnding: false)))
    #expect(state.screen.hasPrefix(" LIVE ") && state.screen.contains(" REC "))
  }

  @Test func `A recording can only be a database, and only of a live view`() {
    var state = state()
    state.press(.character("R"))
    #expect(answer(&state, "x.ndjson").isEmpty)
    #expect(state.screen.contains("a recording is an SQLite database: name it .db (w writes .ndjson)"))
    var replay = self.state(.replay)
    #expect(replay.press(.character("R")).isEmpty && replay.copying.question == nil)
    #expect(replay.screen.contains("only a live view can record: w saves what this one shows"))
  }
}
