package import Events
internal import Tree

/// The processes on the screen that may change without an event: the shell has them read again.
package struct ShownProcesses: Hashable, Sendable {
  package struct Subject: Hashable, Sendable {
    package var id: ProcessID
    /// The start of the shown program, nanoseconds since boot; 0 if unknown.
    package var programTime: UInt64
  }

  /// The process in the detail.
  package var selected: Subject?
  /// Those that have a row.
  package var rows: [Subject] = []
  /// The typed filter; empty for none. A new filter may need processes that have not been read.
  package var filter = ""

  /// Nothing.
  package init() {}
}

extension AppState {
  /// The running processes on the screen. Empty while the view is frozen, and for a recording.
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
