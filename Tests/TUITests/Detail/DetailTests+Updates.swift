import Events
import Testing

@testable import TUI
@testable import Tree

/// The detail while its process and those below it change.
extension DetailTests {
  @Test func `The sums follow each event below`() {
    var story = Story.build()
    var state = AppState.showing(story, columns: 120, rows: 40)
    state.select(pid: 10_233)
    #expect(lines(state).contains("Descendants  7"))
    for pid in Int32(30_000)..<30_004 {
      let known = story.events.count
      let child = story.fork(pid, from: story.id(10_262, at: 3666), comm: "sh")
      story.fail(child, child, comm: "sh", ["x"], errno: 2)
      _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
      var other = state
      other.detail.content = nil
      other.reconcile()
      #expect(lines(state) == lines(other))
    }
  }

  /// Updating the detail piece by piece gives the same as making it again.
  @Test(arguments: [200, 120, 100, 72]) func `The pieces that change alone are up to date`(columns: Int) throws {
    var story = Story.build()
    var state = AppState.showing(story, columns: columns, rows: 40)
    state.select(pid: 10_233)
    try #require(state.layout[.detail] != nil)
    func check(_ place: SourceLocation = #_sourceLocation) {
      var other = state
      other.detail.content = nil
      other.reconcile()
      #expect(lines(state) == lines(other), sourceLocation: place)
      #expect(state.detail.content?.links == other.detail.content?.links, sourceLocation: place)
      #expect(state.detail.content?.joints == other.detail.content?.joints, sourceLocation: place)
    }
    func tell(_ change: (inout Story) -> Void) {
      let known = story.events.count
      change(&story)
      _ = state.reduce(.events(Array(story.events[known...]), now: story.now))
    }
    let key = state.detail.content?.key
    for pid in Int32(30_000)..<30_012 {
      tell { story in
        let child = story.fork(pid, from: story.id(10_233, at: 3630), comm: "sh")
        if pid % 3 == 0 { story.fail(child, child, comm: "sh", ["x"], errno: 2) }
      }
      check()
    }
    // Back to where there was less below it, and forth again.
    for key in "((({{{[[[[)))}}}" {
      state.press(.character(key))
      state.select(pid: 10_233)
      if state.selectedNode != nil { check() }
    }
    if state.isFrozen { state.press(.character(" ")) }
    state.select(pid: 10_233)
    for seconds in [1, 59, 3600, 86_400, 400_000] {
      _ = state.reduce(.tick(now: state.now + UInt64(seconds) * Story.second))
      check()
    }
    #expect(state.detail.content?.key.parents == key?.parents)
    // The parents are part of it.
    let parent = try #require(state.selectedNode?.parent)
    tell { $0.exec(parent, $0.id(1, at: 1), $0.image(["another-shell"])) }
    check()
    #expect(lines(state).contains { $0.contains("another-shell") })
  }

  /// As when one goes back and forth in time: pieces get shorter and longer, with wrapped lines in them and behind them.
  @Test(arguments: 4...60) func `A piece may shrink`(width: Int) throws {
    var story = Story()
    let systemd = story.id(1, at: 1)
    story.existing(systemd, nil, ["/sbin/init"])
    let parent = story.fork(50, from: systemd, comm: "init")
    let long = (0..<12).map { "NAME\($0)=" + String(repeating: "word ", count: 9) }
    story.exec(parent, systemd, story.image(["parent"], env: long))
    var moments: [Int] = []
    for pid in Int32(60)..<64 {
      let child = story.fork(pid, from: parent, comm: "parent")
      moments.append(story.events.count)
      story.fail(child, parent, comm: "parent", ["none"], errno: 2)
      moments.append(story.events.count)
      story.exec(child, parent, story.image(["child"]))
      story.pass(7_000_000)
      story.exit(child, parent, comm: "child", ExitStatus(code: 0))
      moments.append(story.events.count)
    }
    let states = moments.map { (count: Int) -> AppState in
      var state = AppState(
        size: Size(columns: 80, rows: 24), mode: .live, clock: Story.clock, glyphs: .utf8, now: story.now)
      _ = state.reduce(.events(Array(story.events[..<count]), now: story.now))
      return state
    }
    func content(_ state: AppState, updating old: DetailContent? = nil) throws -> DetailContent {
      let tree = state.shown.tree
      let node = try #require(tree[parent])
      let key = DetailContent.Key(
        of: node, in: tree, now: story.now, clock: state.clock, scopeStart: nil, width: width)
      guard var old else {
        return DetailContent(of: node, in: tree, key: key, now: story.now, clock: state.clock, glyphs: state.glyphs)
      }
      #expect(old.key == key)
      old.update(node, in: tree, now: story.now, clock: state.clock, glyphs: state.glyphs)
      return old
    }
    for first in states {
      let before = try content(first)
      for second in states {
        let updated = try content(second, updating: before)
        let fresh = try content(second)
        #expect(updated.lines == fresh.lines)
        #expect(updated.joints == fresh.joints)
        #expect(updated.links == fresh.links)
      }
    }
  }
}
