/// What keys do while a prompt is open, as the help lists it. The keys themselves are `LineEditor`'s.
enum PromptKeys {
  /// - Parameter arrows: whether keys may be shown as arrows.
  static func all(arrows: Bool) -> [(keys: DisplayText, summary: StaticString)] {
    func names(_ first: Key, _ second: Key) -> DisplayText {
      "\(first.name(arrows: arrows)) \(second.name(arrows: arrows))"
    }
    return [
      ("Enter", "keep it"),
      ("Tab S-Tab", "complete: names of fields, and values that are there"),
      ("Esc ^C ^G", "restore what was before"),
      (names(.left, .right) + " ^B ^F", "move by a character"),
      ("Home End ^A ^E", "to the start, to the end"),
      ("^W ^U ^K", "delete the word before, all before, all after the cursor"),
      ("Backspace Del", "delete a character"),
      (names(.up, .down) + " ^P ^N", "what was typed before"),
    ]
  }
}
