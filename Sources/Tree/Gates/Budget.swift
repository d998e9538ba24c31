/// Upper limits for a whole run, as a user writes them: `dur<30s,execs<1000,mem<=512M`.
public struct Budget: Sendable, Hashable {
  /// What a limit is about. The raw value is its name.
  public enum Measure: String, Sendable, Hashable, CaseIterable {
    /// The run time, and the CPU time of all processes.
    case dur, cpu
    /// The highest peak memory of one process.
    case mem
    /// Processes that started, execs, and failed execs.
    case processes, execs, failed
    /// Processes that exited nonzero or were ended by a signal, and those ended by a signal.
    case nonzero, killed

    /// What its values are.
    public enum Unit: Sendable, Hashable { case time, size, count }

    /// What its values are.
    public var unit: Unit {
      switch self {
      case .dur, .cpu: .time
      case .mem: .size
      case .processes, .execs, .failed, .nonzero, .killed: .count
      }
    }
  }

  /// One limit.
  public struct Limit: Sendable, Hashable {
    /// What it is about.
    public let measure: Measure
    /// The highest value that keeps the limit: nanoseconds, bytes or a number. Nil for `<0`, which nothing keeps.
    public let highest: UInt64?
    /// The sign and the value as typed: `<30s`.
    public let text: String
  }

  /// A limit that a run exceeds.
  public struct Excess: Sendable, Hashable {
    /// The limit.
    public let limit: Limit
    /// The value of the run, in the unit of the measure.
    public let value: UInt64
  }

  /// The limits in the order of the text, at least one.
  public let limits: [Limit]

  /// Parses limits, separated by commas.
  /// - Throws: `BudgetError` for an empty text, an unknown name, a sign other than `<`, `<=` and `=0`, and a value that
  ///   is not one of its measure.
  public init(_ text: String) throws(BudgetError) {
    var limits: [Limit] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      limits.append(try BudgetParser(part).limit())
    }
    self.limits = limits
  }

  /// The limits that a run exceeds, in their order.
  public func exceeded(by sums: RunSums) -> [Excess] {
    limits.compactMap { limit in
      let value = sums[limit.measure]
      return limit.highest.map { value <= $0 } ?? false ? nil : Excess(limit: limit, value: value)
    }
  }
}

extension RunSums {
  /// The value of a measure: nanoseconds, bytes or a number.
  public subscript(_ measure: Budget.Measure) -> UInt64 {
    switch measure {
    case .dur: duration
    case .cpu: cpuTime
    case .mem: peakMemory
    case .processes: UInt64(clamping: processes)
    case .execs: UInt64(clamping: execs)
    case .failed: UInt64(clamping: failedExecs)
    case .nonzero: UInt64(clamping: nonzero)
    case .killed: UInt64(clamping: killed)
    }
  }
}

/// Why a budget cannot be parsed, in one line.
public struct BudgetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, and what to write.
  public let description: String
}

/// Parses one limit of a budget.
private struct BudgetParser {
  private let text: String

  init(_ text: Substring) { self.text = String(text).trimmed }

  func limit() throws(BudgetError) -> Budget.Limit {
    let example = "write limits such as dur<30s,execs<1000"
    if text.isEmpty { throw BudgetError(description: "a limit is empty: \(example)") }
    let name = text.prefix { $0.isLetter }
    let rest = String(text.dropFirst(name.count)).trimmed
    guard let measure = Budget.Measure(rawValue: name.lowercased()) else {
      let names = Budget.Measure.allCases.map(\.rawValue).joined(separator: ", ")
      throw BudgetError(description: "\(name.isEmpty ? text : String(name)) is not measured: use one of \(names)")
    }
    let sign = String(rest.prefix { "<=>!:~".contains($0) })
    let word = String(rest.dropFirst(sign.count)).trimmed
    guard ["<", "<=", "=", "=="].contains(sign) else {
      let found = sign.isEmpty ? "without < or <=" : "with \(sign)"
      throw BudgetError(description: "\(name) \(found) is no upper limit: \(example)")
    }
    let value = try value(word, of: measure, after: "\(name)\(sign)")
    if sign.hasPrefix("="), value > 0 {
      throw BudgetError(description: "\(name)\(sign)\(word) is no upper limit: write \(name)<=\(word)")
    }
    let highest = sign == "<" ? (value == 0 ? nil : value &- 1) : value
    return Budget.Limit(measure: measure, highest: highest, text: "\(sign)\(word)")
  }

  private func value(
    _ word: String, of measure: Budget.Measure, after prefix: String
  ) throws(BudgetError) -> UInt64 {
    let expected =
      switch measure.unit {
      case .time: "a time such as 30s"
      case .size: "a size such as 512M"
      case .count: "a number"
      }
    let refusal = BudgetError(description: "expected \(expected) after \(prefix)")
    let whole = word.prefix { $0.isASCII && $0.isNumber }
    var rest = word.dropFirst(whole.count)
    var fraction = rest.prefix(0)
    if measure.unit != .count, rest.first == "." {
      fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(fraction.count &+ 1)
      if fraction.isEmpty { throw refusal }
    }
    guard !whole.isEmpty, let factor = Self.factor(String(rest), of: measure.unit, isZero: Double(whole) == 0) else {
      throw refusal
    }
    guard let number = UInt64(whole) else { throw BudgetError(description: "the number after \(prefix) is too large") }
    var (value, isTooLarge) = number.multipliedReportingOverflow(by: factor)
    if let (digits, scale) = Self.decimals(fraction) {
      let product = digits.multipliedFullWidth(by: factor)
      // The digits are fewer than the scale, so the quotient is less than the factor.
      let (sum, overflow) = value.addingReportingOverflow(scale.dividingFullWidth(product).quotient)
      (value, isTooLarge) = (sum, isTooLarge || overflow)
    }
    if isTooLarge { throw BudgetError(description: "the number after \(prefix) is too large") }
    return value
  }

  /// The decimals of a number as a fraction, `5` and 10 for `.5`; nil without decimals. Those after the 18th are left out.
  private static func decimals(_ digits: Substring) -> (digits: UInt64, scale: UInt64)? {
    let digits = digits.prefix(18)
    guard let number = UInt64(digits) else { return nil }
    return (number, digits.reduce(1) { scale, _ in scale &* 10 })
  }

  private static let times: [String: UInt64] = [
    "ns": 1, "us": 1000, "µs": 1000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "min": 60_000_000_000,
    "h": 3_600_000_000_000, "d": 86_400_000_000_000,
  ]
  private static let sizes: [Character: UInt64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]

  /// What a unit multiplies by; nil for an unknown one. A time other than 0 needs a unit.
  private static func factor(_ unit: String, of kind: Budget.Measure.Unit, isZero: Bool) -> UInt64? {
    switch kind {
    case .count: return unit.isEmpty ? 1 : nil
    case .time: return times[unit] ?? (unit.isEmpty && isZero ? 1 : nil)
    case .size:
      let name = unit.uppercased()
      if name.isEmpty || name == "B" { return 1 }
      guard ["", "B", "IB"].contains(name.dropFirst()) else { return nil }
      return name.first.flatMap { sizes[$0] }
    }
  }
}

extension String {
  /// Without spaces at both ends.
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
