/// What the mouse does, as the help lists it. `AppState+Mouse` and its neighbours implement it.
enum MouseHelp {
  static let all: [(what: StaticString, summary: StaticString)] = [
    ("click", "select a row, focus a pane, press a key of the key bar"),
    ("click again", "tree: fold; log: show the process in the tree; top: filter to the row"),
    ("on a heading", "top: sort by that column; again: reverse"),
    ("on a parent", "detail: go to that process"),
    ("on the timeline", "go to that time"),
    ("wheel", "scroll the pane under the pointer"),
    ("drag a border", "resize: the line between tree and detail, or the title of the log"),
    ("with Shift", "select text as usual (in most terminals)"),
  ]
}
