internal import Tree

/// How far the row of an exited process has faded: in steps, with the styles of its name and of the rest.
enum Fade: Hashable {
  case recent, older, old

  /// Nil for a running process, and for one that was seen only as a parent.
  ///
  /// - Parameter now: the moment that is shown, nanoseconds since boot.
  init?(of node: ProcessNode, now: UInt64) {
    guard !node.isRunning else { return nil }
    guard let end = node.end?.time, now >= end else {
      self = .recent
      return
    }
    self = now < Self.step(0, ofEnd: end) ? .recent : now < Self.step(1, ofEnd: end) ? .older : .old
  }

  /// When the styles change, in seconds after the exit.
  private static let steps: [UInt64] = [10, 60]
  private static let second: UInt64 = 1_000_000_000

  /// The moment of a change, in nanoseconds since boot: a whole second, so that all processes that exited within it
  /// change in one frame. `UInt64.max` for never.
  private static func step(_ index: Int, ofEnd end: UInt64) -> UInt64 {
    let seconds = end / second + (end.isMultiple(of: second) ? 0 : 1) + steps[index]
    let (time, overflows) = seconds.multipliedReportingOverflow(by: second)
    return overflows ? .max : time
  }

  /// When a row changes only because time passes, strictly after `now`; nil if it does not change any more.
  static func nextChange(ofEnd end: UInt64, after now: UInt64) -> UInt64? {
    steps.indices.lazy.map { step($0, ofEnd: end) }.first { $0 > now && $0 < .max }
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
