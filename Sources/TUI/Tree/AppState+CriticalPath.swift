internal import Events
internal import Tree

/// Whose critical path is shown.
struct PathChoice: Hashable, Sendable {
  /// Its process, with the time axis that the bars have.
  var axis: RunTimeAxis
  /// Whether the bars were shown for it, and are hidden with it.
  var hasBars: Bool
}

extension AppState {
  /// Shows the critical path of the selected process, with the bars if there is room; or hides it.
  mutating func toggleCriticalPath() {
    if let path = tree.path {
      if path.hasBars { tree.runTimes = nil }
      tree.path = nil
      return
    }
    let axis = runTimesOfSelection
    guard axis.top != nil else { return showError("no process is selected") }
    tree.path = PathChoice(axis: axis, hasBars: tree.runTimes == nil)
    if hasRoomForRunTimes { tree.runTimes = axis }
    reconcileTiming()
    guard let path = timing?.path, let node = shown.tree[path.steps[0].id] else { return }
    let name: DisplayText = "\(DisplayText(node.facts.comm)) (\(node.id.pid))"
    let (saved, whole) = (DisplayText.duration(path.mostSaved, glyphs), DisplayText.duration(path.whole, glyphs))
    show("critical path of \(name): another order saves at most \(saved) of \(whole); \(keyName(.nextMark)) next step")
  }

  /// The critical path in the detail of a process: of its root and of its steps.
  func shownPath(of id: ProcessID) -> ShownPath? {
    guard let timing, let path = timing.path, path.step(of: id) != nil else { return nil }
    return ShownPath(path: path, stamp: timing.stamp)
  }
}

/// A critical path that the detail shows. Two of the same computation are equal.
struct ShownPath: Hashable, Sendable {
  let path: CriticalPath
  fileprivate let stamp: UInt64

  static func == (a: ShownPath, b: ShownPath) -> Bool { a.stamp == b.stamp }
  func hash(into hasher: inout Hasher) { hasher.combine(stamp) }
}
