internal import Events

extension FilterParser {
  /// The numbers that a condition matches.
  /// - Parameter expecting: the value that an error names as expected; nil for that of the unit.
  mutating func parseRanges(
    _ unit: FilterUnit, _ sign: FilterOperator, after prefix: String, expecting: String? = nil
  ) throws(FilterError) -> [ClosedRange<Int64>] {
    let numbers = try parseList(after: prefix) { (parser, prefix) throws(FilterError) in
      // Only the first value may be another one than a number.
      let other = prefix == "the comma" ? nil : expecting
      return try parser.parseNumber(unit, after: prefix, expecting: other ?? unit.expected)
    }
    func range(_ make: (Int64) -> ClosedRange<Int64>?) throws(FilterError) -> [ClosedRange<Int64>] {
      guard numbers.count == 1 else { throw error("expected one value after \(prefix); = and != take lists") }
      return make(numbers[0]).map { [$0] } ?? []
    }
    return switch sign {
    case .below: try range { $0 > .min ? Int64.min...($0 - 1) : nil }
    case .atMost: try range { .min...$0 }
    case .above: try range { $0 < .max ? ($0 + 1)...Int64.max : nil }
    case .atLeast: try range { $0...(.max) }
    default: numbers.map { $0...$0 }
    }
  }

  private mutating func parseNumber(
    _ unit: FilterUnit, after prefix: String, expecting: String
  ) throws(FilterError) -> Int64 {
    let start = position
    let word = parseWord()
    func refused() -> FilterError { error("expected \(expecting) after \(prefix)", at: start) }
    switch unit {
    case .duration: return try scaled(word, at: start, expecting: refused(), unit: "a unit of time", Self.times)
    case .size: return try scaled(word, at: start, expecting: refused(), unit: "a unit of memory", Self.sizes)
    case .plain, .errno, .signal, .result: break
    }
    let isNegative = unit == .result && word.hasPrefix("-")
    let rest = isNegative ? String(word.dropFirst()) : word
    if let number = Self.number(of: Array(rest.utf8)) { return isNegative ? -number : number }
    switch unit {
    case .errno: if let value = ErrnoName.value(of: word) { return Int64(value) }
    case .signal: if let value = SignalName.value(of: word) { return Int64(value) }
    case .result: if isNegative, let value = ErrnoName.value(of: rest) { return -Int64(value) }
    default: break
    }
    if prefix.hasPrefix("uid") || prefix.hasPrefix("euid"), word.first?.isNumber == false {
      throw error("expected a number after \(prefix): user= takes a name", at: start)
    }
    throw refused()
  }

  /// Digits only, within the range of an `Int64`.
  static func number(of bytes: [UInt8]) -> Int64? {
    guard !bytes.isEmpty, bytes.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    return Int64(String(decoding: bytes, as: UTF8.self))
  }

  private static let times: [(name: String, factor: Int64)] = [
    ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
    ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
  ]
  private static let sizes: [(name: String, factor: Int64)] = [
    ("B", 1), ("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30), ("T", 1 << 40),
  ]

  /// A number followed by a unit, whole or decimal.
  private func scaled(
    _ word: String, at start: Int, expecting refusal: FilterError, unit: String,
    _ units: [(name: String, factor: Int64)]
  ) throws(FilterError) -> Int64 {
    let whole = word.prefix { $0.isASCII && $0.isNumber }
    var rest = word.dropFirst(whole.count)
    var fraction = rest.prefix(0)
    if rest.first == "." {
      fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(1 + fraction.count)
      if fraction.isEmpty { throw refusal }
    }
    if whole.isEmpty { throw refusal }
    let isTime = units[0].name == "ns"
    let name = isTime ? String(rest) : Self.memoryUnit(rest)
    let factor: Int64
    if let unit = units.first(where: { $0.name == name }) {
      factor = unit.factor
    } else if rest.isEmpty, !isTime || !(whole + fraction).contains(where: { $0 != "0" }) {
      // Neither 0 nor a number of bytes needs a unit.
      factor = 1
    } else {
      let names = units.map(\.name).joined(separator: " ")
      throw error("expected \(unit) after \(word.dropLast(rest.count)): \(names)", at: start + word.count - rest.count)
    }
    guard let number = Int64(whole) else { throw error("the number is too large", at: start) }
    var (value, isTooLarge) = number.multipliedReportingOverflow(by: factor)
    var place = factor
    for digit in fraction {
      place /= 10
      let (sum, overflow) = value.addingReportingOverflow(Int64(digit.wholeNumberValue ?? 0) * place)
      (value, isTooLarge) = (sum, isTooLarge || overflow)
    }
    if isTooLarge { throw error("the number is too large", at: start) }
    return value
  }

  /// `k`, `K`, `KB` and `KiB` are the same: 1024 bytes.
  private static func memoryUnit(_ text: Substring) -> String {
    let name = text.uppercased()
    if name.hasSuffix("IB"), name.count == 3 { return String(name.prefix(1)) }
    return name.count == 2 && name.hasSuffix("B") ? String(name.prefix(1)) : name
  }
}

extension FilterUnit {
  /// The value that an error names as expected.
  fileprivate var expected: String {
    switch self {
    case .plain: "a number"
    case .duration: "a time such as 50ms"
    case .size: "a size such as 100M"
    case .errno: "an errno such as ENOENT or 2"
    case .signal: "a signal such as KILL or 9"
    case .result: "0, a negative number or a name such as -ENOENT"
    }
  }
}
