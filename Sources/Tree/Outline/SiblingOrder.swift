internal import Events

/// The order in which an outline displays the children of a parent.
public struct SiblingOrder: Sendable, Hashable {
  /// A value to sort by.
  public enum Key: Sendable, Hashable, CaseIterable {
    /// By start time, earliest first.
    case start
    /// By run time until the exit or until now, longest first.
    case runTime
    /// By the CPU time of the subtree as far as known, most first.
    case cpu
    /// By peak memory, which is known at the exit, most first.
    case memory
    /// By the number of descendants, most first.
    case processes
    /// By the bytes of the comm, in ascending order.
    case name
  }

  /// The value to sort by. Children with equal values are sorted by start time.
  public var key: Key
  /// Whether the order is reversed.
  public var isReversed: Bool

  /// An order. `start`, not reversed, is the tree's own order.
  public init(_ key: Key = .start, isReversed: Bool = false) {
    self.key = key
    self.isReversed = isReversed
  }

  /// The most children that are sorted: sorting a hundred thousand would block the view. Others stay in the order of
  /// their start.
  public static let limit = 4096

  /// Whether it is the tree's own order.
  var isNatural: Bool { self == SiblingOrder() }
}

extension SiblingOrder {
  /// The children of a parent in this order, with the present values.
  /// - Complexity: O(children × log children).
  func sorted(childrenOf parent: Int32, in tree: ProcessTree) -> ContiguousArray<Int32> {
    let now = tree.moment ?? tree.log.newestTime ?? 0
    var children: [(high: UInt64, low: UInt64, place: Int, slot: Int32)] = []
    var child = tree.arena[parent].firstChild
    while child != NodeArena.none {
      let (high, low) = value(of: child, in: tree, now: now)
      children.append((high, low, children.count, child))
      child = tree.arena[child].next
    }
    children.sort { ($0.high, $0.low, $0.place) < ($1.high, $1.low, $1.place) }
    let slots = ContiguousArray(children.map(\.slot))
    return isReversed ? ContiguousArray(slots.reversed()) : slots
  }

  /// The sort key; smaller keys come first.
  private func value(of slot: Int32, in tree: ProcessTree, now: UInt64) -> (UInt64, UInt64) {
    let number: UInt64
    switch key {
    case .start: return (0, 0)
    case .name:
      guard tree.arena[record: slot].knowledge != .placeholder else { return (0, 0) }
      return tree.arena[record: slot].profile.comm.withBytes { bytes in
        var (high, low): (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.prefix(16).enumerated() {
          let bits = UInt64(byte) &<< UInt64(truncatingIfNeeded: 56 &- 8 &* (index & 7))
          if index < 8 { high |= bits } else { low |= bits }
        }
        return (high, low)
      }
    case .runTime:
      let (start, end) = (tree.arena[slot].id.startTime, tree.arena[record: slot].endTime ?? now)
      number = end > start ? end &- start : 0
    case .cpu: number = tree.arena[slot].sums.cpuTime
    case .memory: number = tree.arena[record: slot].end?.usage?.peakMemory ?? 0
    case .processes: number = UInt64(clamping: tree.arena[slot].sums.processes)
    }
    return (~number, 0)
  }
}
