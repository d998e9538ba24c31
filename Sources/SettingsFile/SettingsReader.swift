package import TUI

/// Reads settings from a TOML file. Unknown or wrong entries are reported and ignored; the others apply.
package struct SettingsReader {
  /// The settings of the file; standard values for all others.
  package internal(set) var settings = Settings()
  /// The unknown or wrong entries, in the order of the file.
  package internal(set) var faults: [SettingsFault] = []

  /// Reads a text. If it is not TOML, no entry applies, and the only fault gives the place.
  package init(_ bytes: [UInt8]) {
    do {
      read(try TOMLDocument(bytes))
    } catch {
      faults = [SettingsFault(line: error.line, "column \(error.column): not TOML: \(error.message)")]
    }
  }

  /// Reads a parsed text.
  package init(_ document: TOMLDocument) { read(document) }

  private mutating func read(_ document: TOMLDocument) {
    var wishes: [KeyMap.Wish] = []
    for entry in document.entries {
      switch entry.path.first {
      case "columns": readColumns(entry)
      case "layout": readLayout(entry)
      case "themes": readTheme(entry)
      case "keys": if let wish = readKeys(entry) { wishes.append(wish) }
      default: readTop(entry)
      }
    }
    readEmptyTables(document)
    settings.keys = KeyMap(wishes, faults: &faults)
    checkThemeName(document)
    faults.sort { ($0.line ?? 0) < ($1.line ?? 0) }
  }

  /// Reads tables that have a header and no entries.
  private mutating func readEmptyTables(_ document: TOMLDocument) {
    let filled = Set(document.entries.flatMap { entry in entry.path.indices.map { entry.path.prefix($0 + 1) } })
    for table in document.tables where !filled.contains(table.path[...]) {
      if table.path.count == 2, table.path[0] == "themes", ThemeName.theme(table.path[1]) == nil {
        settings.ownThemes[table.path[1]] = settings.ownThemes[table.path[1]] ?? OwnTheme()
      } else if !Self.tableNames.contains(table.path[0]) {
        let names = Self.tableNames.joined(separator: " ")
        faults.append(
          SettingsFault(line: table.line, "\(Self.name(table.path)): unknown table: expected one of: \(names)")
        )
      }
    }
  }

  /// Adds a fault of an entry.
  mutating func report(_ entry: TOMLDocument.Entry, _ message: String) {
    faults.append(SettingsFault(line: entry.line, "\(Self.name(entry.path)): \(message)"))
  }

  static func name(_ path: [String]) -> String { path.joined(separator: ".") }

  /// Adds the fault that an entry's name is unknown.
  mutating func reportUnknown(_ entry: TOMLDocument.Entry, among names: [String], what: String = "setting") {
    report(entry, "unknown \(what)\(hint(for: entry.path.last ?? "", among: names))")
  }

  private func hint(for wrong: String, among names: [String]) -> String {
    // A file with more faults than this is probably the wrong file.
    guard faults.count <= 100 else { return "" }
    return nearestName(to: wrong, in: names).map { ": did you mean \($0)?" }
      ?? ": expected one of: \(names.joined(separator: " "))"
  }
}

// Each of these reads a value, or reports a fault and returns nil.
extension SettingsReader {
  mutating func integer(_ entry: TOMLDocument.Entry, _ range: ClosedRange<Int>) -> Int? {
    if case .integer(let value) = entry.value, let number = Int(exactly: value), range.contains(number) {
      return number
    }
    report(
      entry, "expected a whole number from \(range.lowerBound) to \(range.upperBound), \(Self.found(entry.value))")
    return nil
  }

  mutating func boolean(_ entry: TOMLDocument.Entry) -> Bool? {
    if case .boolean(let isOn) = entry.value { return isOn }
    report(entry, "expected true or false, \(Self.found(entry.value))")
    return nil
  }

  mutating func string(_ entry: TOMLDocument.Entry, _ expected: String) -> String? {
    if case .string(let text) = entry.value { return text }
    report(entry, "expected \(expected), \(Self.found(entry.value))")
    return nil
  }

  mutating func strings(_ entry: TOMLDocument.Entry, _ expected: String) -> [String]? {
    if case .array(let values) = entry.value {
      let texts = values.compactMap { value in if case .string(let text) = value { text } else { nil as String? } }
      if texts.count == values.count { return texts }
    }
    report(entry, "expected \(expected), \(Self.found(entry.value))")
    return nil
  }

  /// The end of an error: the value that was found.
  static func found(_ value: TOMLValue) -> String {
    switch value {
    case .string(let text): "found \"\(text)\""
    case .integer(let number): "found \(number)"
    case .largeInteger(let text) where text.utf8.count <= 40: "found \(text), which is out of range"
    case .largeInteger(let text): "found a number of \(text.utf8.count) characters, which is out of range"
    case .boolean(let flag): "found \(flag)"
    case .array(let values) where values.contains { if case .string = $0 { false } else { true } }:
      "found a list with values of other types"
    default: "found \(value.kind)"
    }
  }
}
