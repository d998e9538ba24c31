import TUI

extension CommandProof {
  /// One or more for each command, on the bundled recording: one for each place where it is another.
  static let all: [CommandProof] = moving + folding + panes + top + finding + time + copying + program

  private static let moving = [
    CommandProof(.up, after: [.down, .down]) { $1.place == $0.place - 1 },
    CommandProof(.down) { $1.place == $0.place + 1 },
    // A page is shorter by the lines of ancestors that cover rows, at most three: no row is left out.
    CommandProof(.pageUp, after: [.end]) { ($0.height - 4...$0.height - 1).contains($0.place - $1.place) },
    CommandProof(.pageDown) { ($0.height - 4...$0.height - 1).contains($1.place - $0.place) },
    CommandProof(.halfPageUp, after: [.end]) { $1.place == $0.place - ($0.height - 1) / 2 },
    CommandProof(.halfPageDown) { $1.place == $0.place + ($0.height - 1) / 2 },
    CommandProof(.first, after: [.end]) { $0.place > 0 && $1.place == 0 },
    CommandProof(.last) { $1.place == $1.count - 1 },
    CommandProof(.scrollLeft, after: keys("LL"), undo: keys("^")) { $1.tree != $0.tree && $1.place == $0.place },
    CommandProof(.scrollRight, undo: keys("^")) { $1.tree != $0.tree && $1.place == $0.place },
    CommandProof(.scrollToStart, after: keys("LL")) { $1.tree != $0.tree && $1.selected.contains("sh ./nig") },
    // The line of an entrypoint, which is longer than the column.
    CommandProof(.scrollToEnd, after: [.down, .down], undo: keys("^")) { $1.tree != $0.tree && $1.place == $0.place },
  ]

