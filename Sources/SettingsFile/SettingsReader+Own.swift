import TUI

// Reads the user's own themes and keys.
extension SettingsReader {
  mutating func readTheme(_ entry: TOMLDocument.Entry) {
    guard entry.path.count == 3 else {
      let isEmpty = entry.value == .table && entry.path.count < 3
      if !isEmpty { report(entry, "expected [themes.NAME] with roles and their styles") }
      if isEmpty, entry.path.count == 2 { settings.ownThemes[entry.path[1], default: OwnTheme()] = OwnTheme() }
      return
    }
    let (name, role) = (entry.path[1], entry.path[2])
    if ThemeName.theme(name) != nil {
      return report(entry, "\(name) is a built-in theme: choose another name")
    }
    guard let text = string(entry, role == "base" ? "the name of a theme in quotes" : LookWish.expectation) else {
      return
    }
    var theme = settings.ownThemes[name] ?? OwnTheme()
    defer { settings.ownThemes[name] = theme }
    if role == "base" {
      let names = ThemeName.all.map(\.name)
      guard names.contains(text) else {
        return report(entry, "expected one of: \(names.joined(separator: " ")), \(Self.found(entry.value))")
      }
      theme.base = text
    } else if let known = Role(settingName: role) {
      guard let look = LookWish(settingText: text) else {
        return report(entry, "expected \(LookWish.expectation), \(Self.found(entry.value))")
      }
      theme.looks[known] = look
    } else {
      reportUnknown(entry, among: ["base"] + Role.allCases.map(\.settingName), what: "role")
    }
  }

  mutating func readKeys(_ entry: TOMLDocument.Entry) -> KeyMap.Wish? {
    guard entry.path.count == 2 else {
      if entry.value != .table || entry.path.count > 2 {
        report(entry, "expected a command's name and a list of keys")
      }
      return nil
    }
    guard let id = CommandID(settingName: entry.path[1]) else {
      reportUnknown(entry, among: CommandID.allCases.map(\.settingName), what: "command")
      return nil
    }
    var names: [String]
    if case .string(let name) = entry.value {
      names = [name]
    } else {
      guard let texts = strings(entry, "a list of keys in quotes") else { return nil }
      names = texts
    }
    var keys: [Key] = []
    for name in names {
      if let key = Key(settingName: name) {
        keys.append(key)
      } else {
        report(
          entry, "\"\(name)\" is not a key, or the terminal reserves it: expected a character, Space, ^U, F4, PgUp, …")
      }
    }
    // If all names are wrong, the command keeps its standard keys.
    return keys.isEmpty && !names.isEmpty ? nil : KeyMap.Wish(id: id, keys: keys, line: entry.line)
  }
}
