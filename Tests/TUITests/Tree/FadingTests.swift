import Events
import Testing

@testable import TUI

/// Rows of processes that ended.
@Suite
struct FadingTests {
  /// The roles of the row of a process that ended so many seconds ago.
  private func roles(after seconds: UInt64) throws -> Set<Role> {
    var story = Story()
    let shell = story.id(980, at: 3001)
    story.existing(shell, nil, ["-bash"])
    let child = story.fork(5000, from: shell, comm: "bash")
    story.exec(child, shell, story.image(["/bin/ls", "-l"]))
    story.exit(child, shell, comm: "ls", ExitStatus(code: 0))
    story.passSeconds(seconds)
    let state = AppState.showing(story)
    let box = try #require(state.layout[.tree])
    let row = box.top + (try #require(state.shown.row(of: child)))
    return Set(state.render().row(row).prefix(box.columns).map(\.style.role))
  }

  @Test func `They step back with time`() throws {
    #expect(try roles(after: 1).isSuperset(of: [.exited, .dim]))
    let older = try roles(after: 10)
    #expect(older.contains(.fading) && older.isDisjoint(with: [.exited, .faded]))
    let old = try roles(after: 60)
    #expect(old.contains(.faded) && old.isDisjoint(with: [.exited, .fading]))
  }

  /// The view asks to be woken for each step, and for none after the last.
  @Test func `Each step is due in its time`() {
    let (end, second) = (100 * Story.second, Story.second)
    #expect(Fade.nextChange(ofEnd: end, after: end) == end + 10 * second)
    #expect(Fade.nextChange(ofEnd: end, after: end + 10 * second) == end + 60 * second)
    #expect(Fade.nextChange(ofEnd: end, after: end + 60 * second) == nil)
    #expect(Fade.nextChange(ofEnd: .max - 1, after: end) == nil)
    // Whoever ended within the same second changes in the same frame.
    #expect(Fade.nextChange(ofEnd: end + 1, after: end + 1) == end + 11 * second)
    #expect(Fade.nextChange(ofEnd: end + second, after: end + second) == end + 11 * second)
  }

  @Test(arguments: [Theme.dark, .light])
  func `Many colours have three steps`(theme: Theme) {
    for colors in [256, 1 << 24] {
      let looks = [Role.exited, .fading, .faded].map { theme.shown(in: colors)[$0] }
      #expect(Set(looks).count == 3)
    }
  }

  @Test(arguments: [Theme.default, .dark, .light, .mono, .sixteen])
  func `Eight colours and none have dim at least`(theme: Theme) {
    for colors in [0, 8] {
      let shown = theme.shown(in: colors)
      #expect(shown[.fading].emphasis.contains(.dim) && shown[.faded].emphasis.contains(.dim))
    }
  }
}
