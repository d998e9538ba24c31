import Events
import Testing
import Tree

@testable import TUI

/// The top table in the tree's place.
@Suite
struct TopTests {
  /// The keys of the rows as they stand.
  func keys(_ state: AppState) -> [TopKey] { state.top.rows.map(\.key) }

  /// The processes that a table counts: all but those that are known only as a parent.
  func shownProcesses(_ state: AppState) -> Int {
    var count = 0
    var waiting = state.shown.tree.topLevelProcesses
    while let id = waiting.popLast() {
      if state.shown.tree[id]?.isPlaceholder == false { count += 1 }
      waiting += state.shown.tree.children(of: id)
    }
    return count
  }

  /// A process that starts and runs `name`, `count` times, a millisecond each.
  func run(_ name: String, _ count: Int32, in story: inout Story) -> [ProcessEvent] {
    let known = story.events.count
    let shell = story.id(980, at: 3001)
    for pid in 0..<count {
      let child = story.fork(40_000 + Int32(known) + pid, from: shell, comm: "bash")
      story.exec(child, shell, story.image([name]))
      story.pass(Story.millisecond)
      story.exit(child, shell, comm: Comm(name.utf8), ExitStatus(code: 0))
    }
    return Array(story.events[known...])
  }

  @Test func `T opens it, t and Esc lead back`() {
    var state = AppState.showing(.build())
    let before = state.screen
    state.press(.character("t"))
    #expect(state.screen.contains(" 1 Top ") && state.screen.contains("↓EXECS"))
    #expect(!state.screen.contains(" 1 Tree "))
    state.press(.character("t"))
    #expect(state.screen == before)
    state.press(.character("t"), .escape)
    #expect(state.screen == before)
    state.press(.character("3"), .character("t"))
    #expect(state.focus == .tree && state.top.isOpen)
  }

  @Test func `The zoom is left before the table`() {
    var state = AppState.showing(.build())
    state.press(.character("t"), .character("z"))
    #expect(state.layout.boxes.count == 1 && state.screen.contains(" 1 Top "))
    state.press(.escape)
    #expect(state.top.isOpen && !state.isZoomed)
    state.press(.escape)
    #expect(!state.top.isOpen)
  }

  @Test func `Keys move the selection and add nothing up`() {
    var state = AppState.showing(.build())
    state.press(.character("t"))
    let all = keys(state)
    #expect(all.count > 8 && state.top.selection == all[0])
    state.press(.down, .character("j"))
    #expect(state.top.selection == all[2])
    state.press(.up)
    #expect(state.top.selection == all[1])
    state.press(.character("G"))
    #expect(state.top.selection == all.last)
    state.press(.pageUp, .pageDown, .ctrl("u"), .ctrl("d"))
    #expect(state.top.selection == all.last)
    state.press(.character("g"), .character("k"))
    #expect(state.top.selection == all[0])
    #expect(state.top.timesMade == 1)
    #expect(state.tree.selection == AppState.showing(.build()).tree.selection)
  }

  @Test func `The selected row is always in view`() {
    var state = AppState.showing(.build(), columns: 60, rows: 12)
    state.press(.character("t"))
    for _ in 0..<keys(state).count {
      let name = state.top.selectedRow.map { TopListing.name(of: $0).string } ?? ""
      #expect(state.screen.split(separator: "\n").contains { $0.hasPrefix("▌") && $0.hasSuffix(name) })
      state.press(.down)
    }
    #expect(state.top.first + state.rows(of: .tree) == keys(state).count)
    state.press(.character("g"))
    #expect(state.top.first == 0)
  }

  @Test func `S sorts by one column after the other, r turns it around`() {
    var state = AppState.showing(.build())
    state.press(.character("t"))
    var seen: [TopColumn] = []
    for _ in TopColumn.allCases {
      seen.append(state.top.order.column)
      #expect(keys(state) == state.top(by: .comm, order: state.top.order).rows.map(\.key))
      // The column is there to be marked, wherever it stands.
      let title = TopListing.title(of: state.top.order.column, by: .comm).string
      #expect(state.screen.contains(title == "COMMAND" ? "COMMAND↑" : "↓\(title)"))
      let key = seen.count.isMultiple(of: 2) ? Key.character("s") : .f(6)
      state.press(key, key, .enter)
    }
    #expect(Set(seen) == Set(TopColumn.allCases) && state.top.order == TopOrder(.execs))
    state.press(.character("r"))
    #expect(state.top.order == TopOrder(.execs, isDescending: false) && state.screen.contains("↑EXECS"))
    #expect(keys(state) == state.top(by: .comm, order: state.top.order).rows.map(\.key))
    #expect(state.top.timesMade == 1)
  }

