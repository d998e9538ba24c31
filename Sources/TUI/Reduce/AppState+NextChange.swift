internal import ProcessTree

extension AppState {
  /// When the screen changes next by the passing of time alone, in nanoseconds since boot, strictly after `now`; nil
  /// when it does not, as while frozen. The shell sends a tick then, and needs no timer but this.
  ///
  /// Ages of a minute and more change in steps of ten seconds, all together, so that forty old processes do not wake
  /// the machine forty times a minute.
  ///
  /// - Complexity: O(rows on screen).
  package func nextChange(after now: UInt64) -> UInt64? {
    guard frozen == nil else { return nil }
    let others = [
      live.activity.nextChange(after: now), timelineChange(after: now), runTimesChange(after: now),
      orderChange(after: now),
    ]
    var next = others.compactMap(\.self).min()
    func consider(_ id: ProcessID) {
      guard let node = live.tree[id], node.isRunning else { return }
      let change = Self.ageChange(ofStart: node.startTime, after: now)
      next = min(next ?? change, change)
    }
    if top.isOpen {
      if let change = topChange(after: now) { next = min(next ?? change, change) }
    } else if let box = layout[.tree] {
      let top = treeTop
      for row in live.rows(top..<top + box.rows) {
        consider(row.id)
        guard let end = live.tree[row.id]?.end?.time, now < UInt64.max / 2 else { continue }
        if let change = Fade.nextChange(ofEnd: end, after: now) { next = min(next ?? change, change) }
      }
    }
    if layout[.detail] != nil, !detailIsOfGroup, let selection = tree.selection { consider(selection) }
    return next == .max ? nil : next
  }

  private static func ageChange(ofStart start: UInt64, after now: UInt64) -> UInt64 {
    let (second, grid): (UInt64, UInt64) = (1_000_000_000, 10_000_000_000)
    // The clocks of a recording may disagree: what starts in the future has no age yet, and none that is waited for.
    guard now >= start, now < UInt64.max / 2 else { return .max }
    let change = now + Format.nextAgeChange(after: now - start)
    return now - start < 60 * second ? change : (change + grid - 1) / grid * grid
  }
}