  private static let folding = [
    CommandProof(.collapse, undo: [.right]) { $1.count < $0.count },
    CommandProof(.expand, after: [.left]) { $1.count > $0.count },
    CommandProof(.open, undo: [.escape]) { $0.focus == .tree && $1.focus == .detail && !$1.shows(.log) },
    CommandProof(.details, undo: keys("i")) { $0.focus == .tree && $1.focus == .detail && !$1.shows(.log) },
    CommandProof(.unfold, after: keys("-")) { $1.count > $0.count },
    CommandProof(.fold, undo: keys("+")) { $1.count < $0.count },
    CommandProof(.toggleAllBelow, undo: keys("*")) { $1.count < $0.count },
    CommandProof(.toggleEverything, undo: keys("_")) { $1.count < $0.count && $1.bar.contains("folded") },
    CommandProof(.parent, after: [.down]) { $1.place == $0.place - 1 },
    CommandProof(.mark, undo: keys("M")) { $0.selected.hasPrefix("▌") && $1.selected.hasPrefix("◈") },
    CommandProof(.unmarkAll, after: keys("m")) { $1.bar.contains("1 unmarked") },
    CommandProof(.nextMark, after: keys("m") + [.home], undo: keys("M")) {
      $1.place > $0.place && $1.bar.contains("mark 1 of 1")
    },
    CommandProof(.onlyMarked, after: keys("m"), undo: keys("\"M")) { $1.status.contains(#"\pid="#) },
    CommandProof(.runTimes, undo: keys("=")) { $1.tree != $0.tree && $1.tree.first != $0.tree.first },
    CommandProof(.criticalPath, undo: keys("P")) {
      $1.shows("critical path of ") && $1.tree.contains { $0.contains("» ") }
    },
  ]

  private static let panes = [
    CommandProof(.nextPane) { $0.focus == .tree && $1.focus == .detail },
    CommandProof(.previousPane) { $0.focus == .tree && $1.focus == .log },
    CommandProof(.paneTree, after: keys("2")) { $0.focus == .detail && $1.focus == .tree },
    CommandProof(.paneDetail) { $0.focus == .tree && $1.focus == .detail },
    CommandProof(.paneLog) { $0.focus == .tree && $1.focus == .log },
    CommandProof(.zoom, undo: keys("z")) { $0.shows(.log) && !$1.shows(.log) && !$1.shows(.detail) },
    CommandProof(.arrangement, undo: keys("||")) { $0.shows(.detail) && !$1.shows(.detail) && $1.shows(.log) },
    CommandProof(.shrinkPane, undo: keys(">")) { $1.treeWidth < $0.treeWidth },
    CommandProof(.growPane, undo: keys("<")) { $1.treeWidth > $0.treeWidth },
    // A recording has none; OutputPaneTests are about those of a command.
    CommandProof(.output) { $1.bar.contains("a recording has no output") },
    CommandProof(.timeline, undo: keys("T")) { abs(($1.treeTitleRow ?? 0) - ($0.treeTitleRow ?? 0)) == 2 },
  ]

  private static let top = [
    CommandProof(.top, undo: keys("t")) { !$0.shows(" 1 Top ") && $1.shows(" 1 Top ") },
    CommandProof(.topSort, after: keys("t"), undo: [.enter] + keys("t")) {
      $1.shows("Sort: ")
    },
    CommandProof(.topReverse, after: keys("t"), undo: keys("t")) { $1.tree.first != $0.tree.first },
    // In the tree.
    CommandProof(.topSort, undo: [.escape]) { $1.shows("Sort: ") },
    CommandProof(.topReverse, undo: keys("r")) {
      $1.bar.contains("sorted newest first") && $1.tree.sorted() != $0.tree.sorted()
    },
  ]

  private static let finding = [
    CommandProof(.filter, undo: [.ctrl("g")]) { $1.bar.hasPrefix("Filter: ") },
    CommandProof(.onlyThisCommand, undo: keys("c")) { $1.status.contains(#"\comm="#) },
    CommandProof(.search, undo: [.ctrl("g")]) { $1.bar.hasPrefix("Search: ") },
    CommandProof(.goto, undo: [.ctrl("g")]) { $1.bar.hasPrefix("Go to: ") },
    CommandProof(.onlyBelow, undo: keys("b")) { $1.bar.contains("root: ") },
    CommandProof(.nextFailure) { $1.place > $0.place && $1.selected.contains("✗") },
    CommandProof(.previousFailure, after: [.end]) { $1.place < $0.place && $1.selected.contains("✗") },
    CommandProof(.onlyFailures, undo: keys("f")) { $1.status.contains(#"\is:failed"#) && $1.count < $0.count },
    CommandProof(.searchNext, after: keys("/cc1") + [.enter, .home]) { $1.place > $0.place },
    CommandProof(.searchPrevious, after: keys("/cc1") + [.enter, .end]) { $1.place < $0.place },
  ]

  private static let time = [
    CommandProof(.play, undo: [.escape]) { !$0.status.hasPrefix(" PLAY 1x ") && $1.status.hasPrefix(" PLAY 1x ") },
    CommandProof(.slower, after: keys("p"), undo: [.escape]) { $1.status.hasPrefix(" PLAY 0.5x ") },
    CommandProof(.faster, after: keys("p"), undo: [.escape]) { $1.status.hasPrefix(" PLAY 2x ") },
    CommandProof(.freeze, undo: keys(" ")) { $0.moment.isEmpty && !$1.moment.isEmpty },
    CommandProof(.earlier, after: keys("["), undo: keys(" ")) { $1.moment < $0.moment },
    CommandProof(.later, after: keys("[["), undo: keys(" ")) { $1.moment > $0.moment },
    CommandProof(.muchEarlier, after: keys("["), undo: keys(" ")) { $1.moment < $0.moment },
    CommandProof(.muchLater, after: keys("{{"), undo: keys(" ")) { $1.moment > $0.moment },
    CommandProof(.earlierBar, after: keys("("), undo: keys(" ")) { $1.moment < $0.moment },
    CommandProof(.laterBar, after: keys("(("), undo: keys(" ")) { $1.moment > $0.moment },
    CommandProof(.follow) { $1.place > $0.place && $1.bar.contains("end of recording") },
  ]

  private static let copying = [
    CommandProof(.copy, undo: [.ctrl("g")]) { $1.bar.contains("arguments") && $1.bar.contains("pid") },
    CommandProof(.write, undo: [.ctrl("g")]) { $1.bar.hasPrefix("Write to: execsnoop-top-") },
    // The recording that is shown cannot be recorded; KeepingTests records a live view.
    CommandProof(.record) { $1.bar.contains("only a live view can record") },
  ]

  private static let program = [
    CommandProof(.help, undo: keys("?")) { $1.shows(" Help ") && $1.shows("up one row") },
    CommandProof(.settings, undo: keys("S")) { $1.shows(" Settings ") },
    CommandProof(.back, after: keys("z")) { !$0.shows(.log) && $1.shows(.log) },
    CommandProof(.back, after: keys(" ")) { !$0.moment.isEmpty && $1.moment.isEmpty },
    CommandProof(.redraw, change: .redrawn),
    CommandProof(.suspend, change: .suspended),
    CommandProof(.quit, change: .ended),
  ]
}
