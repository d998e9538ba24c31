/// A command of the user, whatever key it is bound to. The reducer switches over these; `Commands.all` describes
/// them.
package enum CommandID: String, Hashable, Sendable, CaseIterable {
  // Move
  case up, down, pageUp, pageDown, halfPageUp, halfPageDown, first, last
  case scrollLeft, scrollRight, scrollToStart, scrollToEnd
  // Tree
  case collapse, expand, toggleFold, unfold, fold, toggleAllBelow, toggleEverything, parent, mark, unmarkAll, nextMark,
    onlyMarked, runTimes
  // Panes
  case nextPane, previousPane, paneTree, paneDetail, paneLog, zoom, arrangement, shrinkPane, growPane, timeline
  // Top
  case top, topSort, topReverse
  // Find
  case filter, onlyThisCommand, search, searchNext, searchPrevious, goto, onlyBelow
  // Time
  case freeze, earlier, later, muchEarlier, muchLater, earlierBar, laterBar, follow
  // Copy
  case copy, write
  // Program
  case help, settings, back, redraw, suspend, quit
}
