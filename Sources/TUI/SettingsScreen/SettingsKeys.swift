/// The keys of the settings screen, as the help and the manual list them, and as the last line names them: the most
/// important first, because those that do not fit are left out. Moving up and down works as everywhere.
package enum SettingsKeys {
  package static let all: [(keys: StaticString, label: StaticString, summary: StaticString)] = [
    ("Enter", "Change", "next value; column: show or hide; command: press a new key; also Space"),
    ("w", "Save", "write the settings to the file and close"),
    ("q S", "Keep", "close; changes hold until the program ends; also F2"),
    ("Esc", "Undo", "undo the changes and close"),
    ("Left Right", "Step", "previous and next value; column: narrower and wider"),
    ("- +", "Order", "column: move left, move right; command: one key fewer, one more; also < and >"),
    ("Del", "Reset", "restore the default; also Backspace"),
  ]

  /// The same with the present keys of commands.
  static func all(_ map: KeyMap, arrows: Bool) -> [(keys: DisplayText, label: DisplayText, summary: DisplayText)] {
    let leaving: [CommandID] = [.quit, .settings]
    let isStandard = leaving.allSatisfy { map.keys(of: $0) == Commands[$0].keys }
    return all.map { key in
      let texts = (DisplayText(own: key.keys), DisplayText(own: key.label), DisplayText(own: key.summary))
      guard "\(key.label)" == "Keep", !isStandard else { return texts }
      let names = leaving.compactMap { map.keys(of: $0).first?.name(arrows: arrows) }
      return (names.joined(separator: " "), texts.1, "close; changes hold until the program ends")
    }
  }
}