  @Test func `Sorting the table leaves the tree's order alone`() {
    var state = AppState.showing(.build())
    state.press(.character("t"), .character("s"), .character("s"), .enter, .character("r"), .character("t"))
    #expect(state.shown.outline.order == SiblingOrder() && !state.top.isOpen)
  }

  @Test func `The selection stays with its group while rows are sorted again`() {
    var story = Story.build()
    var state = AppState.showing(story)
    state.press(.character("t"), .down, .down)
    let selected = state.top.selection
    let first = state.top.first
    story.passSeconds(1)
    let events = run("aaa", 50, in: &story)
    _ = state.reduce(.events(events, now: story.now))
    #expect(keys(state).contains(.comm("aaa")))
    #expect(state.top.selectedRow?.key == selected && state.top.first == first)
  }

  @Test(arguments: [Key.character("s"), .f(6), .character("r")])
  func `A sort by a key leads to the first row`(key: Key) {
    var state = AppState.showing(.build(), columns: 80, rows: 12)
    state.press(.character("t"), .end)
    #expect(state.top.first > 0 && state.top.row == state.top.rows.count - 1)
    state.press(key)
    if key != .character("r") { state.press(key, .enter) }
    #expect(state.top.first == 0 && state.top.row == 0 && state.top.selection == keys(state).first)
  }

  @Test func `Left and Right change what the rows are of`() {
    var state = AppState.showing(.build())
    state.press(.character("t"))
    for grouping in TopGrouping.allCases {
      #expect(state.top.grouping == grouping && state.top.table?.grouping == grouping)
      #expect(keys(state) == state.top(by: grouping).rows.map(\.key))
      #expect(state.screen.contains(" by \(TopListing.noun(of: grouping).string) "))
      state.press(.right)
    }
    #expect(state.top.grouping == .comm)
    state.press(.left)
    #expect(state.top.grouping == .container && state.top.selection == keys(state).first)
    // It is remembered.
    state.press(.character("t"), .character("t"))
    #expect(state.top.grouping == .container)
  }

  @Test func `Enter shows the row's processes in the tree, c undoes that`() throws {
    var state = AppState.showing(.build())
    state.press(.character("t"))
    while state.top.selection != .comm("sh") { state.press(.down) }
    let count = try #require(state.top.selectedRow?.processes)
    state.press(.enter)
    #expect(!state.top.isOpen && state.typedFilter.text == #"comm="sh""#)
    let matches = state.shown.rows(0..<state.shown.outline.rowCount).filter { !$0.isContext }
    #expect(matches.count == count && count > 0)
    #expect(state.selectedNode?.facts.comm == "sh")
    state.press(.character("c"))
    #expect(state.typedFilter.text == "")
  }

  @Test func `Enter narrows what a filter let through`() throws {
    var state = AppState.showing(.build())
    state.press(.character("\\"))
    state.type("has:exit or has:sig")
    state.press(.enter, .character("t"))
    while state.top.selection != .comm("cc") { state.press(.down) }
    let count = try #require(state.top.selectedRow?.processes)
    state.press(.enter)
    #expect(state.typedFilter.text == #"(has:exit or has:sig) comm="cc""#)
    #expect(state.shown.rows(0..<state.shown.outline.rowCount).count { !$0.isContext } == count)
    state.press(.character("c"))
    #expect(state.typedFilter.text == "has:exit or has:sig")
  }

  @Test func `Every row's filter finds as many as the row counts`() {
    for grouping in TopGrouping.allCases {
      var state = AppState.showing(.hostile())
      state.press(.character("t"))
      while state.top.grouping != grouping { state.press(.right) }
      for row in state.top.rows {
        var next = state
        while next.top.selection != row.key { next.press(.down) }
        next.press(.enter)
        #expect(!next.top.isOpen)
        let found = next.shown.rows(0..<next.shown.outline.rowCount).count { !$0.isContext }
        #expect(found == row.processes, "\(row.key)")
      }
    }
  }

