import Events
import Testing
import Tree

@testable import TUI

/// The order of siblings in the tree.
@Suite
struct TreeOrderTests {
  private func rows(_ state: AppState) -> [ProcessID] { state.shown.rows(0..<state.rowCount).map(\.id) }

  /// Of each parent that has a row, the children's values in the order of the rows.
  private func values(_ state: AppState, _ value: (ProcessNode) -> UInt64) -> [[UInt64]] {
    var values: [ProcessID?: [UInt64]] = [:]
    for row in state.shown.rows(0..<state.rowCount) where row.collapsedCount == 0 {
      let node = state.shown.tree[row.id]!
      values[node.parent, default: []].append(value(node))
    }
    return Array(values.values)
  }

  @Test func `S goes through the orders, r turns them round, and the title says which`() {
    var state = AppState.showing(.build(), columns: 160, rows: 50)
    let natural = rows(state)
    let selection = state.tree.selection
    let keys: [(String, (ProcessNode) -> UInt64)] = [
      ("by run time", { $0.runTime(now: state.now) }), ("by subtree CPU", { $0.subtree.cpuTime }),
      ("by memory", { $0.end?.usage?.peakMemory ?? 0 }), ("by descendants", { UInt64($0.subtree.processes) }),
    ]
    for (name, value) in keys {
      state.press(.character("s"), .character("s"), .enter)
      #expect(state.screen.contains("running, \(name)"), "\(name)")
      #expect(values(state, value).allSatisfy { $0 == $0.sorted(by: >) }, "\(name)")
      #expect(Set(rows(state)) == Set(natural) && state.tree.selection == selection)
      state.press(.character("r"))
      #expect(values(state, value).allSatisfy { $0 == $0.sorted() }, "\(name), reversed")
    }
    state.press(.f(6), .f(6), .enter)
    #expect(state.screen.contains("by name"))
    state.press(.character("s"), .tab, .enter)
    #expect(rows(state) == natural)
    state.press(.character("r"))
    #expect(state.screen.contains("newest first") && rows(state) != natural)
  }

  @Test func `The title says the order where not all of its notes have room`() {
    var state = AppState.showing(Story.build(), columns: 80, rows: 24)
    #expect(state.screen.contains("running"))
    // By CPU time of the subtree.
    state.press(.character("s"), .character("c"))
    #expect(state.screen.contains(", by subtree CPU "))
    state.press(.character("s"), .character("d"), .character("r"))
    for _ in 0..<6 { state.press(.character("<")) }
    #expect(state.screen.contains(" 1 Tree  by descendants, rever… "))
  }

  @Test func `Rows move once a second at most, and never while frozen`() {
    var story = Story.build()
    var state = AppState.showing(story, columns: 160, rows: 50)
    // By processes below.
    state.press(.character("s"), .character("d"))
    func grow(_ count: Int32) -> [ProcessEvent] {
      let known = story.events.count
      let parent = story.id(980, at: 3001)
      for pid in 0..<count { _ = story.fork(60_000 + Int32(known) + pid, from: parent, comm: "many") }
      return Array(story.events[known...])
    }
    func isSorted() -> Bool { values(state) { UInt64($0.subtree.processes) }.allSatisfy { $0 == $0.sorted(by: >) } }
    func old(_ before: [ProcessID]) -> [ProcessID] {
      let known = Set(before)
      return rows(state).filter(known.contains)
    }
    #expect(isSorted())
    let before = rows(state)
    let start = state.now
    _ = state.reduce(.events(grow(40), now: start + 1))
    #expect(old(before) == before)
    #expect(state.nextChange(after: state.now).map { $0 <= start + 1_000_000_000 } ?? false)
    _ = state.reduce(.tick(now: start + 1_000_000_000))
    #expect(isSorted())

    state.press(.character(" "))
    let frozen = rows(state)
    _ = state.reduce(.events(grow(80), now: start + 5_000_000_000))
    _ = state.reduce(.tick(now: start + 9_000_000_000))
    #expect(rows(state) == frozen)
    state.press(.character("s"), .character("n"))
    state.press(.character(" "))
    #expect(state.live.outline.order.key == .name)
  }

  @Test func `The menu shows each order at once, and Esc restores`() {
    var state = AppState.showing(.build(), columns: 160, rows: 50)
    let natural = rows(state)
    state.press(.character("s"))
    #expect(
      state.screen.hasSuffix("Sort:  o oldest first  t run time  c CPU  m memory  d descendants  n name"))
    #expect(rows(state) == natural)
    state.press(.character("s"))
    #expect(state.shown.outline.order.key == .runTime && state.copying.question != nil)
    state.press(.backTab, .left)
    #expect(state.shown.outline.order.key == .name)
    state.press(.character("r"))
    #expect(state.shown.outline.order == SiblingOrder(.name, isReversed: true) && state.copying.question != nil)
    state.press(.escape)
    #expect(state.shown.outline.order == SiblingOrder() && rows(state) == natural && state.copying.question == nil)
    state.press(.character("s"), .character("t"))
    #expect(state.shown.outline.order.key == .runTime && state.screen.hasSuffix("sorted by run time"))
    state.press(.character("s"), .character("s"), .character("x"))
    #expect(state.shown.outline.order.key == .cpu && state.copying.question == nil)
    #expect(state.message == Message(text: "x is not in the sort menu (o t c m d n)", isError: true))
  }

  @Test(arguments: [(200, 50), (120, 40), (80, 24), (40, 10), (20, 5)])
  func `The menu fits, and shows the order it stands on`(columns: Int, height: Int) {
    for isTop in [false, true] {
      var state = AppState.showing(.build(), columns: columns, rows: height)
      if isTop { state.press(.character("t")) }
      state.press(.character("s"))
      guard case .sort(let menu)? = state.copying.question else {
        Issue.record("no menu")
        continue
      }
      #expect(Set(menu.items.map(\.letter)).count == menu.items.count)
      for item in menu.items {
        guard case .sort(let menu)? = state.copying.question else { break }
        #expect(state.screen.contains("\(menu.items[menu.index].letter) \(menu.items[menu.index].label)"), "\(item)")
        state.press(.character("s"))
      }
      expectGolden(state.render(), "sort\(isTop ? "-top" : "")-\(columns)x\(height)")
    }
  }
}
