/// Keeps results for related processes, since conditions of many processes depend on the same parents and children. A
/// result takes two bits for each routine, process and question.
public final class FilterMemo {
  /// A question about a process.
  @frozen public enum Question: Int {
    /// `itself`: whether the process passes; `above`: whether one of its ancestors does; `below`: whether one of its
    /// children does.
    case itself, above, below
  }

  /// The most levels that one question climbs.
  @usableFromInline let climbLimit: Int
  /// How many questions reached `climbLimit`.
  public var shortClimbs = 0
  /// By routine, then by node.
  @usableFromInline @exclusivity(unchecked) var answers: ContiguousArray<ContiguousArray<UInt8>>
  /// A result about ancestors is valid only in the round that stored it. A new round invalidates all of them.
  @usableFromInline @exclusivity(unchecked) var rounds: ContiguousArray<ContiguousArray<UInt32>>
  @usableFromInline @exclusivity(unchecked) var round: UInt32 = 1
  /// The places of the stored results, for `forgetAnswers`; only in a memo with a `climbLimit`.
  @usableFromInline @exclusivity(unchecked) var kept: [(routine: Int, node: Int)] = []

  /// A memo without results.
  /// - Parameters:
  ///   - routines: the number of `FilterProgram.entries`.
  ///   - climbLimit: the most levels that one question climbs.
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

  /// Forgets all results of a memo with a `climbLimit`. - Complexity: O(results)
  public func forgetAnswers() {
    for (routine, node) in kept { answers[routine][node] = 0 }
    kept.removeAll(keepingCapacity: true)
    shortClimbs = 0
  }

  /// Forgets all results. - Complexity: O(results)
  public func removeAll() {
    answers = ContiguousArray(repeating: [], count: answers.count)
    rounds = ContiguousArray(repeating: [], count: answers.count)
  }

  /// Forgets the result of one question about a node. - Complexity: O(1)
  public func forget(_ question: Question, _ routine: Int, _ node: Int32) {
    guard node >= 0, Int(node) < answers[routine].count else { return }
    answers[routine][Int(node)] &= ~(3 &<< UInt8(truncatingIfNeeded: 2 &* question.rawValue))
  }

  /// Forgets all results about ancestors. - Complexity: O(1), amortised
  public func startRound() {
    round &+= 1
    if round == 0 {
      round = 1
      removeAll()
    }
  }
}

/// What can change a match. Code that keeps matches has to evaluate them again after such a change.
public struct FilterDependencies: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Facts of the process itself.
  public static let own = FilterDependencies(rawValue: 1 << 0)
  /// Facts of its parent: a change of a process affects its children too.
  public static let parent = FilterDependencies(rawValue: 1 << 1)
  /// Facts of its ancestors, or its place: a change or a move affects all descendants too.
  public static let ancestors = FilterDependencies(rawValue: 1 << 2)
  /// Its children, by number or facts: a change, start, move or removal of a process affects its old and new parent.
  public static let children = FilterDependencies(rawValue: 1 << 3)
  /// The time: it changes the ages of all processes and the durations of running ones.
  public static let time = FilterDependencies(rawValue: 1 << 4)
  /// A relation within a relation, such as the children of ancestors: any change may affect any process.
  public static let others = FilterDependencies(rawValue: 1 << 5)
}

extension Filter {
  /// What can change a match. - Complexity: O(1).
  public var dependencies: FilterDependencies { program.dependencies }

  /// Whether it has conditions on other processes, whose results are worth keeping (`FilterEvaluator`).
  public var asksAboutOthers: Bool { program.entries.count > 1 }
}

extension FilterDependencies {
  /// The dependencies of a relation whose inner condition has these dependencies.
  func seen(through relation: FilterRelation) -> FilterDependencies {
    var result: FilterDependencies =
      switch relation {
      case .under: .ancestors
      case .child: .parent
      case .parent: .children
      }
    result.formUnion(intersection([.time, .others]))
    if !isDisjoint(with: [.parent, .ancestors, .children]) { result.insert(.others) }
    return result
  }
}

extension FilterTest {
  var dependencies: FilterDependencies {
    switch field {
    case .age: [.own, .time]
    case .dur: condition == .known ? .own : [.own, .time]
    case .depth: .ancestors
    case .kids: .children
    default: .own
    }
  }
}
