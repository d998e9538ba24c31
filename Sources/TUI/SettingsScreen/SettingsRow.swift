/// One row of the settings screen: a setting that a key can change.
enum SettingsRow: Hashable, Sendable {
  case theme, glyphs
  case column(TreeColumn)
  case arrangement, tree, log, zoom, timeline
  case mouse, follow, askToQuit, foldExited, chains, stickyAncestors, logLines, commandOutput
  case keys(CommandID)

  /// All rows in their order, by sections: the columns that are shown as they stand in the tree, then the others.
  static func sections(_ settings: Settings) -> [(title: StaticString, rows: [SettingsRow])] {
    let shown = settings.columns.shown
    let columns = shown + TreeColumn.allCases.filter { !shown.contains($0) }
    return [
      ("Look", [.theme, .glyphs]),
      ("Tree columns, left of the command", columns.map { .column($0) }),
      ("Panes", [.arrangement, .tree, .log, .zoom, .timeline]),
      ("Program", [.mouse, .follow, .askToQuit, .foldExited, .chains, .stickyAncestors, .logLines, .commandOutput]),
      ("Keys", Commands.all.map { .keys($0.id) }),
    ]
  }

  static func all(_ settings: Settings) -> [SettingsRow] { sections(settings).flatMap(\.rows) }

  var label: DisplayText {
    switch self {
    case .theme: "theme"
    case .glyphs: "signs"
    case .column(let column): DisplayText(typed: column.rawValue)
    case .arrangement: "arrangement"
    case .tree: "tree"
    case .log: "log"
    case .zoom: "zoom"
    case .timeline: "timeline"
    case .mouse: "mouse"
    case .follow: "follow"
    case .askToQuit: "ask to quit"
    case .foldExited: "exited shown"
    case .chains: "chains"
    case .stickyAncestors: "ancestors"
    case .logLines: "log lines"
    case .commandOutput: "output"
    case .keys(let id): DisplayText(typed: id.settingName)
    }
  }

  /// The columns of the label: commands have longer names than settings.
  var labelWidth: Int { if case .keys = self { 17 } else { 12 } }

  /// - Parameter arrows: whether keys may be shown as arrows.
  func value(in settings: Settings, arrows: Bool = true) -> DisplayText {
    switch self {
    case .theme: DisplayText(typed: settings.theme)
    case .glyphs: DisplayText(typed: settings.glyphs.rawValue)
    case .column(let column): columnValue(column, settings.columns)
    case .arrangement: DisplayText(number: settings.panes.arrangement)
    case .tree: "\(settings.panes.tree) %"
    case .log: "\(settings.panes.log) %"
    case .zoom: settings.panes.zoom.map { DisplayText(typed: $0.settingName) } ?? "none"
    case .timeline: DisplayText(typed: settings.timeline.rawValue)
    case .mouse: settings.mouse ? "on" : "off"
    case .follow: settings.follow ? "on" : "off"
    case .askToQuit: settings.askToQuit ? "on" : "off"
    case .foldExited: settings.foldExited == 0 ? "all" : .count(settings.foldExited)
    case .chains: settings.chains ? "on" : "off"
    case .stickyAncestors: settings.stickyAncestors == 0 ? "none" : "\(settings.stickyAncestors)"
    case .logLines: .count(settings.logLines)
    case .commandOutput: "\(settings.commandOutput) MiB"
    case .keys(let id): Self.names(settings.keys.keys(of: id), arrows: arrows)
    }
  }

  private static func names(_ keys: [Key], arrows: Bool) -> DisplayText {
    keys.isEmpty ? "(no key)" : keys.map { $0.name(arrows: arrows) }.joined(separator: " ")
  }

  private func columnValue(_ column: TreeColumn, _ choice: ColumnChoice) -> DisplayText {
    let box: DisplayText = choice.shown.contains(column) ? "[x]" : "[ ]"
    return column.hasOwnWidth ? "\(box) width \(choice.width(of: column))" : box
  }

  /// A summary in one line. A built-in theme has a summary of its own, and a command with changed keys also shows its
  /// default keys.
  func summary(in settings: Settings, arrows: Bool = true) -> DisplayText {
    guard case .keys(let id) = self, settings.keys.keys(of: id) != Commands[id].keys else {
      return DisplayText(own: plainSummary(in: settings))
    }
    return "default \(Self.names(Commands[id].keys, arrows: arrows)): \(DisplayText(own: Commands[id].summary))"
  }

