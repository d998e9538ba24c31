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
  /// Every key it stands on; the first is the one that the key bar shows.
  package let keys: [Key]
  /// The word or two that stand in the key bar; nil where it is not worth a place there.
  package let label: StaticString?
  /// One line for the help and the manual, without a full stop.
  package let summary: StaticString
  /// The panes in which it does something.
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
