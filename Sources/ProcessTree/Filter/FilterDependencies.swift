/// What can change whether a process matches: what the owner of cached results has to look at anew.
public struct FilterDependencies: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Facts of the process itself.
  public static let own = FilterDependencies(rawValue: 1 << 0)
  /// Facts of its parent: a change of a node concerns its children too.
  public static let parent = FilterDependencies(rawValue: 1 << 1)
  /// Facts of those above it, or where it stands: a change or a move concerns all that is below too.
  public static let ancestors = FilterDependencies(rawValue: 1 << 2)
  /// Its children, their number or facts: a change, a birth, a move or a forgetting concerns the (old and new) parent.
  public static let children = FilterDependencies(rawValue: 1 << 3)
  /// The time: the ages of all, and the durations of those that run.
  public static let time = FilterDependencies(rawValue: 1 << 4)
  /// A relation within a relation, such as the children of those above: any change may concern anyone.
  public static let others = FilterDependencies(rawValue: 1 << 5)
}

extension Filter {
  /// What can change whether a process matches. - Complexity: O(1).
  public var dependencies: FilterDependencies { program.dependencies }

  /// It has conditions on other processes than the one that it is asked about: what it finds out of them is worth
  /// keeping (`FilterEvaluator`).
  public var asksAboutOthers: Bool { program.entries.count > 1 }
}

extension FilterDependencies {
  /// What a condition on a process depends on when it is asked of another one in this relation to it.
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
