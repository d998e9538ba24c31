internal import Events
internal import Tree

// A process as the root of the tree pane: only its subtree has rows, which are indented from it. Its ancestors are one
// line above them.

extension AppState {
  /// The root of the tree pane; nil for the whole tree, as at a moment before the start of the process.
  var root: ProcessID? { shown.outline.top.flatMap { shown.tree.contains($0) ? $0 : nil } }

  /// Whether a process was made the root, even if the shown moment is before its start.
  var hasRoot: Bool { shown.outline.top != nil }

  /// Whether the root has ancestors to show.
  var rootHasParent: Bool { hasRoot && root.flatMap { shown.tree[$0]?.parent } != nil }

  /// Makes the selected process the root, or shows the whole tree again.
  mutating func toggleRoot() {
    if hasRoot { return showWholeTree() }
    guard let id = selectedNode?.id else { return showError("no process is selected") }
    if let row = shown.row(of: id).flatMap({ shown.row(at: $0) }), row.id == id, row.collapsedCount > 0 {
      return showError("this row stands for several processes (\(keyName(.expand)) shows each)")
    }
    makeRoot(id)
  }

  mutating func makeRoot(_ id: ProcessID) {
    guard let node = shown.tree[id], canStand(on: id) else { return showError("the parent is not traced") }
    updateShown { $0.setTop(id) }
    choose(id)
    show("root: \(id.pid) \(DisplayText(node.facts.comm)) (\(keyName(.onlyBelow)) shows the whole tree)")
  }

  mutating func showWholeTree() {
    updateShown { $0.setTop(nil) }
    if let id = tree.selection { choose(id) }
    show("whole tree")
  }

  /// The crumbs over the rows; nil while the whole tree is shown. - Complexity: O(columns).
  var crumbs: Crumbs? {
    guard let id = root, let box = layout[.tree], box.crumbs != nil else { return nil }
    return Crumbs(above: id, in: shown.tree, scopeStart: scopeStart, width: max(box.columns - 1, 0), glyphs: glyphs)
  }

  /// A click on the line of the ancestors: the process that is clicked becomes the root.
  ///
  /// - Parameter column: in the pane.
  mutating func pressCrumb(column: Int) {
    guard let crumb = crumbs?.places.first(where: { $0.columns.contains(column - 1) }) else { return }
    makeRoot(crumb.id)
  }

  /// Goes to the parent of the root, which becomes the root.
  mutating func leaveRoot() {
    guard let parent = root.flatMap({ shown.tree[$0]?.parent }) else { return showError("no parent") }
    makeRoot(parent)
  }
}

/// The ancestors of the root in one line, `systemd › sshd › bash ›`, cut at the left.
struct Crumbs {
  /// One ancestor, and its columns in the line.
  struct Place {
    var id: ProcessID
    var columns: Range<Int>
  }

  private(set) var text = DisplayText()
  private(set) var places: [Place] = []

  /// - Complexity: O(width).
  init(above root: ProcessID, in tree: ProcessTree, scopeStart: UInt64?, width: Int, glyphs: Glyphs) {
    let sign: DisplayText = " \(glyphs.chain) "
    var names: [(id: ProcessID, text: DisplayText)] = []
    var rest = width - glyphs.ellipsis.width - sign.width
    var next = tree[root]?.parent
    while let id = next, let node = tree[id] {
      let name: DisplayText =
        node.isPlaceholder ? "\(id.pid)" : CommandText.name(ofLink: node, glyphs: glyphs)
      rest -= name.width + sign.width
      guard rest >= 0 else { break }
      names.append((id, name))
      next = node.parent
    }
    if next != nil { text = glyphs.ellipsis + sign }
    for (id, name) in names.reversed() {
      places.append(Place(id: id, columns: text.width..<text.width + name.width))
      text += name + sign
    }
  }
}
