package import Events
internal import Tree

extension AppState {
  /// When the screen changes next only because time passes, in nanoseconds since boot, strictly after `now`; nil if
  /// it does not, as while frozen. The shell sends a tick then, and needs no other timer.
  ///
  /// Ages change in steps that all share: each second up to an age of ten seconds, every five seconds from there to a
  /// minute, and every ten seconds after that. Therefore forty processes need no more frames than one. A frame that is
  /// drawn for another reason shows the exact ages.
  ///
  /// - Complexity: O(rows on screen).
  package func nextChange(after now: UInt64) -> UInt64? {
    guard frozen == nil || isPlaying else { return nil }
    let live = shown
    let others = [
      live.activity.nextChange(after: now), runTimesChange(after: now),
      isFrozen ? nil : orderChange(after: now),
    ]
    var next = others.compactMap(\.self).min()
    func consider(_ id: ProcessID) {
      guard let node = live.tree[id], node.isRunning else { return }
      let change = min(
        Self.ageChange(ofStart: node.startTime, after: now), StatusText.nextChange(of: node, after: now) ?? .max)
      next = min(next ?? change, change)
    }
    if top.isOpen {
      if !isFrozen, let change = topChange(after: now) { next = min(next ?? change, change) }
    } else if let box = layout[.tree] {
      for row in rowsInView where box.rows > 0 {
        consider(row.id)
        guard let end = live.tree[row.id]?.end?.time, now < UInt64.max / 2 else { continue }
        if let change = Fade.nextChange(ofEnd: end, after: now) { next = min(next ?? change, change) }
      }
    }
    if layout[.detail] != nil, !detailIsOfGroup, let selection = selectedNode?.id { consider(selection) }
    return next == .max ? nil : next
  }

  private static func ageChange(ofStart start: UInt64, after now: UInt64) -> UInt64 {
    let second: UInt64 = 1_000_000_000
    // The clocks of a recording may disagree: what starts in the future has no age yet, and none that is waited for.
    guard now >= start, now < UInt64.max / 2 else { return .max }
    let change = now + Format.nextAgeChange(after: now - start)
    let grid: UInt64 =
      switch change - start {
      case ...(10 * second): second
      case ...(60 * second): 5 * second
      default: 10 * second
      }
    return (change + grid - 1) / grid * grid
  }
}

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
    result.filter = typedFilter.text
    func subject(_ id: ProcessID) -> ShownProcesses.Subject? {
      guard let node = live.tree[id], node.isRunning, !node.isPlaceholder else { return nil }
      return ShownProcesses.Subject(id: id, programTime: node.image?.time ?? 0)
    }
    if layout[.detail] != nil, !detailIsOfGroup { result.selected = selectedNode.flatMap { subject($0.id) } }
    if !top.isOpen { result.rows = rowsInView.compactMap { subject($0.id) } }
    return result
  }
}

extension AppState {
  /// Something is not finished: the shell sends `work` until this is false.
  package var hasWork: Bool { shown.hasWork || topHasWork || shownOutput.hasWork }

  mutating func work() {
    guard hasWork else { return }
    generation += 1
    if shownOutput.hasWork { updateShownOutput { $0.work() } }
    guard shown.hasWork else { return workOnTop() }
    updateShown { $0.work() }
  }

  /// The number of processes that the tree forgot because of its limits.
  package var forgotten: Int { live.tree.totals.forgotten }

  /// How many rows the tree has now.
  package var rowCount: Int { shown.rowCount }

  /// Selects the process on a row of the tree, if there is one.
  package mutating func goTo(row: Int) {
    if let id = shown.row(at: row)?.id { select(id) }
    reconcile()
  }
}
