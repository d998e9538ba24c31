/// What the mouse does, as the help lists it; `AppState+Mouse` and its like do it.
enum MouseHelp {
  static let all: [(what: StaticString, summary: StaticString)] = [
    ("click", "select a row, give a pane the focus, press a key of the bar"),
    ("again", "tree: fold; log: show the process in the tree; top: filter to the row"),
    ("on a heading", "top: sort by that column, again: the other way round"),
    ("on a parent", "detail: go to it"),
    ("on the timeline", "go to that time"),
    ("wheel", "scroll what is under it"),
    ("drag a border", "the line between tree and detail, or the log's title"),
    ("with Shift", "mostly the terminal's own selecting"),
  ]
}
