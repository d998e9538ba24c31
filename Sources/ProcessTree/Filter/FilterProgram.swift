/// A filter in the form in which it is evaluated: conditions in a row, each with where to go on when it is true and
/// when it is not. Nothing is looked at twice or in vain, and what is cheap comes first.
struct FilterProgram: Sendable {
  /// One condition. Plain numbers, so that taking a step counts no references.
  struct Step: Sendable {
    enum Condition: Sendable {
      /// A word in comm, exe and argv; or the one string that it is looked for in.
      case word(scan: Int32)
      case contains(FilterBytes, scan: Int32)
      case test(Int32)
      /// Whether another process in this relation lets the routine through.
      case relation(FilterRelation, routine: Int)
    }
    let condition: Condition
    /// The next step, or one of the two ends.
    let onTrue: Int32
    let onFalse: Int32
  }

  static let accept: Int32 = -1
  static let reject: Int32 = -2

  private(set) var steps: ContiguousArray<Step> = []
  /// The first step of each routine: the filter's own, then those of the conditions on others.
  private(set) var entries: ContiguousArray<Int32> = []
  private(set) var tests: ContiguousArray<FilterTest> = []
  private(set) var scans: ContiguousArray<ByteScan> = []
  private(set) var regexes: [FilterRegex] = []
  private(set) var dependencies: FilterDependencies = []
  private var needles: [ByteNeedle] = []

  init(_ node: FilterNode) {
    _ = addRoutine(node)
  }

  private mutating func addRoutine(_ node: FilterNode) -> Int {
    let index = entries.count
    entries.append(Self.accept)
    entries[index] = emit(node, onTrue: Self.accept, onFalse: Self.reject)
    return index
  }

  /// From the end to the beginning: where a condition leads is known before it is made.
  private mutating func emit(_ node: FilterNode, onTrue: Int32, onFalse: Int32) -> Int32 {
    switch node.form {
    case .not(let part):
      return emit(part, onTrue: onFalse, onFalse: onTrue)
    case .all(let parts):
      var next = onTrue
      for part in Self.cheapestLast(parts) { next = emit(part, onTrue: next, onFalse: onFalse) }
      return next
    case .any(let parts):
      var next = onFalse
      for part in Self.cheapestLast(parts) { next = emit(part, onTrue: onTrue, onFalse: next) }
      return next
    case .test(let test):
      dependencies.formUnion(test.dependencies)
      steps.append(Step(condition: condition(of: test), onTrue: onTrue, onFalse: onFalse))
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

  private mutating func condition(of test: FilterTest) -> Step.Condition {
    if case .contains(let search) = test.condition, !test.isNegated {
      if test.field == nil { return .word(scan: add(search)) }
      if let text = test.field?.text { return .contains(text, scan: add(search)) }
    }
    if case .regex(let regex) = test.condition { regexes.append(regex) }
    tests.append(test)
    return .test(Int32(tests.count - 1))
  }

  private mutating func add(_ search: ByteSearch) -> Int32 {
    let needle = ByteNeedle(search.needle)
    needles.append(needle)
    scans.append(search.scan(with: needle.bytes))
    return Int32(scans.count - 1)
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

extension FilterField {
  /// Of a field that is one string of a source's.
  fileprivate var text: FilterBytes? {
    switch self {
    case .comm: .comm
    case .exe: .exe
    case .file: .file
    case .interp: .interpreter
    case .cwd: .cwd
    case .tty: .tty
    case .cgroup: .cgroup
    default: nil
    }
  }
}
