extension Filter {
  /// Whether everything that this filter matches also matches the other one. Then a change from the other filter to
  /// this one has to evaluate only the previous matches. False if the two expressions do not prove it.
  ///
  ///     gcc           is narrower than    gc, gc or make
  ///     gcc -O2       is narrower than    gcc
  ///     dur>2s        is narrower than    dur>1s
  ///
  /// A filter is narrower than itself. Conditions on the time (`dependencies`) are compared at one moment.
  /// - Complexity: O(product of both sizes), up to a fixed bound.
  public func isNarrower(than other: Filter) -> Bool {
    var comparison = FilterComparison()
    return comparison.implies(node, other.node)
  }
}

/// Searches for a proof that one condition implies another.
private struct FilterComparison {
  /// Comparisons left before it gives up: the answer is needed at every key.
  private var budget = 10_000

  mutating func implies(_ a: FilterNode, _ b: FilterNode) -> Bool {
    budget &-= 1
    guard budget > 0 else { return false }
    switch (a.form, b.form) {
    // First the cases that leave no choice.
    case (_, .all(let parts)):
      for part in parts where !implies(a, part) { return false }
      return true
    case (.any(let parts), _):
      for part in parts where !implies(part, b) { return false }
      return true
    case (.not(let a), .not(let b)):
      return implies(b, a)
    case (.all(let parts), .any(let others)):
      for part in parts where implies(part, b) { return true }
      for other in others where implies(a, other) { return true }
      return false
    case (.all(let parts), _):
      for part in parts where implies(part, b) { return true }
      return false
    case (_, .any(let others)):
      for other in others where implies(a, other) { return true }
      return false
    case (.relation(let a, let inner), .relation(let b, let other)):
      // A child of a process is also below it.
      return (a == b || a == .child && b == .under) && implies(inner, other)
    case (.test(let a), .test(let b)):
      return a.implies(b)
    case (.not, _), (.relation, _), (.test, _):
      return false
    }
  }
}

extension FilterTest {
  fileprivate func implies(_ other: FilterTest) -> Bool {
    if self == other { return true }
    if isNegated && other.isNegated {
      return FilterTest(other.field, other.condition).implies(FilterTest(field, condition))
    }
    guard !isNegated, !other.isNegated else { return false }
    // A word is searched for in these fields too.
    if other.field == nil, field == .comm || field == .exe || field == .argv || field == .arg {
      return Self.impliesText(condition, other.condition)
    }
    guard field == other.field else { return false }
    return switch (condition, other.condition) {
    case (.number(let a), .number(let b)): a.allSatisfy { part in b.contains { $0.contains(part) } }
    case (.choice(let a), .choice(let b)): a & ~b == 0
    default: Self.impliesText(condition, other.condition)
    }
  }

  private static func impliesText(_ a: Condition, _ b: Condition) -> Bool {
    switch (a, b) {
    case (.contains(let search), .contains(let other)):
      search.implies(other)
    case (.equals(let values, let numbers), .contains(let other)):
      numbers.isEmpty && values.allSatisfy { $0.withUnsafeBufferPointer { other.isFound(in: $0) } }
    case (.equals(let values, let numbers), .equals(let others, let otherNumbers)):
      values.allSatisfy(others.contains) && numbers.allSatisfy(otherNumbers.contains)
    case (.regex(let regex), .regex(let other)):
      regex == other
    default: false
    }
  }
}

extension ClosedRange<Int64> {
  fileprivate func contains(_ other: ClosedRange<Int64>) -> Bool {
    lowerBound <= other.lowerBound && other.upperBound <= upperBound
  }
}
