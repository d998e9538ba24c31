internal import Tree

/// When the siblings of the tree were last sorted.
struct TreeOrderState: Hashable, Sendable {
  /// Nanoseconds since boot.
  var sortedAt: UInt64 = 0
  /// Events have arrived since.
  var isStale = false

  /// The minimum time between two sortings of a live view, in nanoseconds: rows that move more often cannot be read.
  static let interval: UInt64 = 1_000_000_000

  /// When they may be sorted again, in nanoseconds since boot.
  var due: UInt64 {
    let (due, overflow) = sortedAt.addingReportingOverflow(Self.interval)
    return overflow ? .max : due
  }
}

extension AppState {
  /// Sorts the siblings of the tree.
  mutating func sortTree(_ order: SiblingOrder) {
    updateShown { $0.setOrder(order) }
    tree.order = TreeOrderState(sortedAt: now)
    let name = Self.orderName(order) ?? "oldest first"
    show("sorted \(name)")
  }

  /// The order of the tree in words; nil for the default.
  static func orderName(_ order: SiblingOrder) -> DisplayText? {
    let name: DisplayText
    switch order.key {
    case .start where !order.isReversed: return nil
    case .start: return "newest first"
    case .runTime: name = "by run time"
    case .cpu: name = "by subtree CPU"
    case .memory: name = "by memory"
    case .processes: name = "by descendants"
    case .name: name = "by name"
    }
    return order.isReversed ? name + ", reversed" : name
  }

  /// Sorts at most once a second, and never while frozen. Run times also change with time, but no timer wakes for
  /// that.
  mutating func reconcileOrder() {
    let order = live.outline.order
    guard frozen == nil, order != SiblingOrder(), tree.order.isStale || order.key == .runTime, now >= tree.order.due
    else { return }
    live.setOrder(order)
    tree.order = TreeOrderState(sortedAt: now)
    generation += 1
  }

  /// When siblings are sorted again, strictly after `now`.
  func orderChange(after now: UInt64) -> UInt64? {
    guard tree.order.isStale, live.outline.order != SiblingOrder(), now < .max else { return nil }
    return max(tree.order.due, now + 1)
  }
}
