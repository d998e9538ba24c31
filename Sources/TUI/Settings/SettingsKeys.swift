/// What keys do in the settings, as the help and the manual list it. Moving up and down is as everywhere.
package enum SettingsKeys {
  package static let all: [(keys: StaticString, label: StaticString, summary: StaticString)] = [
    ("Enter Space", "Change", "the next value; a column: show or hide it; a command: press its new key"),
    ("Left Right", "Less, more", "the value before and after; a column: narrower and wider"),
    ("- +", "Order", "a column further to the left, to the right; a command: one key less, one more; also < and >"),
    ("w", "Save", "write the settings to their file, and leave"),
    ("Esc", "Undo", "put back what was before, and leave"),
    ("S F2 q", "Keep", "leave; what was changed holds until the program ends"),
    ("Backspace Del", "Reset", "the value that the setting has by itself; a command: its own keys"),
  ]
}
