/// In which order an outline displays the children of one parent.
public struct SiblingOrder: Sendable, Hashable {
  /// What they are compared by.
  public enum Key: Sendable, Hashable, CaseIterable {
    /// Those that began first stand first.
    case start
    /// How long each ran, or has run; the longest first.
    case runTime
    /// The CPU time of each with all below it, as far as known; the most first.
    case cpu
    /// The peak memory of each, which is known at its end; the most first.
    case memory
    /// How many processes are below each; the most first.
    case processes
    /// The comm's bytes, in ascending order.
    case name
  }

  /// What they are compared by; those that are equal stand in the order of their start.
  public var key: Key
  /// The other way round.
  public var isReversed: Bool

  /// - Parameter key: start is the order of the tree itself.
  public init(_ key: Key = .start, isReversed: Bool = false) {
    self.key = key
    self.isReversed = isReversed
  }

  /// Of a parent with more children than this they stay in the order of their start: sorting a hundred thousand of
  /// them would hold the view.
  public static let limit = 4096

  /// It is the order of the tree itself.
  var isNatural: Bool { self == SiblingOrder() }
}

extension SiblingOrder {
  /// The children of a parent in this order, by what the tree knows of them now.
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

  /// What is smaller stands first.
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
