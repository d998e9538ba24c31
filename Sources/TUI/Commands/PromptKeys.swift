/// What keys do while a prompt is open, as the help and the manual list it. The keys themselves are `LineEditor`'s.
package enum PromptKeys {
  package static let all: [(keys: StaticString, summary: StaticString)] = [
    ("Enter", "keep it"),
    ("Tab S-Tab", "complete: names of fields, and values that are there"),
    ("Esc ^C ^G", "restore what was before"),
    ("\u{2190} \u{2192} ^B ^F", "move by a character"),
    ("Home End ^A ^E", "to the start, to the end"),
    ("^W ^U ^K", "delete the word before, all before, all after the cursor"),
    ("Backspace Del", "delete a character"),
    ("\u{2191} \u{2193} ^P ^N", "what was typed before"),
  ]
}
