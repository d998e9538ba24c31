/// Results for processes that others' conditions depend on: two bits for each routine, process and question.
public final class FilterMemo {
  @frozen public enum Question: Int {
    /// Whether the process itself passes, one of its ancestors, one of its children.
    case itself, above, below
  }

  /// How many levels one question climbs at most.
  @usableFromInline let climbLimit: Int
  /// How many questions reached that limit.
  public var shortClimbs = 0
  /// By routine, then by node.
  @usableFromInline var answers: ContiguousArray<ContiguousArray<UInt8>>
  /// A result about ancestors is valid while its round is the present one: a new round invalidates all of them.
  @usableFromInline var rounds: ContiguousArray<ContiguousArray<UInt32>>
  @usableFromInline var round: UInt32 = 1
  /// Where the results are, for a memo that forgets them after each question.
  @usableFromInline var kept: [(routine: Int, node: Int)] = []

  public init(routines: Int, climbLimit: Int = .max) {
    self.climbLimit = climbLimit
    answers = ContiguousArray(repeating: [], count: routines)
    rounds = ContiguousArray(repeating: [], count: routines)
  }

  /// The known result of a question about a node; nil where it is unknown. - Complexity: O(1)
  @inlinable
  public func answer(_ question: Question, _ routine: Int, _ node: Int32) -> Bool? {
    guard node >= 0, Int(node) < answers[routine].count else { return nil }
    if question == .above, rounds[routine][Int(node)] != round { return nil }
    let bits = answers[routine][Int(node)] &>> UInt8(truncatingIfNeeded: 2 &* question.rawValue) & 3
    return bits == 0 ? nil : bits == 1
  }

  /// Stores the result of a question about a node. - Complexity: O(1), amortised
  @inlinable
  public func keep(_ answer: Bool, _ question: Question, _ routine: Int, _ node: Int32) {
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

  /// Forgets all results of a memo whose questions climb a bounded number of levels. - Complexity: O(results)
  public func forgetAnswers() {
    for (routine, node) in kept { answers[routine][node] = 0 }
    kept.removeAll(keepingCapacity: true)
    shortClimbs = 0
  }

  public func removeAll() {
    answers = ContiguousArray(repeating: [], count: answers.count)
    rounds = ContiguousArray(repeating: [], count: answers.count)
  }

  public func forget(_ question: Question, _ routine: Int, _ node: Int32) {
    guard node >= 0, Int(node) < answers[routine].count else { return }
    answers[routine][Int(node)] &= ~(3 &<< UInt8(truncatingIfNeeded: 2 &* question.rawValue))
  }

  public func beginRound() {
    round &+= 1
    if round == 0 {
      round = 1
      removeAll()
    }
  }
}
