/// One row of the commands table: everything that the key handling, the help, the key bar and the manual say about it.
package struct Command: Sendable {
  package enum Group: Int, Sendable, CaseIterable {
    case move, tree, panes, top, find, time, copy, program

    package var title: StaticString {
      switch self {
      case .move: "Moving"
      case .tree: "The tree"
      case .panes: "Panes"
      case .top: "The top table"
      case .find: "Finding"
      case .time: "Time"
      case .copy: "Copying and writing"
      case .program: "Program"
      }
    }
  }

  package let id: CommandID
  package let group: Group
  /// Every key that is bound to it; the key bar shows the first one.
  package let keys: [Key]
  /// The label in the key bar; nil if the command is not listed there.
  package let label: StaticString?
  /// One line for the help and the manual, without a full stop.
  package let summary: StaticString
  /// The panes in which the command does something.
  package let panes: Set<Pane>

  init(
    _ id: CommandID, _ group: Group, _ keys: [Key], label: StaticString? = nil,
    panes: Set<Pane> = Set(Pane.allCases), _ summary: StaticString
  ) {
    self.id = id
    self.group = group
    self.keys = keys
    self.label = label
    self.panes = panes
    self.summary = summary
  }
}

/// A command of the user, whatever key it is bound to. The reducer switches over these; `Commands.all` describes
/// them.
package enum CommandID: String, Hashable, Sendable, CaseIterable {
  // Move
  case up, down, pageUp, pageDown, halfPageUp, halfPageDown, first, last
  case scrollLeft, scrollRight, scrollToStart, scrollToEnd
  // Tree
  case open, details, collapse, expand, unfold, fold, toggleAllBelow, toggleEverything, parent, mark, unmarkAll,
    nextMark,
    onlyMarked, runTimes, criticalPath
  // Panes
  case nextPane, previousPane, paneTree, paneDetail, paneLog, zoom, arrangement, shrinkPane, growPane, timeline,
    output
  // Top
  case top, topSort, topReverse
  // Find
  case filter, onlyThisCommand, search, searchNext, searchPrevious, goto, onlyBelow
  case nextFailure, previousFailure, onlyFailures
  // Time
  case play, slower, faster, freeze, earlier, later, muchEarlier, muchLater, earlierBar, laterBar, follow
  // Copy
  case copy, write, record
  // Program
  case help, settings, back, redraw, suspend, quit
}
