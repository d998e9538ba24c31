/// The one table of commands. The key handling, the help, the key bar, the manual and the README's list are made of it.
package enum Commands {
  /// In the order in which the help lists them.
  package static let all: [Command] = [
    Command(.up, .move, [.up, .character("k")], "up one row; stops following"),
    Command(.down, .move, [.down, .character("j")], "down one row"),
    Command(.pageUp, .move, [.pageUp], "up one page"),
    Command(.pageDown, .move, [.pageDown], "down one page"),
    Command(.halfPageUp, .move, [.ctrl("u")], "up half a page"),
    Command(.halfPageDown, .move, [.ctrl("d")], "down half a page"),
    Command(.first, .move, [.character("g"), .home], "to the first row"),
    Command(.last, .move, [.character("G"), .end], "to the last row; in the log, follow it again"),
    Command(.scrollLeft, .move, [.character("H")], "scroll sideways to the left"),
    Command(.scrollRight, .move, [.character("L")], "scroll sideways to the right"),
    Command(.scrollToStart, .move, [.character("^")], "scroll back to the start of the lines"),
    Command(.scrollToEnd, .move, [.character("$")], "scroll to the end of the selected line"),

    Command(
      .collapse, .tree, [.left, .character("h")],
      "fold; on a leaf, go to the parent (in the log: scroll left; in the detail: choose a parent)"),
    Command(
      .expand, .tree, [.right, .character("l")],
      "unfold; then go to the first child (in the log: scroll right; in the detail: choose a parent)"),
    Command(
      .toggleFold, .tree, [.enter], label: "Fold",
      "fold or unfold; in the log: show the process in the tree; in the detail: go to the parent chosen"),
    Command(.unfold, .tree, [.character("+")], panes: [.tree], "unfold"),
    Command(.fold, .tree, [.character("-")], panes: [.tree], "fold"),
    Command(
      .toggleAllBelow, .tree, [.character("*")], panes: [.tree],
      "unfold everything below; when all is unfolded, fold everything below"),
    Command(
      .toggleEverything, .tree, [.character("E")], panes: [.tree],
      "fold the whole tree to its first level; again: unfold the whole tree"),
    Command(.parent, .tree, [.character("u")], "go to the parent"),
    Command(
      .mark, .tree, [.character("m")],
      "mark the selected process, to find it again and to have it forgotten last; again: unmark it"),
    Command(.unmarkAll, .tree, [.character("M")], "unmark all"),
    Command(.nextMark, .tree, [.character("'")], "go to the next marked process"),
    Command(.onlyMarked, .tree, [.character("\"")], "only the marked processes; again: undo"),
    Command(
      .runTimes, .tree, [.character("=")], panes: [.tree],
      "run times as bars, since the selected process (of a leaf: its parent) began; again: hide"),

    Command(.nextPane, .panes, [.tab], label: "Pane", "next pane"),
    Command(.previousPane, .panes, [.backTab], "previous pane"),
    Command(.paneTree, .panes, [.character("1")], "the tree"),
    Command(.paneDetail, .panes, [.character("2")], "the detail"),
    Command(.paneLog, .panes, [.character("3")], "the log"),
    Command(
      .zoom, .panes, [.character("z")], label: "Zoom",
      "give the whole screen to this pane; again: all panes; the settings save it"),
    Command(
      .arrangement, .panes, [.character("|")],
      "the next layout: all panes, no detail, no log; the settings save it"),
    Command(.shrinkPane, .panes, [.character("<")], "make this pane smaller; the settings save it"),
    Command(.growPane, .panes, [.character(">")], "make this pane larger; the settings save it"),
    Command(
      .timeline, .panes, [.character("T")],
      "the timeline above the tree, of the last minutes; again: hide it; the settings save it"),

    Command(
      .top, .top, [.character("t")], label: "Top",
      "top table; Left, Right: by command, user or more; Enter: filter to the row; again: the tree"),
    Command(
      .topSort, .top, [.character("s"), .f(6)], label: "Sort",
      "siblings by start, run time, CPU, memory, processes or name; top table: by column, to its top"),
    Command(
      .topReverse, .top, [.character("r")], label: "Reverse", "sort the other way round; top table: to its top, too"),

    Command(
      .filter, .find, [.character("\\"), .f(4), .character("&")], label: "Filter",
      "filter as you type, Tab completes: Enter keeps it, Esc restores what was before"),
    Command(
      .onlyThisCommand, .find, [.character("c")], label: "Only",
      "only the selected process's command; again: undo"),
    Command(
      .search, .find, [.character("/"), .f(3)], label: "Search",
      "search as you type, from the selection on and around the end; in detail and help: their lines"),
    Command(.goto, .find, [.character(":")], "go to a process by its number, as you type"),
    Command(
      .onlyBelow, .find, [.character("b")], "only what is below the selected process, with it; again: undo"),
    Command(.searchNext, .find, [.character("n")], "next match"),
    Command(.searchPrevious, .find, [.character("N")], "previous match"),

    Command(
      .freeze, .time, [.character(" ")], label: "Freeze",
      "hold the screen still while events go on being collected; again: catch up"),
    Command(
      .earlier, .time, [.character("[")], label: "Back",
      "freeze, and go back to the event before: tree, ages and totals as they were then"),
    Command(.later, .time, [.character("]")], "forth to the next event, also to those that came while frozen"),
    Command(.muchEarlier, .time, [.character("{")], "back by a screenful of events"),
    Command(.muchLater, .time, [.character("}")], "forth by a screenful of events"),
    Command(
      .earlierBar, .time, [.character("(")], label: "5 s back",
      "back to the timeline's bar before, of those with any event"),
    Command(.laterBar, .time, [.character(")")], "forth to the timeline's next bar with any event"),
    Command(
      .follow, .time, [.character("F")], label: "Follow",
      "keep the newest process selected and the end of the log in view; again: stop"),

    Command(
      .copy, .copy, [.character("y")], label: "Copy",
      "copy: a letter more says what; f writes it to a file instead"),
    Command(.write, .copy, [.character("w")], "write all rows of this pane to a new file"),

    Command(.help, .program, [.character("?"), .f(1)], label: "Help", "this help; again: close it"),
    Command(.settings, .program, [.character("S"), .f(2)], "the settings: look, columns, panes, keys"),
    Command(
      .back, .program, [.escape],
      "close the help, leave the zoom, clear search marks, close the top table, take the filter off"),
    Command(.redraw, .program, [.ctrl("l")], "draw the whole screen anew"),
    Command(.suspend, .program, [.ctrl("z")], "suspend; the shell's fg comes back"),
    Command(.quit, .program, [.character("q"), .f(10), .ctrl("c")], label: "Quit", "quit"),
  ]

  /// The command a key stands for while nothing is changed by settings; nil for a key without one.
  package static func command(on key: Key) -> Command? { KeyMap.standard.command(on: key) }

  package static subscript(_ id: CommandID) -> Command { all[byID[id]!] }

  private static let byID = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1.id, $0) })

  /// What the key bar offers, the most wanted first: what has no room is left out.
  static func keyBar(of pane: Pane, isTop: Bool, isFrozen: Bool) -> [CommandID] {
    let time: [CommandID] = isFrozen ? [.earlier, .earlierBar] : []
    let rest: [CommandID] = isFrozen ? [] : [.earlier]
    return switch pane {
    case .tree where isTop:
      [.help, .topSort, .topReverse, .expand, .toggleFold, .filter, .freeze] + time + [.top, .quit] + rest
        + [.nextPane, .zoom]
    case .tree:
      [.help, .filter, .search, .freeze] + time + [.nextPane, .quit, .top, .copy, .onlyThisCommand] + rest
        + [.follow, .zoom, .toggleFold]
    case .detail:
      [.help, .search, .expand, .toggleFold, .filter, .copy, .nextPane, .quit, .freeze] + time + [.onlyThisCommand]
        + rest
        + [.zoom]
    case .log:
      [.help, .filter, .search, .freeze] + time + [.nextPane, .quit, .toggleFold, .copy, .onlyThisCommand] + rest
        + [.top, .zoom]
    }
  }
}
