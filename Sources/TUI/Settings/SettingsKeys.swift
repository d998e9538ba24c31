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
}