  private func plainSummary(in settings: Settings) -> StaticString {
    switch self {
    case .theme: ThemeName.all.first { $0.name == settings.theme }?.summary ?? "your own theme, from the settings file"
    case .glyphs: "auto: UTF-8 if the locale uses it"
    case .column(let column): column.summary
    case .arrangement: "1 all panes, 2 no detail, 3 no log"
    case .tree: "width of the tree beside the detail"
    case .log: "height of the log"
    case .zoom: "pane that fills the screen"
    case .timeline: "auto: if the screen is high enough"
    case .mouse: "clicks and wheel; off: select text as usual"
    case .follow: "start with following on (at the next start)"
    case .askToQuit: "ask before quitting with nothing saved"
    case .foldExited: "shows this many; one row summarises the rest"
    case .chains: "a chain of only children shares one row"
    case .stickyAncestors: "lines for the ancestors of the first row"
    case .logLines: "events to remember (at the next start)"
    case .commandOutput: "command output to keep (at the next start)"
    case .keys(let id): Commands[id].summary
    }
  }

  /// Changes the setting by one step, up or down. Keys have no steps: the screen asks for a key.
  ///
  /// - Parameter toggles: whether the key was Enter or Space, which switch between two values, and show or hide a
  ///   column; other keys change the width of a column.
  func step(_ offset: Int, toggles: Bool, in settings: inout Settings) {
    switch self {
    case .theme: settings.theme = Self.next(settings.theme, offset, of: settings.themeNames)
    case .glyphs: settings.glyphs = Self.next(settings.glyphs, offset, of: GlyphChoice.allCases)
    case .column(let column):
      if toggles {
        settings.columns.toggle(column)
      } else {
        settings.columns.setWidth(settings.columns.width(of: column) + offset, of: column)
      }
    case .arrangement: settings.panes.arrangement = Self.next(settings.panes.arrangement, offset, of: [1, 2, 3])
    case .tree: settings.panes.tree += 2 * offset
    case .log: settings.panes.log += 2 * offset
    case .zoom: settings.panes.zoom = Self.next(settings.panes.zoom, offset, of: [nil] + Pane.allCases)
    case .timeline: settings.timeline = Self.next(settings.timeline, offset, of: TimelineChoice.allCases)
    case .mouse: settings.mouse.toggle()
    case .follow: settings.follow.toggle()
    case .askToQuit: settings.askToQuit.toggle()
    case .foldExited: settings.foldExited = Self.rung(settings.foldExited, offset, of: Self.foldRungs)
    case .chains: settings.chains.toggle()
    case .stickyAncestors: settings.stickyAncestors += offset
    case .logLines: settings.logLines = Self.rung(settings.logLines, offset, of: Self.logRungs)
    case .commandOutput: settings.commandOutput = Self.rung(settings.commandOutput, offset, of: Self.outputRungs)
    case .keys: break
    }
  }

  /// Restores the default of the setting; a column is shown or hidden, in its present place. Keys are handled
  /// elsewhere, because other commands may have them.
  func reset(in settings: inout Settings) {
    let own = Settings()
    switch self {
    case .theme: settings.theme = own.theme
    case .glyphs: settings.glyphs = own.glyphs
    case .column(let column):
      settings.columns.setWidth(column.standardWidth, of: column)
      if settings.columns.shown.contains(column) != own.columns.shown.contains(column) {
        settings.columns.toggle(column)
      }
    case .arrangement: settings.panes.arrangement = own.panes.arrangement
    case .tree: settings.panes.tree = own.panes.tree
    case .log: settings.panes.log = own.panes.log
    case .zoom: settings.panes.zoom = own.panes.zoom
    case .timeline: settings.timeline = own.timeline
    case .mouse: settings.mouse = own.mouse
    case .follow: settings.follow = own.follow
    case .askToQuit: settings.askToQuit = own.askToQuit
    case .foldExited: settings.foldExited = own.foldExited
    case .chains: settings.chains = own.chains
    case .stickyAncestors: settings.stickyAncestors = own.stickyAncestors
    case .logLines: settings.logLines = own.logLines
    case .commandOutput: settings.commandOutput = own.commandOutput
    case .keys: break
    }
  }

  private static let foldRungs = [0, 2, 3, 4, 5, 8, 10, 20, 50, 100, 200, 500, 1000]
  private static let logRungs = [1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000]

  private static let outputRungs = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]

  /// The value at this distance in the list, which wraps around.
  private static func next<Value: Equatable>(_ value: Value, _ offset: Int, of values: [Value]) -> Value {
    guard let index = values.firstIndex(of: value) else { return values[0] }
    return values[((index + offset) % values.count + values.count) % values.count]
  }

  /// The next rung of a ladder above or below a value, which may be between two.
  private static func rung(_ value: Int, _ offset: Int, of rungs: [Int]) -> Int {
    (offset > 0 ? rungs.first { $0 > value } : rungs.last { $0 < value }) ?? value
  }
}
