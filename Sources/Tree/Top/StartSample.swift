internal import Events

/// The newest starts of a group, at most `StartSample.most`: of these its period is computed. It takes a constant amount
/// of memory, however many processes a group has.
struct StartSample: Sendable {
  /// The most starts.
  static let most = 64

  private var starts: ContiguousArray<ProcessID> = []
  /// Older starts are not among the newest.
  private var floor: UInt64 = 0
  private var newest: UInt64 = 0
  private var isAscending = true
  /// Whether there were more starts than the sample has.
  private(set) var isPartial = false

  /// The number of starts, up to twice `most`.
  var count: Int { starts.count }

  /// Adds a start. - Complexity: O(1) on average.
  @inline(__always)
  mutating func add(_ id: ProcessID) {
    if id.startTime < floor { return }
    if id.startTime < newest { isAscending = false } else { newest = id.startTime }
    starts.append(id)
    if starts.count == 2 &* Self.most { prune() }
  }

  /// The newest starts, oldest first.
  var sorted: ContiguousArray<ProcessID> {
    var sorted = starts
    sorted.sort()
    if sorted.count > Self.most { sorted.removeFirst(sorted.count &- Self.most) }
    return sorted
  }

  /// Whether `sorted` leaves out some starts.
  var leavesOut: Bool { isPartial || starts.count > Self.most }

  /// Keeps the newest half.
  private mutating func prune() {
    if !isAscending { Self.partition(&starts, at: Self.most) }
    starts.removeFirst(Self.most)
    // In the order of slots, later processes are usually newer ones.
    floor = isAscending ? starts[0].startTime : starts.reduce(.max) { min($0, $1.startTime) }
    isPartial = true
  }

  /// Moves the elements that a sorted array would have from `place` on there, in any order (Hoare's selection).
  private static func partition(_ starts: inout ContiguousArray<ProcessID>, at place: Int) {
    var (low, high) = (0, starts.count &- 1)
    while low < high {
      let pivot = starts[(low &+ high) >> 1]
      var (left, right) = (low, high)
      while left <= right {
        while starts[left] < pivot { left &+= 1 }
        while pivot < starts[right] { right &-= 1 }
        if left <= right {
          starts.swapAt(left, right)
          left &+= 1
          right &-= 1
        }
      }
      if place <= right { high = right } else if place >= left { low = left } else { return }
    }
  }
}
