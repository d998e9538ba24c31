internal import ProcessTree

/// How far the row of a process that ended has stepped back: in steps, with what its name and the rest of it look like.
enum Fade: Hashable {
  case recent, older, old

  /// Nil of what runs, or is known only as a parent.
  ///
  /// - Parameter now: the moment that is shown, nanoseconds since boot.
  init?(of node: ProcessNode, now: UInt64) {
    guard !node.isRunning else { return nil }
    guard let end = node.end?.time, now >= end else {
      self = .recent
      return
    }
    self = now - end < Self.steps[0] ? .recent : now - end < Self.steps[1] ? .older : .old
  }

  /// When the looks change, in nanoseconds after the end.
  static let steps: [UInt64] = [10_000_000_000, 60_000_000_000]

  /// When a row changes by time alone, strictly after `now`; nil when it does not any more.
  static func nextChange(ofEnd end: UInt64, after now: UInt64) -> UInt64? {
    steps.lazy.map { end.addingReportingOverflow($0) }.first { !$0.overflow && $0.partialValue > now }?.partialValue
  }

  var name: Role {
    switch self {
    case .recent: .exited
    case .older: .fading
    case .old: .faded
    }
  }

  var rest: Role { self == .recent ? .dim : name }
}
