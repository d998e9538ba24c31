import Events

/// Events from a source, passed on in slices: between two slices the loop reads the keys. A slice is divided into
/// steps, between which the loop yields the CPU.
struct EventBacklog {
  /// Some millisecond's worth.
  private static let slice = 800
  /// Well below a tenth of that.
  private static let step = 40

  private var batches: [[ProcessEvent]]
  /// The batch that comes next, and the event in it.
  private var batch = 0
  private var next = 0
  private var leftOfSlice = 0

  /// - Parameter batches: oldest first; none of them is empty.
  init(_ batches: [[ProcessEvent]] = []) { self.batches = batches }

  var isEmpty: Bool { batch == batches.count }

  /// The next step, oldest first.
  /// - Returns: the events, and whether others of the same slice follow.
  mutating func take() -> (events: ArraySlice<ProcessEvent>, others: Bool) {
    if leftOfSlice == 0 { leftOfSlice = Self.slice }
    let events = batches[batch]
    let step = events[next..<min(next + min(Self.step, leftOfSlice), events.count)]
    leftOfSlice -= step.count
    next = step.endIndex
    if next == events.count {
      // What was taken need not wait for the rest of it.
      batches[batch] = []
      (batch, next) = (batch + 1, 0)
    }
    let others = leftOfSlice > 0 && !isEmpty
    if isEmpty { self = EventBacklog() }
    return (step, others)
  }
}
