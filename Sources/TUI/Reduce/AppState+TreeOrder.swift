internal import ProcessTree

/// When the tree's siblings were sorted last.
struct TreeOrderState: Hashable, Sendable {
  /// Nanoseconds since boot.
  var sortedAt: UInt64 = 0
  /// Events came since.
  var isStale = false

  /// Between two sortings of a live view, in nanoseconds: what moves more often cannot be read.
  static let interval: UInt64 = 1_000_000_000

  var due: UInt64 {
    let (due, overflow) = sortedAt.addingReportingOverflow(Self.interval)
    return overflow ? .max : due
  }
}

extension AppState {
  /// The next order, or the same the other way round.
  mutating func sortTree(_ command: CommandID) {
    var order = shown.outline.order
    if command == .topReverse {
      order.isReversed.toggle()
    } else {
      let all = SiblingOrder.Key.allCases
      order = SiblingOrder(all[((all.firstIndex(of: order.key) ?? 0) + 1) % all.count])
    }
    updateShown { $0.setOrder(order) }
    treeOrder = TreeOrderState(sortedAt: now)
    let name = Self.orderName(order) ?? "oldest on top"
    say("siblings \(name); more than \(.count(SiblingOrder.limit)) stay by start")
  }

  /// The order of the tree as it is said; nil for its own.
  static func orderName(_ order: SiblingOrder) -> DisplayText? {
    let name: DisplayText
    switch order.key {
    case .start where !order.isReversed: return nil
    case .start: return "newest on top"
    case .runTime: name = "by run time"
    case .cpu: name = "by CPU with all below"
    case .memory: name = "by memory"
    case .processes: name = "by processes below"
    case .name: name = "by name"
    }
    return order.isReversed ? name + ", reversed" : name
  }

  /// Once a second at most, and never while frozen. Run times also change by time alone, but nothing wakes for that.
  mutating func settleOrder() {
    let order = live.outline.order
    guard frozen == nil, order != SiblingOrder(), treeOrder.isStale || order.key == .runTime, now >= treeOrder.due
    else { return }
    live.setOrder(order)
    treeOrder = TreeOrderState(sortedAt: now)
    generation += 1
  }

  /// When siblings are sorted anew, strictly after `now`.
  func orderChange(after now: UInt64) -> UInt64? {
    guard treeOrder.isStale, live.outline.order != SiblingOrder(), now < .max else { return nil }
    return max(treeOrder.due, now + 1)
  }
}
