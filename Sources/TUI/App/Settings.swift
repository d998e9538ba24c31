/// The settings of the user: a value with defaults, always within its ranges. The shell reads and writes the settings
/// file; the settings screen changes the value.
package struct Settings: Hashable, Sendable {
  /// The name of a built-in theme, or of one of `ownThemes`.
  package var theme = ThemeName.default
  /// Themes that the user defined, by name.
  package var ownThemes: [String: OwnTheme] = [:]
  package var glyphs = GlyphChoice.auto
  package var columns = ColumnChoice()
  package var panes = PaneChoice()
  package var timeline = TimelineChoice.auto
  package var mouse = true
  /// Whether the view starts with following the newest process.
  package var follow = false
  /// Whether `quit` asks while nothing of what a live view has gathered is saved.
  package var askToQuit = true
  /// The number of a parent's exited children with a row of their own: the older ones share a collapsed row; 0 shows
  /// all of them.
  package var foldExited = ViewData.exitedChildLimit { didSet { foldExited = Self.foldExitedRange.clamp(foldExited) } }
  /// Whether a chain of only children shares one row.
  package var chains = true
  /// The most ancestors of the first row in view that stay on top of the tree.
  package var stickyAncestors = 3 {
    didSet { stickyAncestors = Self.stickyAncestorsRange.clamp(stickyAncestors) }
  }
  /// The number of entries that the log remembers, from the next start on.
  package var logLines = 100_000 { didSet { logLines = Self.logLinesRange.clamp(logLines) } }
  /// The MiB of a traced command's output to keep while the view has the screen, from the next start on.
  package var commandOutput = 64 { didSet { commandOutput = Self.commandOutputRange.clamp(commandOutput) } }
  package var keys = KeyMap.standard

  package init() {}

  package static let foldExitedRange = 0...1_000_000
  package static let stickyAncestorsRange = 0...3
  package static let logLinesRange = 1000...10_000_000
  package static let commandOutputRange = 1...65_536
}

/// Whether the panes draw with signs beyond ASCII.
package enum GlyphChoice: String, Hashable, Sendable, CaseIterable {
  /// As the locale's encoding allows.
  case auto
  case utf8, ascii
}

/// Whether the timeline is shown, if the screen has room for it.
package enum TimelineChoice: String, Hashable, Sendable, CaseIterable {
  /// On a high screen.
  case auto
  case on, off
}

/// How the panes share the screen.
package struct PaneChoice: Hashable, Sendable {
  /// 1 shows all panes, 2 all but the detail, 3 all but the log; a hidden pane appears while it has the focus.
  package var arrangement = 1 { didSet { arrangement = Self.arrangementRange.clamp(arrangement) } }
  /// The width of the tree beside the detail, in percent.
  package var tree = 62 { didSet { tree = Self.treeRange.clamp(tree) } }
  /// The height of the log, in percent.
  package var log = 36 { didSet { log = Self.logRange.clamp(log) } }
  /// The pane that fills the screen; nil if all are shown.
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
  /// The background of the terminal; nil if it is unknown.
  package var background: Background?

  /// What text stands on.
  package enum Background: Hashable, Sendable {
    case dark, light
  }

  package init(isUTF8: Bool = true, colors: Int = 256, refusesColor: Bool = false, background: Background? = nil) {
    self.background = background
    self.isUTF8 = isUTF8
    self.colors = colors
    self.refusesColor = refusesColor
  }
}

/// A faulty entry of the settings file, which was ignored, or one with a conflict.
package struct SettingsFault: Error, Hashable, Sendable {
  /// From 1; nil for the whole file.
  package var line: Int?
  /// The fault and what was expected, in one line.
  package var message: String

  package init(line: Int?, _ message: String) {
    self.line = line
    self.message = message
  }
}
