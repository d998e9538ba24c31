/// The one table of commands. The key handling, the help, the key bar, the manual and the README's list are made from
/// it.
package enum Commands {
  /// In the order in which the help lists them.
  package static let all: [Command] = [
    Command(.up, .move, [.up, .character("k")], "up one row (stops following)"),
    Command(.down, .move, [.down, .character("j")], "down one row"),
    Command(.pageUp, .move, [.pageUp], "up one page"),
    Command(.pageDown, .move, [.pageDown], "down one page"),
    Command(.halfPageUp, .move, [.ctrl("u")], "up half a page"),
    Command(.halfPageDown, .move, [.ctrl("d")], "down half a page"),
    Command(.first, .move, [.character("g"), .home], "to the first row"),
    Command(.last, .move, [.character("G"), .end], "to the last row; log: follow new events again"),
    Command(.scrollLeft, .move, [.character("H")], "scroll left"),
    Command(.scrollRight, .move, [.character("L")], "scroll right"),
    Command(.scrollToStart, .move, [.character("^")], "scroll back to the start of the lines"),
    Command(.scrollToEnd, .move, [.character("$")], "scroll to the end of the selected line"),

    Command(
      .open, .tree, [.enter], label: "Details",
      "all details of the process, on the whole screen; log: show it in the tree; detail: go to the chosen parent"),
    Command(.details, .tree, [.character("i")], "all details of the process, on the whole screen; again: back"),
    Command(
      .collapse, .tree, [.left, .character("h")],
      "close a chain, fold; on a leaf, go to the parent (log: scroll left; detail: choose a parent)"),
    Command(
      .expand, .tree, [.right, .character("l")],
      "unfold, open a chain; else go to the first child (log: scroll right; detail: choose a parent)"),
    Command(.unfold, .tree, [.character("+")], panes: [.tree], "unfold, open a chain"),
    Command(.fold, .tree, [.character("-")], panes: [.tree], "close a chain, fold"),
    Command(
      .toggleAllBelow, .tree, [.character("*")], panes: [.tree],
      "unfold all descendants; if all are unfolded, fold them"),
    Command(
      .toggleEverything, .tree, [.character("_")], panes: [.tree],
      "fold the whole tree to its first level; again: unfold it"),
    Command(.parent, .tree, [.character("u")], "go to the parent"),
    Command(
      .mark, .tree, [.character("m")],
      "mark the selected process (marked processes are forgotten last); again: unmark it"),
    Command(.unmarkAll, .tree, [.character("M")], "unmark all"),
    Command(.nextMark, .tree, [.character("'")], "go to the next marked process, or step of the critical path"),
    Command(.onlyMarked, .tree, [.character("\"")], "show only the marked processes; again: undo"),
    Command(
      .runTimes, .tree, [.character("=")], label: "Bars", panes: [.tree, .log],
      "show run times as bars, from the start of the selected process (leaf: its parent); again: hide"),
    Command(
      .criticalPath, .tree, [.character("P")], panes: [.tree, .log],
      "mark what decided when the selected process (leaf: its parent) ended, its critical path; again: hide"),

    Command(.nextPane, .panes, [.tab], label: "Pane", "next pane"),
    Command(.previousPane, .panes, [.backTab], "previous pane"),
    Command(.paneTree, .panes, [.character("1")], "go to the tree"),
    Command(.paneDetail, .panes, [.character("2")], "go to the detail"),
    Command(.paneLog, .panes, [.character("3")], "go to the log"),
    Command(
      .zoom, .panes, [.character("z")], label: "Zoom",
      "show only this pane; again: all panes (saved with the settings)"),
    Command(
      .arrangement, .panes, [.character("|")],
      "next layout: all panes, no detail, no log (saved with the settings)"),
    Command(.shrinkPane, .panes, [.character("<")], "make this pane smaller (saved with the settings)"),
    Command(.growPane, .panes, [.character(">")], "make this pane larger (saved with the settings)"),
    Command(
      .timeline, .panes, [.character("T")],
      "show the timeline above the tree; again: hide it (saved with the settings)"),
    Command(
      .output, .panes, [.character("o")], label: "Output",
      "show what the command after -- prints, in place of the log; again: the log"),

    Command(
      .top, .top, [.character("t")], label: "Top",
      "top table; Left, Right: change the grouping; Enter: filter to the row; again: the tree"),
    Command(
      .topSort, .top, [.character("s"), .f(6)], label: "Sort",
      "menu of orders: a letter chooses; again or Tab: next, then Enter keeps it, Esc restores; also in the top table"),
    Command(
      .topReverse, .top, [.character("r")], label: "Reverse", "reverse the sort order"),

    Command(
      .filter, .find, [.character("\\"), .f(4), .character("&")], label: "Filter",
      "filter as you type: Tab completes, Enter keeps the filter, Esc restores the previous one"),
    Command(
      .onlyThisCommand, .find, [.character("c")], label: "This command",
      "show only processes with the selected command; again: undo"),
    Command(
      .search, .find, [.character("/"), .f(3)], label: "Search",
      "search as you type, from the selection on, wrapping; in detail and help: search their lines"),
    Command(
      .goto, .find, [.character(":")],
      "go to a pid as you type, or to a time (05:28:57, 2026-03-01T05:28, -10s, +1m30s)"),
    Command(
      .onlyBelow, .find, [.character("b")], label: "Root",
      "make the selected process the root, under one line with its ancestors (click one: root); again: undo"),
    Command(
      .nextFailure, .find, [.character("e")], label: "Next failure",
      "go to the next failure: nonzero exit, signal or failed exec; unfolds what hides it; log: in the log"),
    Command(.previousFailure, .find, [.character("E")], "go to the previous failure"),
    Command(
      .onlyFailures, .find, [.character("f")], label: "Failures",
      "show only failures with their ancestors; again: undo (while playing: play faster)"),
    Command(.searchNext, .find, [.character("n")], label: "Next match", "next match"),
    Command(.searchPrevious, .find, [.character("N")], "previous match"),

    Command(
      .play, .time, [.character("p")], label: "Play",
      "play from the shown moment (a whole recording: from its start); again: pause"),
    Command(.slower, .time, [.character("d")], label: "Slower", "play at half the speed, about"),
    Command(
      .faster, .time, [.character("D")], label: "Faster", "play at twice the speed, about (while playing also f)"),
    Command(
      .freeze, .time, [.character(" ")], label: "Freeze",
      "freeze the screen while events are still collected; again: thaw; playing: pause"),
    Command(
      .earlier, .time, [.character("["), .character(",")], label: "Previous event",
      "freeze and go to the previous event: tree, ages and totals as of that time"),
    Command(
      .later, .time, [.character("]"), .character(".")],
      "go to the next event, including events that arrived while frozen"),
    Command(.muchEarlier, .time, [.character("{")], "go back by a screenful of events"),
    Command(.muchLater, .time, [.character("}")], "go forward by a screenful of events"),
    Command(
      .earlierBar, .time, [.character("(")], label: "Previous bar",
      "go back to the previous bar of the timeline that has events"),
    Command(.laterBar, .time, [.character(")")], "go forward to the next bar of the timeline that has events"),
    Command(
      .follow, .time, [.character("F")], label: "Follow",
      "keep the newest process selected and the end of the log in view; again: stop"),

    Command(
      .copy, .copy, [.character("y")], label: "Copy",
      "copy: a second letter selects what (again: the row); f writes it to a file instead"),
    Command(
      .write, .copy, [.character("w")],
      "write to a file: .db .ndjson .json .csv .html: processes; other names: rows of this pane"),
    Command(
      .record, .copy, [.character("R")],
      "record all events from now on to a new file; again: complete it (live view only)"),

    Command(.help, .program, [.character("?"), .f(1)], label: "Help", "this help; again: close it"),
    Command(.settings, .program, [.character("S"), .f(2)], label: "Settings", "settings: look, columns, panes, keys"),
    Command(
      .back, .program, [.escape],
      "close what is open: help, details, zoom, search, top table, root, filter, playing; then thaw"),
    Command(.redraw, .program, [.ctrl("l")], "redraw the whole screen"),
    Command(.suspend, .program, [.ctrl("z")], "suspend (fg in the shell resumes)"),
    Command(
      .quit, .program, [.character("q"), .f(10), .ctrl("c")], label: "Quit",
      "quit; in help, settings and details: close them; asks first if nothing is saved (^C never asks)"),
  ]

  /// The command bound to a key by default; nil for a key that is not bound.
  package static func command(on key: Key) -> Command? { KeyMap.standard.command(on: key) }

  package static subscript(_ id: CommandID) -> Command { all[byID[id]!] }

  private static let byID = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1.id, $0) })

  /// The commands of the key bar, most important first: those without room are left out.
  static func keyBar(of pane: Pane, isTop: Bool, isFrozen: Bool, isPlaying: Bool = false) -> [CommandID] {
    let time: [CommandID] =
      isPlaying ? [.slower, .faster, .earlier] : isFrozen ? [.play, .earlier, .earlierBar] : []
    let rest: [CommandID] = isFrozen ? [] : [.earlier]
    // On 80 columns there is room for about seven: the way out is always one of them.
    let first: [CommandID] =
      [.help, .filter, .search, .output]
      + (isFrozen ? [.quit, .freeze] + time + [.nextFailure] : [.nextFailure, .quit, .freeze])
    return switch pane {
    case .tree where isTop:
      [.help, .topSort, .topReverse, .expand, .open, .filter, .freeze] + time + [.top, .quit] + rest
        + [.nextPane, .zoom, .settings]
    case .tree:
      first + [.top, .copy, .nextPane, .onlyFailures, .onlyThisCommand] + rest
        + [.open, .follow, .zoom, .searchNext, .topSort, .runTimes, .onlyBelow, .settings]
    case .detail:
      [.help, .search, .expand, .open, .filter, .copy, .nextPane, .quit, .output, .freeze] + time + [.onlyThisCommand]
        + rest
        + [.zoom, .searchNext, .settings]
    case .log:
      first + [.open, .copy, .nextPane, .onlyFailures, .onlyThisCommand] + rest + [.top, .zoom, .searchNext, .settings]
    }
  }
}
