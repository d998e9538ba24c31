/// A filter in the form in which it is evaluated: conditions in a row, each with where to go on when it is true and
/// when it is not. Nothing is looked at twice or in vain, and what is cheap comes first.
struct FilterProgram: Sendable {
  /// One condition. Plain numbers, so that taking a step counts no references.
  struct Step: Sendable {
    enum Condition: Sendable {
      /// A word in comm, exe and argv.
      case word(scan: Int32)
      /// In a string; as the whole of it.
      case contains(FilterBytes, scan: Int32)
      case equals(FilterBytes, scan: Int32)
      /// In strings as one text; in any of them, or as the whole of one.
      case line(FilterBytes, scan: Int32)
      case anyString(FilterBytes, scan: Int32, isWhole: Bool)
      /// By a regular expression: in a string, in strings as one text, or where words are looked for.
      case found(FilterBytes, search: Int32)
      case foundInLine(FilterBytes, search: Int32)
      case foundAnywhere(search: Int32)
      /// From the one to the other.
      case number(FilterNumber, Int64, Int64)
      case bits(FilterNumber, UInt32)
      /// What is none of these.
      case test(Int32)
      /// Whether another process in this relation lets the routine through.
      case relation(FilterRelation, routine: Int)
    }
    let condition: Condition
    /// The next step, or one of the two ends.
    let onTrue: Int32
    let onFalse: Int32
  }

  /// A regular expression, with what tells without it that there is nothing to find: plain numbers again.
  struct Search: Sendable {
    let regex: Int32
    /// Bytes that a text has at least.
    let shortest: Int
    /// For what every text has; nil where that is not known.
    let scan: Int32?
  }

  static let accept: Int32 = -1
  static let reject: Int32 = -2

  private(set) var steps: ContiguousArray<Step> = []
  /// The first step of each routine: the filter's own, then those of the conditions on others.
  private(set) var entries: ContiguousArray<Int32> = []
  private(set) var tests: ContiguousArray<FilterTest> = []
  private(set) var scans: ContiguousArray<ByteScan> = []
  private(set) var regexes: ContiguousArray<FilterRegex> = []
  private(set) var searches: ContiguousArray<Search> = []
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
      return emit(test, onTrue: test.isNegated ? onFalse : onTrue, onFalse: test.isNegated ? onTrue : onFalse)
    case .relation(let relation, let inner):
      let outer = dependencies
      dependencies = []
      let routine = addRoutine(inner)
      dependencies = outer.union(dependencies.seen(through: relation))
      let condition = Step.Condition.relation(relation, routine: routine)
      steps.append(Step(condition: condition, onTrue: onTrue, onFalse: onFalse))
    }
    return Int32(truncatingIfNeeded: steps.count &- 1)
  }

  /// A list is as many steps: true where one of them is.
  private mutating func emit(_ test: FilterTest, onTrue: Int32, onFalse: Int32) -> Int32 {
    if case .regex(let regex) = test.condition { regexes.append(regex) }
    var next = onFalse
    for condition in conditions(of: test).reversed() {
      steps.append(Step(condition: condition, onTrue: onTrue, onFalse: next))
      next = Int32(truncatingIfNeeded: steps.count &- 1)
    }
    return next
  }

  private mutating func conditions(of test: FilterTest) -> [Step.Condition] {
    switch (test.field, test.condition) {
    case (nil, .contains(let search)):
      return [.word(scan: add(search))]
    case (.argv, .contains(let search)):
      return [.line(.argv, scan: add(search))]
    case (.arg, .contains(let search)), (.env, .contains(let search)):
      return [.anyString(test.field == .arg ? .argv : .env, scan: add(search), isWhole: false)]
    case (.arg, .equals(let values, _)), (.env, .equals(let values, _)):
      return values.map {
        .anyString(test.field == .arg ? .argv : .env, scan: add(ByteSearch($0, ignoringCase: false)), isWhole: true)
      }
    case (nil, .regex(let regex)):
      return [.foundAnywhere(search: add(regex))]
    case (.argv, .regex(let regex)):
      return [.foundInLine(.argv, search: add(regex))]
    case (let field?, .regex(let regex)):
      if let text = field.text { return [.found(text, search: add(regex))] }
    case (let field?, .contains(let search)):
      if let text = field.text { return [.contains(text, scan: add(search))] }
    case (let field?, .equals(let values, let numbers)):
      if let text = field.text {
        return values.map { .equals(text, scan: add(ByteSearch($0, ignoringCase: false))) }
          + numbers.map { .number(.uid, $0, $0) }
      }
    case (let field?, .number(let ranges)):
      let numbers = field.numbers
      if !numbers.isEmpty {
        return numbers.flatMap { number in ranges.map { .number(number, $0.lowerBound, $0.upperBound) } }
      }
    case (let field?, .choice(let bits)):
      return field.numbers.map { .bits($0, bits) }
    default: break
    }
    tests.append(FilterTest(test.field, test.condition))
    return [.test(Int32(truncatingIfNeeded: tests.count &- 1))]
  }

  private mutating func add(_ search: ByteSearch) -> Int32 {
    let needle = ByteNeedle(search.needle)
    needles.append(needle)
    scans.append(search.scan(with: needle.bytes))
    return Int32(truncatingIfNeeded: scans.count &- 1)
  }

  private mutating func add(_ regex: FilterRegex) -> Int32 {
    searches.append(
      Search(
        regex: Int32(truncatingIfNeeded: regexes.count &- 1), shortest: regex.shortest,
        scan: regex.literal.map { add($0) }))
    return Int32(truncatingIfNeeded: searches.count &- 1)
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
    case .all(let parts), .any(let parts): parts.reduce(0) { min($0 &+ $1.cost, 1 << 30) }
    case .not(let part): part.cost
    case .relation(let relation, let part): min((relation == .child ? 1 : 10) &* (part.cost &+ 10), 1 << 30)
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
