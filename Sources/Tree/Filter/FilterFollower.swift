public import Events
public import Filtering

/// A filter for new entries of a log. From event to event it keeps the results for related processes, which `under:`,
/// `child:` and `parent:` need, so that it climbs a chain of 100,000 parents once.
public struct FilterFollower {
  /// The filter.
  public let filter: Filter
  /// The most ancestors to evaluate for an entry if results change with time and cannot be kept.
  public static let climbLimit = 1000
  /// How many evaluations reached `climbLimit`. Ancestors further up count as not matching.
  public private(set) var shortClimbs = 0

  private let memo: FilterMemo?
  /// The results of one evaluation, if results cannot be kept.
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

extension FilterMemo {
  /// Forgets the results that a change of the tree may affect. The filter's conditions on other processes must depend
  /// only on the facts of these processes.
  /// - Complexity: O(1). If a process with children starts or stops passing, all results about ancestors are forgotten.
  func apply(_ change: TreeChange, of program: FilterProgram, in tree: ProcessTree) {
    change.forEachStep { step in
      for routine in program.entries.indices {
        forget(.below, routine, step.parentSlot)
        forget(.below, routine, step.formerParentSlot)
        forget(.below, routine, step.slot)
        if step.leavesOut {
          // The results of its descendants depend on the removed process only where it passed.
          if answer(.itself, routine, step.formerParentSlot) ?? false { startRound() }
        } else if step.kind != .changed {
          forget(.above, routine, step.slot)
          forget(.itself, routine, step.slot)
          continue
        }
        // If a later step of this change removes the process, that step needs the known result.
        guard tree.arena.holds(step.id, at: step.slot), let known = answer(.itself, routine, step.slot) else {
          continue
        }
        forget(.itself, routine, step.slot)
        guard tree.firstChild(of: step.slot) != nil else { continue }
        let passes = program.passes(step.slot, in: tree, routine: routine, now: nil, memo: self)
        keep(passes, .itself, routine, step.slot)
        if passes != known { startRound() }
      }
      // A process that a later step removed may have had descendants.
      let isHeld = tree.arena.holds(step.id, at: step.slot)
      if step.kind == .moved, !step.leavesOut, !isHeld || tree.firstChild(of: step.slot) != nil { startRound() }
    }
  }
}
