import ProcessTree

/// Events that are taken from a source, and are handed on in slices: between two of them the loop looks at the keys.
/// A slice comes in steps, between which the loop lets others run.
struct EventBacklog {
  /// Some millisecond's worth.
  private static let slice = 800
  /// Well below a tenth of that.
  private static let step = 40

  private let events: [ProcessEvent]
  private var next = 0
  private var endOfSlice = 0

  init(_ events: [ProcessEvent] = []) { self.events = events }

  var isEmpty: Bool { next == events.count }

  /// The next step, oldest first.
  /// - Returns: the events, and whether others of the same slice follow.
  mutating func take() -> (events: ArraySlice<ProcessEvent>, others: Bool) {
    if next == endOfSlice { endOfSlice = min(next + Self.slice, events.count) }
    let start = next
    next = min(start + Self.step, endOfSlice)
    let step = events[start..<next]
    let others = next < endOfSlice
    if isEmpty { self = EventBacklog() }
    return (step, others)
  }
}