  @Test func `A filter that is typed is respected at once`() {
    var state = AppState.showing(.build())
    state.press(.character("t"), .character("\\"))
    state.type("comm=cc")
    #expect(keys(state) == [.comm("cc")])
    state.press(.escape)
    #expect(keys(state).count > 8 && state.top.isOpen)
    state.press(.character("\\"))
    state.type("comm=nobody")
    #expect(state.screen.contains("no process matches the filter"))
    state.press(.enter, .enter)
    #expect(state.message?.isError == true)
  }

  @Test func `Events are added up once a second at most, and time alone makes a rate go down`() {
    var story = Story.build()
    var state = AppState.showing(story)
    state.press(.character("t"))
    for _ in 0..<9 {
      story.pass(80 * Story.millisecond)
      _ = state.reduce(.events(run("aaa", 1, in: &story), now: story.now))
    }
    #expect(state.top.timesMade == 1 && !keys(state).contains(.comm("aaa")))
    // The state says when it is due, and a tick then does it.
    let due = state.nextChange(after: state.now)
    #expect(due.map { $0 <= state.top.madeAt + Story.second } == true)
    _ = state.reduce(.tick(now: state.top.madeAt + Story.second))
    #expect(state.top.timesMade == 2 && keys(state).contains(.comm("aaa")))

    // Nothing comes any more: at last nothing is waited for.
    var ticks = 0
    while let due = state.nextChange(after: state.now), ticks < 100 {
      _ = state.reduce(.tick(now: due))
      ticks += 1
    }
    #expect(ticks < 100)
    #expect(state.top.rows.allSatisfy { $0.recentExecs == 0 })
    let made = state.top.timesMade
    _ = state.reduce(.tick(now: state.now + 100 * Story.second))
    #expect(state.top.timesMade == made)
  }

  @Test func `Frozen it stands still, and goes with the moment`() {
    var story = Story.build()
    var state = AppState.showing(story)
    state.press(.character("t"), .character(" "))
    let before = state.screen.drop { $0 != "\n" }
    story.passSeconds(5)
    _ = state.reduce(.events(run("aaa", 5, in: &story), now: story.now))
    #expect(state.screen.drop { $0 != "\n" } == before)
    #expect(state.nextChange(after: state.now) == nil)

    // Back to where nothing had run yet, event by event; the table is always that of the moment.
    let shownNow = keys(state).count
    for _ in 0..<30 {
      state.press(.character("["))
      #expect(state.top.rows == state.top(by: .comm, order: state.top.order).rows)
      #expect(state.top.rows.reduce(0) { $0 + $1.processes } == shownProcesses(state))
    }
    #expect(keys(state).count < shownNow)
    state.press(.character(" "))
    #expect(keys(state).contains(.comm("aaa")))
  }

  @Test func `Time that is at its end ends nothing`() {
    var story = Story.build()
    var state = AppState.showing(story)
    state.press(.character("t"))
    for now in [UInt64.max - 1, .max] {
      _ = state.reduce(.events(run("aaa", 1, in: &story), now: now))
      #expect(state.nextChange(after: now).map { $0 > now } ?? true)
      _ = state.reduce(.tick(now: now))
    }
    #expect(keys(state).contains(.comm("aaa")))
  }

  @Test func `What is found in the tree is shown in the tree`() {
    for key in ["/", ":", "c"] as [Character] {
      var state = AppState.showing(.build())
      state.press(.character("t"), .character(key))
      #expect(!state.top.isOpen, "\(key)")
    }
    var state = AppState.showing(.build())
    state.press(.character("t"), .character("3"), .up, .enter)
    #expect(!state.top.isOpen && state.focus == .tree)
    // Keys of the tree do nothing unseen.
    state.press(.character("t"), .character("_"))
    #expect(state.message?.isError == true && state.shown.outline.folds.isEmpty)
  }

  @Test func `A closed table costs nothing`() {
    var story = Story.build()
    var state = AppState.showing(story)
    state.press(.character("t"), .character("t"))
    story.passSeconds(3)
    _ = state.reduce(.events(run("aaa", 5, in: &story), now: story.now))
    #expect(state.top.timesMade == 1 && state.top.table == nil)
  }

