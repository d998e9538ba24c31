/// What a person may set for good: a value with defaults, always within its ranges. The shell reads it from a file and
/// writes it there; the settings screen changes it.
package struct Settings: Hashable, Sendable {
  /// The name of a theme: one of the program's own, or of `ownThemes`.
  package var theme = ThemeName.default
  /// Themes that the person made, by name.
  package var ownThemes: [String: OwnTheme] = [:]
  package var glyphs = GlyphChoice.auto
  package var columns = ColumnChoice()
  package var panes = PaneChoice()
  package var timeline = TimelineChoice.auto
  package var mouse = true
  /// Whether the view begins with the newest process selected as it comes.
  package var follow = false
  /// How many of a parent's exited children have rows of their own: those before them share one; 0 for all of them.
  package var foldExited = Picture.stowsBeyond { didSet { foldExited = Self.foldExitedRange.clamp(foldExited) } }
  /// Entries that the log remembers, from the next start on.
  package var logLines = 100_000 { didSet { logLines = Self.logLinesRange.clamp(logLines) } }
  /// MiB of a traced command's output that are kept while the view has the screen, from the next start on.
  package var commandOutput = 64 { didSet { commandOutput = Self.commandOutputRange.clamp(commandOutput) } }
  package var keys = KeyMap.standard

  package init() {}

  package static let foldExitedRange = 0...1_000_000
  package static let logLinesRange = 1000...10_000_000
  package static let commandOutputRange = 1...65_536
}

/// Whether the panes draw with signs beyond ASCII.
package enum GlyphChoice: String, Hashable, Sendable, CaseIterable {
  /// As the locale's encoding allows.
  case auto
  case utf8, ascii
}

/// Whether there is a timeline, as far as the screen has room for one.
package enum TimelineChoice: String, Hashable, Sendable, CaseIterable {
  /// On a high screen.
  case auto
  case on, off
}

/// How the panes share the screen.
package struct PaneChoice: Hashable, Sendable {
  /// 1 shows all panes, 2 all but the detail, 3 all but the log; what is left out comes in when it has the focus.
  package var arrangement = 1 { didSet { arrangement = Self.arrangementRange.clamp(arrangement) } }
  /// The part of the width that the tree has beside the detail, in percent.
  package var tree = 62 { didSet { tree = Self.treeRange.clamp(tree) } }
  /// The part of the height that the log has, in percent.
  package var log = 36 { didSet { log = Self.logRange.clamp(log) } }
  /// The pane that has the whole screen; nil where all have their part of it.
  package var zoom: Pane?

  package init() {}

  package static let arrangementRange = 1...3
  package static let treeRange = 30...80
  package static let logRange = 15...70
}

extension ClosedRange<Int> {
  func clamp(_ value: Int) -> Int { Swift.min(Swift.max(value, lowerBound), upperBound) }
}

/// What the terminal can show, as the shell found it.
package struct TerminalTraits: Hashable, Sendable {
  package var isUTF8: Bool
  /// 0 for none, 8, 16, 256, or more for any red, green and blue.
  package var colors: Int
  /// NO_COLOR is set and not empty.
  package var refusesColor: Bool

  package init(isUTF8: Bool = true, colors: Int = 256, refusesColor: Bool = false) {
    self.isUTF8 = isUTF8
    self.colors = colors
    self.refusesColor = refusesColor
  }
}

/// An entry of the settings file that was left out, or that has a catch.
package struct SettingsFault: Error, Hashable, Sendable {
  /// From 1; nil where it is the whole file.
  package var line: Int?
  /// What was found and what was expected, in one line.
  package var message: String

  package init(line: Int?, _ message: String) {
    self.line = line
    self.message = message
  }
}
