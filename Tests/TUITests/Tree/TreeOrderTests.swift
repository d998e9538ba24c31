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
      state.press(.character("s"))
      #expect(state.screen.contains("running, \(name)"), "\(name)")
      #expect(values(state, value).allSatisfy { $0 == $0.sorted(by: >) }, "\(name)")
      #expect(Set(rows(state)) == Set(natural) && state.tree.selection == selection)
      state.press(.character("r"))
      #expect(values(state, value).allSatisfy { $0 == $0.sorted() }, "\(name), reversed")
    }
    state.press(.f(6))
    #expect(state.screen.contains("by name"))
    state.press(.character("s"))
    #expect(rows(state) == natural)
    state.press(.character("r"))
    #expect(state.screen.contains("newest first") && rows(state) != natural)
  }

  @Test func `The title says the order where not all of its notes have room`() {
    var state = AppState.showing(Story.build(), columns: 80, rows: 24)
    #expect(state.screen.contains("running"))
    // By CPU time of the subtree.
    state.press(.character("s"), .character("s"))
    #expect(state.screen.contains(", by subtree CPU "))
    state.press(.character("s"), .character("s"), .character("r"))
    for _ in 0..<6 { state.press(.character("<")) }
    #expect(state.screen.contains(" 1 Tree  by descendants, rever… "))
  }

  @Test func `Rows move once a second at most, and never while frozen`() {
    var story = Story.build()
    var state = AppState.showing(story, columns: 160, rows: 50)
    // By processes below.
    state.press(.character("s"), .character("s"), .character("s"), .character("s"))
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
    state.press(.character("s"))
    state.press(.character(" "))
    #expect(state.live.outline.order.key == .name)
  }
}
