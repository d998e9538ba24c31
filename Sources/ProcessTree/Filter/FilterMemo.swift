/// What was found out about processes that others were asked about: two bits for each routine, process and question.
final class FilterMemo {
  enum Question: Int {
    /// The process itself passes; one above it does; a child of it does.
    case itself, above, below
  }

  /// How many levels one question climbs at most.
  let climbLimit: Int
  /// Questions that had to end there.
  var shortClimbs = 0
  /// By routine, then by node.
  private var answers: ContiguousArray<ContiguousArray<UInt8>>
  /// What was found out about those above is true while this is the round in which it was: one number ends all.
  private var rounds: ContiguousArray<ContiguousArray<UInt32>>
  private var round: UInt32 = 1
  /// Where answers are, for one that forgets them after each question.
  private var kept: [(routine: Int, node: Int)] = []

  init(routines: Int, climbLimit: Int = .max) {
    self.climbLimit = climbLimit
    answers = ContiguousArray(repeating: [], count: routines)
    rounds = ContiguousArray(repeating: [], count: routines)
  }

  func answer(_ question: Question, _ routine: Int, _ node: Int32) -> Bool? {
    guard node >= 0, Int(node) < answers[routine].count else { return nil }
    if question == .above, rounds[routine][Int(node)] != round { return nil }
    let bits = answers[routine][Int(node)] &>> UInt8(truncatingIfNeeded: 2 &* question.rawValue) & 3
    return bits == 0 ? nil : bits == 1
  }

  func keep(_ answer: Bool, _ question: Question, _ routine: Int, _ node: Int32) {
    let index = Int(node)
    let shift = UInt8(truncatingIfNeeded: 2 &* question.rawValue)
    while answers[routine].count <= index {
      answers[routine].append(0)
      rounds[routine].append(0)
    }
    answers[routine][index] = answers[routine][index] & ~(3 &<< shift) | (answer ? 1 : 2) &<< shift
    if question == .above { rounds[routine][index] = round }
    if climbLimit != .max { kept.append((routine, index)) }
  }

  /// Forgets all answers, of a memo whose questions climb a bounded number of levels. - Complexity: O(answers)
  func forgetAnswers() {
    for (routine, node) in kept { answers[routine][node] = 0 }
    kept.removeAll(keepingCapacity: true)
    shortClimbs = 0
  }

  func removeAll() {
    answers = ContiguousArray(repeating: [], count: answers.count)
    rounds = ContiguousArray(repeating: [], count: answers.count)
  }

  // MARK: - Following a tree

  /// Follows a change of the tree, with a filter whose conditions on others ask for facts of these alone.
  /// - Complexity: O(1); what is known of those above is lost where one that has children passes no more, or passes
  ///   now.
  func note(_ change: TreeChange, of program: FilterProgram, in tree: ProcessTree) {
    change.forEachStep { step in
      for routine in answers.indices {
        forget(.below, routine, step.parentSlot)
        forget(.below, routine, step.formerParentSlot)
        forget(.below, routine, step.slot)
        if step.leavesOut {
          // The answers of those below hang on the one that is gone only where it was what they found.
          if answer(.itself, routine, step.formerParentSlot) ?? false { beginRound() }
        } else if step.kind != .changed {
          forget(.above, routine, step.slot)
          forget(.itself, routine, step.slot)
          continue
        }
        // Of one that goes by a later step of this change, that step asks what was known.
        guard tree.arena.holds(step.id, at: step.slot), let known = answer(.itself, routine, step.slot) else {
          continue
        }
        forget(.itself, routine, step.slot)
        guard tree.firstChild(of: step.slot) != nil else { continue }
        let passes = program.passes(step.slot, in: tree, routine: routine, now: nil, memo: self)
        keep(passes, .itself, routine, step.slot)
        if passes != known { beginRound() }
      }
      // One that went by a later step left behind what was below it.
      let isHeld = tree.arena.holds(step.id, at: step.slot)
      if step.kind == .moved, !step.leavesOut, !isHeld || tree.firstChild(of: step.slot) != nil { beginRound() }
    }
  }

  private func forget(_ question: Question, _ routine: Int, _ node: Int32) {
    guard node >= 0, Int(node) < answers[routine].count else { return }
    answers[routine][Int(node)] &= ~(3 &<< UInt8(truncatingIfNeeded: 2 &* question.rawValue))
  }

  private func beginRound() {
    round &+= 1
    if round == 0 {
      round = 1
      removeAll()
    }
  }
}
