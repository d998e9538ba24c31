internal import Filtering
internal import Tree

// When the top table is computed: at once when it is opened, then whenever its filter or moment changes, and at most
// once a second while events come. For many processes it is computed in slices. Moving and sorting do not compute it
// again.

extension AppState {
  /// Starts to compute the table, and finishes at once if there are few processes. - Complexity:
  /// O(processes), at most `topAtOnce` of them.
  mutating func makeTop() {
    top.begin(TopSum(by: top.grouping, matching: shown.filter, now: shownTime), topStamp)
    addToTop()
  }

  /// Continues the computation, or restarts it if the filter or the moment has changed.
  mutating func workOnTop() {
    if top.sum == nil || top.sumStamp != topStamp { makeTop() } else { addToTop() }
  }

  private mutating func addToTop() {
    top.add(Self.topAtOnce, of: shown.tree, at: now)
  }

  private var topStamp: TopState.Stamp {
    TopState.Stamp(
      grouping: top.grouping, filter: shown.filter?.text,
      // While it plays, once a second is enough.
      moment: isPlaying ? playback.map { $0.movedAt / 1_000_000_000 } : frozen?.time,
      sequence: frozen?.snapshot.tree.log.nextSequence)
  }

  /// The number of processes that are counted at a time. With more processes, a new filter or moment waits for
  /// `work`, so that fast keys cost only one table.
  static let topAtOnce = 20_000

  /// The table is outdated, or a newer one is being computed.
  var topHasWork: Bool { top.isOpen && (top.sum != nil || topIsOfOther) }

  /// The table belongs to another filter or moment than the rest of the screen.
  var topIsOfOther: Bool { top.stamp != topStamp }

  mutating func reconcileTop() {
    guard top.isOpen else { return }
    if topHasWork {
      if top.sumStamp != topStamp, topIsOfOther, shown.tree.totals.processes <= Self.topAtOnce { makeTop() }
    } else if frozen == nil, let due = top.due, now >= due {
      makeTop()
    }
    top.reconcile(height: rows(of: .tree))
  }

  /// When the table is computed again because time passes, strictly after `now`.
  func topChange(after now: UInt64) -> UInt64? { now == .max ? nil : top.due.map { max($0, now + 1) } }

  /// The detail shows the selected group; in the log it shows the process of the entry.
  var detailIsOfGroup: Bool { top.isOpen && focus != .log }

  /// What the detail pane shows.
  var detailLines: [StyledText] { detailIsOfGroup ? top.detail : detail.content?.lines ?? [] }

  mutating func reconcileTopDetail() {
    detail.content = nil
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
