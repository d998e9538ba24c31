import ProcessTree

/// Events that are taken from a source, and are handed on in slices: between two of them the loop looks at the keys.
struct EventBacklog {
  /// Some millisecond's worth.
  private static let slice = 800

  private var events: [ProcessEvent]
  private var handedOn = 0

  init(_ events: [ProcessEvent] = []) { self.events = events }

  var isEmpty: Bool { handedOn == events.count }

  /// The next slice, oldest first.
  mutating func next() -> [ProcessEvent] {
    let start = handedOn
    let end = min(start + Self.slice, events.count)
    handedOn = end
    let slice = start == 0 && end == events.count ? events : Array(events[start..<end])
    if isEmpty { self = EventBacklog() }
    return slice
  }
}