  @Test func `Many processes wait for work, so that keys do not`() {
    var story = Story.build()
    let shell = story.id(980, at: 3001)
    for pid in 0..<Int32(AppState.topAtOnce) { _ = story.fork(100_000 + pid, from: shell, comm: "many") }
    var state = AppState.showing(story)
    state.press(.character("t"), .character("\\"))
    let made = state.top.timesMade
    state.type("comm=many")
    #expect(state.top.timesMade == made && state.hasWork)
    while state.hasWork { _ = state.reduce(.work) }
    #expect(state.top.timesMade == made + 1 && keys(state) == [.comm("many")])

    // A table by something else is not shown under the old one's names, and a newer filter takes over on the way.
    state.press(.enter, .right)
    #expect(state.top.rows.isEmpty && state.screen.contains("computing the table") && state.hasWork)
    state.press(.character("\\"))
    state.type(" or comm=cc")
    while state.hasWork { _ = state.reduce(.work) }
    #expect(state.top.rows == state.top(by: .exe, order: state.top.order).rows && state.top.rows.count > 1)
  }

  @Test func `A live table of many processes is computed in slices, and the old one stays until it is done`() {
    var story = Story.build()
    let shell = story.id(980, at: 3001)
    for pid in 0..<Int32(2 * AppState.topAtOnce) { _ = story.fork(100_000 + pid, from: shell, comm: "many") }
    var state = AppState.showing(story)
    state.press(.character("t"))
    while state.hasWork { _ = state.reduce(.work) }
    let (made, before) = (state.top.timesMade, state.top.rows)
    story.passSeconds(2)
    _ = state.reduce(.events(run("aaa", 5, in: &story), now: story.now))
    #expect(state.hasWork && state.top.rows == before)
    // New events meanwhile do not restart it.
    var steps = 0
    while state.hasWork {
      _ = state.reduce(.events(run("bbb", 1, in: &story), now: story.now))
      _ = state.reduce(.work)
      steps += 1
    }
    #expect(steps > 1 && steps < 10 && state.top.timesMade == made + 1)
    #expect(keys(state).contains(.comm("aaa")))
  }

  @Test func `Keys of the tree's selection leave it alone while the table hides it`() {
    for pane in ["1", "2", "3"] as [Character] {
      for key in ["u", "F"] as [Character] {
        var state = AppState.showing(.build(), columns: 120, rows: 50)
        state.press(.character("t"), .character(pane))
        let tree = state.tree
        state.press(.character(key))
        #expect(state.tree == tree && state.top.isOpen, "\(key) in \(pane)")
        #expect(state.message?.isError == true, "\(key) in \(pane)")
      }
    }
  }

  @Test func `The detail tells all of the selected group`() {
    var state = AppState.showing(.build(), columns: 120, rows: 50)
    state.press(.character("t"))
    while state.top.selection != .comm("cc") { state.press(.down) }
    let lines = state.detailLines.map { $0.runs.map(\.text.string).joined() }
    #expect(lines.prefix(2) == ["cc", #"comm="cc""#])
    for column in TopColumn.allCases where column != .name && column != .period {
      let title = TopListing.title(of: column, by: .comm).string
      #expect(lines.contains { $0.hasPrefix("\(title) ") }, "\(title)")
    }
    // Three compilers of 812 ms each and some.
    #expect(lines.contains { $0.hasPrefix("to 1s ") && $0.contains("3 █") })
    state.press(.character("\\"))
    state.type("comm=nobody")
    #expect(state.detailLines.isEmpty && state.screen.contains("no group is selected"))
  }

  @Test func `In the log the detail is that of the entry's process`() {
    var state = AppState.showing(.build(), columns: 120, rows: 50)
    state.press(.character("t"), .character("3"), .up)
    let pid = state.selectedNode?.id.pid ?? 0
    #expect(state.top.isOpen && state.screen.contains(" 2 Detail  pid \(pid) "))
    state.press(.tab)
    #expect(state.detailLines == state.top.detail && !state.top.detail.isEmpty)
    #expect(!state.screen.contains(" 2 Detail  pid"))
  }

  @Test func `A long name scrolls sideways`() {
    var state = AppState.showing(.build(), columns: 40, rows: 12)
    state.press(.character("t"), .right, .right, .right)
    #expect(state.screen.contains("/user.slice") && !state.screen.contains("session-3.scope"))
    state.press(.character("$"))
    #expect(state.screen.contains("session-3.scope"))
    state.press(.character("^"))
    #expect(state.top.sideways == 0)
    state.press(.character("L"), .character("H"))
    #expect(state.top.sideways == 0)
  }
}
