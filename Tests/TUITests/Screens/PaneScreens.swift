import Testing

@testable import TUI

/// Panes look as recorded.
/// Every pane and prompt, at every size, in UTF-8 and in ASCII: a file for each.
@Suite
struct PaneScreens {
  private static let sizes = [(20, 5), (40, 10), (80, 24), (120, 40), (200, 50)]

  @Test(arguments: PaneScene.allCases)
  func `At every size, in UTF-8 and ASCII`(scene: PaneScene) {
    var text: [String] = []
    for (columns, rows) in Self.sizes {
      let frames = [Glyphs.utf8, .ascii].map { glyphs in
        var state = AppState.showing(.build(), columns: columns, rows: rows, glyphs: glyphs)
        scene.open(in: &state)
        return state.render()
      }
      for row in 0..<rows { #expect(frames[1].text(row: row).allSatisfy { $0.isASCII }) }
      let (usual, ascii) = (frames[0].compactDump, frames[1].compactDump)
      // The rest is as in the view without it.
      let without = scene.isPrompt ? AppState.showing(.build(), columns: columns, rows: rows).render().compactDump : []
      text +=
        (scene.isPrompt ? lines(of: usual, differingFrom: without) : usual) + ["in ASCII, where it differs:"]
        + lines(of: ascii, differingFrom: usual) + [""]
    }
    expectGolden(text: text.joined(separator: "\n"), "panes/\(scene)")
  }

  /// With their numbers; the end of the longer one is a difference too.
  private func lines(of new: [String], differingFrom old: [String]) -> [String] {
    (0..<max(new.count, old.count)).compactMap { index in
      let (a, b) = (index < old.count ? old[index] : nil, index < new.count ? new[index] : nil)
      return a == b ? nil : "\(index): \(b ?? "(none)")"
    }
  }

  /// A theme says how roles look, and nothing else: the cells of every pane are the same in all of them.
  @Test(arguments: PaneScene.allCases)
  func `In each theme and without colours`(scene: PaneScene) {
    func frame(_ theme: String, _ traits: TerminalTraits) -> Frame {
      var settings = Settings()
      settings.theme = theme
      var state = SettingsScreens.view(settings, traits: traits)
      scene.open(in: &state)
      return state.render()
    }
    let usual = frame("default", TerminalTraits())
    for (theme, _, _) in ThemeName.all {
      for traits in [TerminalTraits(), TerminalTraits(colors: 8), TerminalTraits(refusesColor: true)] {
        let other = frame(theme, traits)
        for row in 0..<24 where other.row(row) != usual.row(row) {
          // The settings name the theme.
          #expect(scene == .settings && other.text(row: row).contains("theme"), "\(theme): \(other.text(row: row))")
        }
      }
    }
  }

  /// What each theme makes of each role: with 256 colours, with eight, and where NO_COLOR refuses them.
  @Test func `Looks`() {
    var lines: [String] = []
    for (theme, _, _) in ThemeName.all {
      var settings = Settings()
      settings.theme = theme
      for (traits, name) in [
        (TerminalTraits(), "256 colours"), (TerminalTraits(colors: 8), "8 colours"),
        (TerminalTraits(refusesColor: true), "NO_COLOR"),
      ] {
        let looks = settings.theme(for: traits)
        lines.append("\(theme), \(name)")
        for role in Role.allCases { lines.append("  \(role) \(looks[role].words)") }
        if traits.refusesColor {
          #expect(Role.allCases.allSatisfy { looks[$0].foreground == nil && looks[$0].background == nil })
        }
      }
    }
    expectGolden(text: lines.joined(separator: "\n") + "\n", "panes/looks")
  }
}
