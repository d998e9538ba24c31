import TUI

extension SettingsReader {
  static let topNames = [
    "theme", "glyphs", "mouse", "follow", "ask-to-quit", "fold-exited", "chains", "sticky-ancestors", "log-lines",
    "command-output",
  ]
  static let tableNames = ["columns", "layout", "themes", "keys"]

  mutating func readTop(_ entry: TOMLDocument.Entry) {
    guard entry.path.count == 1 else {
      if entry.path.first == "theme" {
        return report(entry, "theme takes the name of a theme: define your own in [themes.NAME]")
      }
      let table = TOMLDocument.Entry(
        path: [entry.path[0]], line: entry.line, value: .table, valueRange: entry.valueRange,
        prefix: [], isInline: false)
      return reportUnknown(table, among: Self.tableNames, what: "table")
    }
    switch entry.path[0] {
    case "theme":
      // `checkThemeName` looks for the theme at the end of the file, which may define it.
      if let name = string(entry, "the name of a theme in quotes") { settings.theme = name }
    case "glyphs":
      guard let name = string(entry, "\"auto\", \"utf8\" or \"ascii\"") else { return }
      guard let choice = GlyphChoice(rawValue: name) else {
        return report(entry, "expected \"auto\", \"utf8\" or \"ascii\", \(Self.found(entry.value))")
      }
      settings.glyphs = choice
    case "mouse": if let isOn = boolean(entry) { settings.mouse = isOn }
    case "follow": if let isOn = boolean(entry) { settings.follow = isOn }
    case "ask-to-quit": if let isOn = boolean(entry) { settings.askToQuit = isOn }
    case "fold-exited":
      if let number = integer(entry, Settings.foldExitedRange) { settings.foldExited = number }
    case "chains": if let isOn = boolean(entry) { settings.chains = isOn }
    case "sticky-ancestors":
      if let number = integer(entry, Settings.stickyAncestorsRange) { settings.stickyAncestors = number }
    case "log-lines":
      if let number = integer(entry, Settings.logLinesRange) { settings.logLines = number }
    case "command-output":
      if let number = integer(entry, Settings.commandOutputRange) { settings.commandOutput = number }
    default: reportUnknown(entry, among: Self.topNames + Self.tableNames)
    }
  }

  mutating func checkThemeName(_ document: TOMLDocument) {
    let names = settings.themeNames
    guard !names.contains(settings.theme) else { return }
    let line = document[["theme"]]?.line
    faults.append(
      SettingsFault(
        line: line,
        "theme: unknown theme \"\(settings.theme)\": expected one of: \(names.joined(separator: " ")), "
          + "or one of your own in [themes.NAME]"))
    settings.theme = ThemeName.default
  }

  mutating func readColumns(_ entry: TOMLDocument.Entry) {
    let names = TreeColumn.allCases.map(\.rawValue)
    switch (entry.path.count, entry.path.dropFirst().first) {
    case (2, "shown"):
      guard let texts = strings(entry, "a list of columns in quotes") else { return }
      var columns: [TreeColumn] = []
      for (index, text) in texts.enumerated() {
        if text == "command" {
          if index < texts.count - 1 { report(entry, "command is always the last column") }
        } else if let column = TreeColumn(rawValue: text) {
          if columns.contains(column) { report(entry, "\(text) is listed twice") } else { columns.append(column) }
        } else {
          let hint = nearestName(to: text, in: names).map { "did you mean \($0)?" }
          report(
            entry, "unknown column \"\(text)\": \(hint ?? "expected one of: \(names.joined(separator: " ")) command")")
        }
      }
      settings.columns = ColumnChoice(shown: columns, widths: settings.columns.widths)
    case (3, "widths"):
      guard let column = TreeColumn(rawValue: entry.path[2]), column.hasOwnWidth else {
        let sized = TreeColumn.allCases.filter(\.hasOwnWidth).map(\.rawValue)
        return reportUnknown(entry, among: sized, what: "column with a width")
      }
      if let width = integer(entry, TreeColumn.widthRange) { settings.columns.setWidth(width, of: column) }
    case (2, "widths") where entry.value == .table: break
    case (2, "widths"): report(entry, "expected a table, \(Self.found(entry.value))")
    case (1, _): if entry.value != .table { report(entry, "expected a table, \(Self.found(entry.value))") }
    default: reportUnknown(entry, among: ["shown", "widths"])
    }
  }

  mutating func readLayout(_ entry: TOMLDocument.Entry) {
    guard entry.path.count == 2 else {
      if entry.path.count > 2 || entry.value != .table {
        report(entry, "expected a table with: arrangement tree log zoom timeline")
      }
      return
    }
    switch entry.path[1] {
    case "arrangement":
      if let number = integer(entry, PaneChoice.arrangementRange) { settings.panes.arrangement = number }
    case "tree": if let number = integer(entry, PaneChoice.treeRange) { settings.panes.tree = number }
    case "log": if let number = integer(entry, PaneChoice.logRange) { settings.panes.log = number }
    case "zoom":
      let names = ["none"] + Pane.allCases.map(\.settingName)
      let expected = "one of: \(names.joined(separator: " "))"
      guard let name = string(entry, expected) else { return }
      guard names.contains(name) else { return report(entry, "expected \(expected), \(Self.found(entry.value))") }
      settings.panes.zoom = Pane(settingName: name)
    case "timeline":
      let expected = "\"auto\", \"on\" or \"off\""
      guard let name = string(entry, expected) else { return }
      guard let choice = TimelineChoice(rawValue: name) else {
        return report(entry, "expected \(expected), \(Self.found(entry.value))")
      }
      settings.timeline = choice
    default: reportUnknown(entry, among: ["arrangement", "tree", "log", "zoom", "timeline"])
    }
  }
}
