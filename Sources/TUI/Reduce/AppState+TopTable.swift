internal import ProcessTree

// When the top table is added up: as soon as it is asked for, then whenever what it is of changed, and once a second at
// most while events come. Of many processes it is added up in slices. Moving and sorting add nothing up.

extension AppState {
  /// Begins to add up what is shown now, and does so at once where that is no work. - Complexity: O(processes), at most
  /// `topAtOnce` of them.
  mutating func makeTop() {
    top.begin(TopSum(by: top.grouping, matching: shown.filter, now: shownTime), topStamp)
    addToTop()
  }

  /// Goes on adding up; anew where what is shown has become something else.
  mutating func workOnTop() {
    if top.sum == nil || top.sumStamp != topStamp { makeTop() } else { addToTop() }
  }

  private mutating func addToTop() {
    top.add(Self.topAtOnce, of: shown.tree, at: now)
  }

  private var topStamp: TopState.Stamp {
    TopState.Stamp(
      grouping: top.grouping, filter: shown.filter?.text, moment: frozen?.time,
      sequence: frozen?.picture.tree.log.nextSequence)
  }

  /// Processes that are looked at in one go. Where there are more, a new filter or moment waits for `work`: keys that
  /// come faster than that is done cost one table together.
  static let topAtOnce = 20_000

  /// The table is not of what is shown, or a newer one is on its way.
  var topHasWork: Bool { top.isOpen && (top.sum != nil || topIsOfOther) }

  /// What the table shows, if anything, is of another filter or moment than the rest of the screen.
  var topIsOfOther: Bool { top.stamp != topStamp }

  mutating func settleTop() {
    guard top.isOpen else { return }
    if topHasWork {
      if top.sumStamp != topStamp, topIsOfOther, shown.tree.totals.processes <= Self.topAtOnce { makeTop() }
    } else if frozen == nil, let due = top.due, now >= due {
      makeTop()
    }
    top.settle(height: rows(of: .tree))
  }

  /// When the table is made anew by the passing of time, strictly after `now`.
  func topChange(after now: UInt64) -> UInt64? { now == .max ? nil : top.due.map { max($0, now + 1) } }

  /// The detail is that of the selected group; in the log it still is that of the entry's process.
  var detailIsOfGroup: Bool { top.isOpen && focus != .log }

  /// What the detail pane shows.
  var detailLines: [StyledText] { detailIsOfGroup ? top.detail : detailContent?.lines ?? [] }

  mutating func settleTopDetail() {
    detailContent = nil
    guard let row = top.selectedRow else {
      top.detail = []
      detail.top = 0
      return
    }
    guard let box = layout[.detail] else {
      top.detail = []
      return
    }
    var writer = TopDetailWriter(row, by: top.grouping, width: box.columns - 1, glyphs: glyphs)
    writer.write()
    top.detail = writer.lines
    detail.top = min(max(detail.top, 0), max(top.detail.count - box.rows, 0))
  }
}
