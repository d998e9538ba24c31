import Testing

@testable import TUI

/// The table of commands.
@Suite
struct CommandsTests {
  @Test func `Every command stands in it once`() {
    #expect(Commands.all.map(\.id).count == CommandID.allCases.count)
    #expect(Set(Commands.all.map(\.id)) == Set(CommandID.allCases))
    for id in CommandID.allCases { #expect(Commands[id].id == id) }
  }

  @Test func `No key stands for two`() {
    let keys = Commands.all.flatMap(\.keys)
    #expect(Set(keys).count == keys.count)
    for command in Commands.all {
      #expect(!command.keys.isEmpty)
      for key in command.keys { #expect(Commands.command(on: key)?.id == command.id) }
    }
  }

  @Test func `Keys that terminals keep for themselves are free`() {
    for letter in ["s", "h", "j", "q", "m", "i"] as [Character] { #expect(Commands.command(on: .ctrl(letter)) == nil) }
  }

  @Test(arguments: [Glyphs.utf8, .ascii])
  func `The help names every command with every key`(glyphs: Glyphs) {
    let lines = HelpText.lines(glyphs: glyphs, width: 200).map { line in line.runs.map(\.text.string).joined() }
    for command in Commands.all {
      let keys = command.keys.map { $0.name(arrows: glyphs.showsArrows).string }.joined(separator: " ")
      #expect(lines.contains { $0.contains(keys) && $0.hasSuffix(command.summary.description) })
    }
  }

  @Test func `The help fits any width`() {
    for width in [1, 5, 20, 40, 80] {
      for line in HelpText.lines(glyphs: .utf8, width: width) where width >= 40 { #expect(line.width <= width - 1) }
    }
  }

  @Test func `The key bar has what has a label`() {
    let bars = [false, true].flatMap { isFrozen in
      Pane.allCases.map { Commands.keyBar(of: $0, isTop: false, isFrozen: isFrozen) }
        + [Commands.keyBar(of: .tree, isTop: true, isFrozen: isFrozen)]
        + Pane.allCases.map { Commands.keyBar(of: $0, isTop: false, isFrozen: true, isPlaying: true) }
    }
    for bar in bars { #expect(Set(bar).count == bar.count && bar.first == .help && bar.contains(.quit)) }
    for command in Commands.all where command.label != nil {
      #expect(bars.contains { $0.contains(command.id) }, "\(command.id)")
    }
  }

  @Test(arguments: Pane.allCases)
  func `In every pane the key bar says what Enter does there, and how to leave`(pane: Pane) {
    var state = AppState.showing(.build())
    if pane != .tree { state.press(.character(Character("\(pane.number)"))) }
    // To a process that has parents to go to.
    if pane == .detail {
      state.press(.character("1"), .down, .down, .character("2"), .right)
    }
    let bar = state.screen.split(separator: "\n").last ?? ""
    #expect(bar.contains("q Quit") && bar.hasPrefix("? Help"))
    switch pane {
    case .tree: #expect(bar.contains("t Top") && bar.contains("y Copy"))
    case .log: #expect(bar.contains("Enter Show"))
    case .detail: #expect(bar.contains("→ Parents") && bar.contains("Enter Go"))
    }
  }
}
