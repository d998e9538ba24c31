/// A filter compiled for evaluation: a sequence of conditions, each with the next step for true and for false. The
/// first condition that decides the result ends the evaluation, and cheap conditions come first.
public struct FilterProgram: Sendable {
  /// One condition. Plain numbers, so that a step counts no references.
  struct Step: Sendable {
    enum Condition: Sendable {
      /// A word occurs in comm, exe or argv.
      case word(scan: Int32)
      /// The needle occurs in a string.
      case contains(FilterBytes, scan: Int32)
      /// The needle equals a string.
      case equals(FilterBytes, scan: Int32)
      /// The needle occurs in strings joined by spaces, or equals the joined text.
      case line(FilterBytes, scan: Int32, isWhole: Bool)
      /// The needle occurs in one of the strings, or equals one.
      case anyString(FilterBytes, scan: Int32, isWhole: Bool)
      /// A regular expression matches in a string.
      case found(FilterBytes, search: Int32)
      /// A regular expression matches in strings joined by spaces.
      case foundInLine(FilterBytes, search: Int32)
      /// A regular expression matches in one of the strings.
      case foundInAny(FilterBytes, search: Int32)
      /// A regular expression matches in comm, exe or argv.
      case foundAnywhere(search: Int32)
      /// The bytes are known and not empty.
      case some(FilterBytes)
      /// The number is between the two, inclusive.
      case number(FilterNumber, Int64, Int64)
      /// The number has one of the bits.
      case bits(FilterNumber, UInt32)
      /// A process in this relation passes the routine.
      case relation(FilterRelation, routine: Int)
    }
    let condition: Condition
    /// The next step, or one of the two results.
    let onTrue: Int32
    let onFalse: Int32
  }

  /// A regular expression, and quick tests that can rule out a match. A copy of it counts no references: the program
  /// keeps the expression.
  struct Search: Sendable {
    private let regex: Unmanaged<FilterRegex>
    /// The length of the shortest text that can match, in bytes.
    private let shortest: Int
    /// A needle that every matching text contains; nil where unknown.
    private let scan: ByteScan?

    init(_ regex: FilterRegex, scan: ByteScan?) {
      self.regex = .passUnretained(regex)
      shortest = regex.shortest
      self.scan = scan
    }

    @inline(__always) func isFound(in bytes: UnsafeBufferPointer<UInt8>, words: Bool) -> Bool {
      guard bytes.count >= shortest else { return false }
      if let scan, !scan.isFound(in: bytes, words: words) { return false }
      return regex._withUnsafeGuaranteedRef { $0.isFoundBySearching(bytes, words: words) }
    }
  }

  static let accept: Int32 = -1
  static let reject: Int32 = -2

  private(set) var steps: ContiguousArray<Step> = []
  /// The first step of each routine: the filter's own, then those of the conditions on others.
  public private(set) var entries: ContiguousArray<Int32> = []
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

  /// Emits from the end to the start: the target of a condition is known before the condition is emitted.
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

  /// A list becomes several steps: true where one of them is true.
  private mutating func emit(_ test: FilterTest, onTrue: Int32, onFalse: Int32) -> Int32 {
    if case .regex(let regex) = test.condition { regexes.append(regex) }
    var next = onFalse
    for condition in conditions(of: test).reversed() {
      steps.append(Step(condition: condition, onTrue: onTrue, onFalse: next))
      next = Int32(truncatingIfNeeded: steps.count &- 1)
    }
    return next
  }

  /// The steps, one of which has to be true; none for tests that the parser never makes.
  private mutating func conditions(of test: FilterTest) -> [Step.Condition] {
    guard let field = test.field else {
      return switch test.condition {
      case .contains(let search): [.word(scan: add(search))]
      case .regex(let regex): [.foundAnywhere(search: add(regex))]
      case .equals, .number, .choice, .known: []
      }
    }
    return field.bytes.map { conditions(of: test, field.kind, $0) } ?? conditions(of: test, field)
  }

  /// The steps of a test of bytes.
  private mutating func conditions(
    of test: FilterTest, _ kind: FilterField.Kind, _ bytes: FilterBytes
  ) -> [Step.Condition] {
    switch (test.condition, kind) {
    case (.known, _): return [.some(bytes)]
    case (.contains(let search), .commandLine): return [.line(bytes, scan: add(search), isWhole: false)]
    case (.contains(let search), .strings): return [.anyString(bytes, scan: add(search), isWhole: false)]
    case (.contains(let search), _): return [.contains(bytes, scan: add(search))]
    case (.regex(let regex), .commandLine): return [.foundInLine(bytes, search: add(regex))]
    case (.regex(let regex), .strings): return [.foundInAny(bytes, search: add(regex))]
    case (.regex(let regex), _): return [.found(bytes, search: add(regex))]
    case (.equals(let values, let numbers), _):
      return values.map { value in
        let scan = add(ByteSearch(value, ignoringCase: false))
        return switch kind {
        case .commandLine: .line(bytes, scan: scan, isWhole: true)
        case .strings: .anyString(bytes, scan: scan, isWhole: true)
        default: .equals(bytes, scan: scan)
        }
      } + numbers.map { .number(.uid, $0, $0) }
    case (.number, _), (.choice, _): return []
    }
  }

  /// The steps of a test of numbers or bits.
  private func conditions(of test: FilterTest, _ field: FilterField) -> [Step.Condition] {
    switch (test.condition, field) {
    case (.known, .kids), (.known, .execs), (.known, .fails): return field.numbers.map { .number($0, 1, .max) }
    case (.known, .ev), (.known, .state), (.known, .mark): return field.numbers.map { .bits($0, .max) }
    case (.known, .ret): return [.number(.success, .min, .max), .number(.errno, .min, .max)]
    case (.known, _): return field.numbers.map { .number($0, .min, .max) }
    case (.number(let ranges), .ret):
      // Sources have the errno of a failed exec as a positive number.
      return ranges.flatMap { range -> [Step.Condition] in
        [
          .number(.success, range.lowerBound, range.upperBound),
          .number(.errno, Self.negated(range.upperBound), Self.negated(range.lowerBound)),
        ]
      }
    case (.number(let ranges), _):
      return field.numbers.flatMap { number in ranges.map { .number(number, $0.lowerBound, $0.upperBound) } }
    case (.choice(let bits), _): return field.numbers.map { .bits($0, bits) }
    case (.contains, _), (.equals, _), (.regex, _): return []
    }
  }

  private static func negated(_ number: Int64) -> Int64 { number == .min ? .max : 0 &- number }

  private mutating func add(_ search: ByteSearch) -> Int32 {
    let needle = ByteNeedle(search.needle)
    needles.append(needle)
    scans.append(search.scan(with: needle.bytes))
    return Int32(truncatingIfNeeded: scans.count &- 1)
  }

  private mutating func add(_ regex: FilterRegex) -> Int32 {
    searches.append(Search(regex, scan: regex.literal.map { scans[Int(add($0))] }))
    return Int32(truncatingIfNeeded: searches.count &- 1)
  }

  private static func cheapestLast(_ parts: [FilterNode]) -> [FilterNode] {
    parts.enumerated().map { (cost: $0.element.cost, index: $0.offset, node: $0.element) }
      .sorted { ($0.cost, $0.index) > ($1.cost, $1.index) }.map(\.node)
  }
}

extension FilterNode {
  /// The approximate cost of a test, in nanoseconds.
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
