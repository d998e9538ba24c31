/// What can change a match: the owner of cached results has to evaluate these again.
public struct FilterDependencies: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Facts of the process itself.
  public static let own = FilterDependencies(rawValue: 1 << 0)
  /// Facts of its parent: a change of a process affects its children too.
  public static let parent = FilterDependencies(rawValue: 1 << 1)
  /// Facts of its ancestors, or its place: a change or a move affects all descendants too.
  public static let ancestors = FilterDependencies(rawValue: 1 << 2)
  /// Its children, their number or facts: a change, a start, a move or a removal affects the old and the new parent.
  public static let children = FilterDependencies(rawValue: 1 << 3)
  /// The time: ages of all processes, and durations of running ones.
  public static let time = FilterDependencies(rawValue: 1 << 4)
  /// A relation within a relation, such as the children of ancestors: any change may affect any process.
  public static let others = FilterDependencies(rawValue: 1 << 5)
}

extension Filter {
  /// What can change a match. - Complexity: O(1).
  public var dependencies: FilterDependencies { program.dependencies }

  /// Whether it has conditions on other processes: their results are worth keeping (`FilterEvaluator`).
  public var asksAboutOthers: Bool { program.entries.count > 1 }
}

extension FilterDependencies {
  /// What a condition depends on when it is evaluated for another process in this relation.
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
