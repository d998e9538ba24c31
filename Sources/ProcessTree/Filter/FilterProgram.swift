/// A filter in the form in which it is evaluated: conditions in a row, each with where to go on when it is true and
/// when it is not. Nothing is looked at twice or in vain, and what is cheap comes first.
struct FilterProgram: Sendable {
  /// One condition.
  struct Step: Sendable {
    enum Condition: Sendable {
      case test(FilterTest)
      /// Whether another process in this relation lets the routine through.
      case relation(FilterRelation, routine: Int)
    }
    let condition: Condition
    /// The next step, or one of the two ends.
    let onTrue: Int32
    let onFalse: Int32
  }

  /// Steps for one process: the filter's own, or those of a relation's condition.
  struct Routine: Sendable {
    var steps: ContiguousArray<Step> = []
    var entry: Int32 = FilterProgram.accept
  }

  static let accept: Int32 = -1
  static let reject: Int32 = -2

  /// The first is the filter's own.
  private(set) var routines: ContiguousArray<Routine> = []
  private(set) var regexes: [FilterRegex] = []
  private(set) var dependencies: FilterDependencies = []

  init(_ node: FilterNode) {
    _ = addRoutine(node)
  }

  private mutating func addRoutine(_ node: FilterNode) -> Int {
    let index = routines.count
    routines.append(Routine())
    var steps: ContiguousArray<Step> = []
    routines[index].entry = emit(node, into: &steps, onTrue: Self.accept, onFalse: Self.reject)
    routines[index].steps = steps
    return index
  }

  /// From the end to the beginning: where a condition leads is known before it is made.
  private mutating func emit(
    _ node: FilterNode, into steps: inout ContiguousArray<Step>, onTrue: Int32, onFalse: Int32
  ) -> Int32 {
    switch node.form {
    case .not(let part):
      return emit(part, into: &steps, onTrue: onFalse, onFalse: onTrue)
    case .all(let parts):
      var next = onTrue
      for part in Self.cheapestLast(parts) { next = emit(part, into: &steps, onTrue: next, onFalse: onFalse) }
      return next
    case .any(let parts):
      var next = onFalse
      for part in Self.cheapestLast(parts) { next = emit(part, into: &steps, onTrue: onTrue, onFalse: next) }
      return next
    case .test(let test):
      if case .regex(let regex) = test.condition { regexes.append(regex) }
      dependencies.formUnion(test.dependencies)
      steps.append(Step(condition: .test(test), onTrue: onTrue, onFalse: onFalse))
    case .relation(let relation, let inner):
      let outer = dependencies
      dependencies = []
      let routine = addRoutine(inner)
      dependencies = outer.union(dependencies.seen(through: relation))
      let condition = Step.Condition.relation(relation, routine: routine)
      steps.append(Step(condition: condition, onTrue: onTrue, onFalse: onFalse))
    }
    return Int32(steps.count - 1)
  }

  private static func cheapestLast(_ parts: [FilterNode]) -> [FilterNode] {
    parts.enumerated().map { (cost: $0.element.cost, index: $0.offset, node: $0.element) }
      .sorted { ($0.cost, $0.index) > ($1.cost, $1.index) }.map(\.node)
  }
}

extension FilterNode {
  /// What looking at it costs, roughly, in nanoseconds.
  fileprivate var cost: Int {
    switch form {
    case .test(let test): test.cost
    case .all(let parts), .any(let parts): parts.reduce(0) { min($0 + $1.cost, 1 << 30) }
    case .not(let part): part.cost
    case .relation(let relation, let part): min((relation == .child ? 1 : 10) * (part.cost + 10), 1 << 30)
    }
  }
}

extension FilterTest {
  fileprivate var cost: Int {
    switch condition {
    case .regex: field == nil ? 400 : 200
    case .number, .choice, .known: field == .depth ? 30 : 2
    case .contains, .equals:
      switch field {
      case .comm: 5
      case .env: 500
      case .container, .unit: 200
      case nil: 50
      default: 20
      }
    }
  }
}
