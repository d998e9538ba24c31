import Testing

@testable import TUI

/// What a folded row says.
@Suite
struct FoldNoteTests {
  /// The note of a folded process in the build.
  private func note(
    on pid: Int32, filter: String = "", glyphs: Glyphs = .utf8, in width: Int = 200, beside command: Int = 0,
    guides: Int = 0
  ) throws -> String? {
    var state = AppState.showing(.build(), columns: 120, rows: 40)
    if !filter.isEmpty { state.start(filter: filter) }
    state.select(pid: pid)
    state.press(.character("-"))
    let id = try #require(state.tree.selection)
    let row = try #require(state.shown.row(of: id).flatMap { state.shown.row(at: $0) })
    let node = try #require(state.selectedNode)
    return FoldNote(of: row, node, isFiltered: state.shown.filter != nil, glyphs: glyphs)
      .text(in: width, beside: command, guides: guides)?.runs.map(\.text.string).joined()
  }

  @Test func `It sums up what it hides`() throws {
    #expect(try note(on: 10_233) == " +7 · 1 run · 4 nonzero · 1 failed exec · cpu 23.4ms · max 814ms")
    #expect(try note(on: 10_233, glyphs: .ascii) == " +7 - 1 run - 4 nonzero - 1 failed exec - cpu 23.4ms - max 814ms")
    let text = try note(on: 980)
    #expect(text == " +12 · 4 run · 5 nonzero · 2 failed execs · cpu 31.2ms · max 814ms", "\(text ?? "")")
  }

  @Test func `Its own run is not that of what is below`() throws {
    #expect(try note(on: 10_238) == " +1 · 1 nonzero · cpu 3.9ms")
  }

  @Test func `It gives way from the right`() throws {
    #expect(try note(on: 10_233, in: 60, beside: 20) == " +7 · 1 run · 4 nonzero · 1 failed exec")
    #expect(try note(on: 10_233, in: 60, beside: 90) == " +7 · 1 run · 4 nonzero")
    #expect(try note(on: 10_233, in: 30, beside: 90) == " +7 · 1 run")
    #expect(try note(on: 10_233, in: 30, beside: 90, guides: 9) == " +7")
    #expect(try note(on: 10_233, in: 30, beside: 5) == " +7 · 1 run · 4 nonzero")
    #expect(try note(on: 10_233, in: 13, beside: 90) == " +7")
    #expect(try note(on: 10_233, in: 12, beside: 0) == " +7 · 1 run")
    #expect(try note(on: 10_233, in: 11, beside: 0) == nil)
  }

  @Test func `under a filter it counts the matches`() throws {
    #expect(try note(on: 10_233, filter: "comm=cc") == " +3")
  }
}
