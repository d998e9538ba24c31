package import ProcessTree

/// The processes on the screen that go on changing without an event: the shell has them looked at again.
package struct ShownProcesses: Hashable, Sendable {
  package struct Subject: Hashable, Sendable {
    package var id: ProcessID
    /// When the program that is shown of it began, nanoseconds since boot; 0 where none is known.
    package var programTime: UInt64
  }

  /// The one that the detail tells everything of.
  package var selected: Subject?
  /// Those that have a row.
  package var rows: [Subject] = []
  /// What the filter was typed as; empty for none. A new one asks about what nobody looked at.
  package var filter = ""

  /// Nothing.
  package init() {}
}

extension AppState {
  /// What runs and is on the screen. Nothing while the view stands still, and of a recording.
  /// - Complexity: O(rows on screen).
  package var shownProcesses: ShownProcesses {
    var result = ShownProcesses()
    guard mode == .live, frozen == nil else { return result }
    result.filter = filterText
    func subject(_ id: ProcessID) -> ShownProcesses.Subject? {
      guard let node = live.tree[id], node.isRunning, !node.isPlaceholder else { return nil }
      return ShownProcesses.Subject(id: id, programTime: node.image?.time ?? 0)
    }
    if layout[.detail] != nil, !detailIsOfGroup { result.selected = selectedNode.flatMap { subject($0.id) } }
    if !top.isOpen, let box = layout[.tree] {
      result.rows = live.rows(treeTop..<treeTop + box.rows).compactMap { subject($0.id) }
    }
    return result
  }
}
