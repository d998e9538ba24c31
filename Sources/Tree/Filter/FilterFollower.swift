public import Events
public import Filtering

/// A filter for new entries of a log. It keeps the results for related processes (with `under:`, `child:` and
/// `parent:`) from event to event, so that a chain of 100,000 parents is climbed once.
public struct FilterFollower {
  /// The filter.
  public let filter: Filter
  /// How many ancestors are evaluated where results change by themselves and cannot be kept.
  public static let climbLimit = 1000
  /// How often a process had more ancestors than were evaluated: the others count as not matching.
  public private(set) var shortClimbs = 0

  private let memo: FilterMemo?
  /// The results of one evaluation, where results cannot be kept.
  private let brief: FilterMemo?
  private let keepsAnswers: Bool

  /// A follower without results; its tree may already have processes.
  public init(_ filter: Filter) {
    self.filter = filter
    keepsAnswers = filter.dependencies.isDisjoint(with: [.time, .others])
    let routines = filter.program.entries.count
    memo = routines > 1 && keepsAnswers ? FilterMemo(routines: routines) : nil
    brief = routines > 1 && !keepsAnswers ? FilterMemo(routines: routines, climbLimit: Self.climbLimit) : nil
  }

  /// Applies one change. Call it for every change, in order, with the tree right after it.
  /// - Complexity: O(1), amortised; as `matches` where the match of a condition on others changes.
  public func apply(_ change: TreeChange, in tree: ProcessTree) {
    memo?.apply(change, of: filter.program, in: tree)
  }

  /// The same as `Filter.matches`. - Complexity: O(1) at any depth where results can be kept.
  public mutating func matches(_ entry: LogEntry, in tree: ProcessTree) -> Bool {
    if case .lost = entry.payload { return true }
    let program = filter.program
    return ask { program.passes(entry, in: FilterLog(tree: tree), now: entry.time, memo: $0) }
  }

  /// The same for a process, at the time of the newest event.
  public mutating func matches(_ id: ProcessID, in tree: ProcessTree) -> Bool {
    guard let slot = tree.slot(of: id) else { return false }
    let program = filter.program
    return ask { program.passes(slot, in: tree, now: tree.log.newestTime, memo: $0) }
  }

  private mutating func ask(_ question: (FilterMemo?) -> Bool) -> Bool {
    guard let brief else { return question(memo) }
    let answer = question(brief)
    if brief.shortClimbs > 0 { shortClimbs &+= 1 }
    brief.forgetAnswers()
    return answer
  }
}
