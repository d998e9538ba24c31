/// A filter for the entries of a log while they come: what it finds out of a process for the sake of others (with
/// `under:`, `child:` and `parent:`) it keeps from event to event, so that a chain of 100,000 parents is climbed once.
public struct FilterFollower {
  /// What it evaluates.
  public let filter: Filter
  /// So many processes above one are asked, where the answers change by themselves and cannot be kept.
  public static let climbLimit = 1000
  /// How often a process had more above it than were asked: what was not asked counts as not found.
  public private(set) var shortClimbs = 0

  private let memo: FilterMemo?
  /// Of what is found out for one question, where answers cannot be kept.
  private let brief: FilterMemo?
  private let keepsAnswers: Bool

  /// A follower that knows nothing yet; its tree may be of any age.
  public init(_ filter: Filter) {
    self.filter = filter
    keepsAnswers = filter.dependencies.isDisjoint(with: [.time, .others])
    let routines = filter.program.entries.count
    memo = routines > 1 && keepsAnswers ? FilterMemo(routines: routines) : nil
    brief = routines > 1 && !keepsAnswers ? FilterMemo(routines: routines, climbLimit: Self.climbLimit) : nil
  }

  /// Follows one change; every change must be noted, in order, with the tree as it stood right after it.
  /// - Complexity: O(1), amortised; as `matches` where a condition on others passes or no longer passes somebody.
  public func note(_ change: TreeChange, in tree: ProcessTree) {
    memo?.note(change, of: filter.program, in: tree)
  }

  /// As `Filter.matches`. - Complexity: O(1) at any depth where answers can be kept.
  public mutating func matches(_ entry: LogEntry, in tree: ProcessTree) -> Bool {
    if case .lost = entry.payload { return true }
    let program = filter.program
    return ask { program.passes(entry, in: FilterLog(tree: tree), now: entry.time, memo: $0) }
  }

  /// The same of a process, at the time of the newest event.
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
