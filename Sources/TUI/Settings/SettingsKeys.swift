/// What keys do in the settings, as the help and the manual list it, and as the last line names them: those that one
/// must not miss first, since what does not fit is left out. Moving up and down is as everywhere.
package enum SettingsKeys {
  package static let all: [(keys: StaticString, label: StaticString, summary: StaticString)] = [
    ("Enter", "Change", "the next value; a column: show or hide it; a command: press its new key; also Space"),
    ("w", "Save", "write the settings to their file, and leave"),
    ("q S", "Keep", "leave; what was changed holds until the program ends; also F2"),
    ("Esc", "Undo", "put back what was before, and leave"),
    ("Left Right", "Step", "the value before and after; a column: narrower and wider"),
    ("- +", "Order", "a column further to the left, to the right; a command: one key less, one more; also < and >"),
    ("Del", "Reset", "the value that the setting has by itself; a command: its own keys; also Backspace"),
  ]

  /// The same with the keys that commands have by now.
  static func all(_ map: KeyMap, arrows: Bool) -> [(keys: DisplayText, label: DisplayText, summary: DisplayText)] {
    let leaving: [CommandID] = [.quit, .settings]
    let isStandard = leaving.allSatisfy { map.keys(of: $0) == Commands[$0].keys }
    return all.map { key in
      let texts = (DisplayText(own: key.keys), DisplayText(own: key.label), DisplayText(own: key.summary))
      guard "\(key.label)" == "Keep", !isStandard else { return texts }
      let names = leaving.compactMap { map.keys(of: $0).first?.name(arrows: arrows) }
      return (names.joined(separator: " "), texts.1, "leave; what was changed holds until the program ends")
    }
  }
}
