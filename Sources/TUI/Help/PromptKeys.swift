/// What keys do while a prompt is open, as the help lists it. `LineEditor` implements them.
enum PromptKeys {
  /// - Parameter arrows: whether keys may be shown as arrows.
  static func all(arrows: Bool) -> [(keys: DisplayText, summary: StaticString)] {
    func names(_ first: Key, _ second: Key) -> DisplayText {
      "\(first.name(arrows: arrows)) \(second.name(arrows: arrows))"
    }
    return [
      ("Enter", "accept and close the prompt"),
      ("Tab S-Tab", "complete names of fields and current values"),
      ("Esc ^C ^G", "cancel and restore the previous state"),
      (names(.left, .right) + " ^B ^F", "move by one character"),
      ("Home End ^A ^E", "to the start, to the end"),
      ("^W ^U ^K", "delete the word before, everything before, everything after the cursor"),
      ("Backspace Del", "delete a character"),
      (names(.up, .down) + " ^P ^N", "previous and next text from the history"),
    ]
  }
}
