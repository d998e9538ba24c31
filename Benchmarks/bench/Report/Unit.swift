/// The format of a figure.
enum Unit {
  /// From nanoseconds.
  case nanoseconds, microseconds, milliseconds
  /// From a fraction.
  case percent
  /// From a fraction, with two digits.
  case smallPercent
  /// From bytes.
  case mebibytes, kibibytesPerSecond
  case count

  func text(_ value: Double) -> String {
    if !value.isFinite { return "–" }
    return switch self {
    case .nanoseconds: fixed(value, digits: 0) + " ns"
    case .microseconds: fixed(value / 1000, digits: 2) + " µs"
    case .milliseconds: fixed(value / 1e6, digits: 1) + " ms"
    case .percent: fixed(value * 100, digits: 1) + " %"
    case .smallPercent: fixed(value * 100, digits: 2) + " %"
    case .mebibytes: fixed(value / 1_048_576, digits: 1) + " MiB"
    case .kibibytesPerSecond: fixed(value / 1024, digits: 0) + " KiB/s"
    case .count: fixed(value, digits: 0)
    }
  }
}

/// A number with this many digits after its point.
func fixed(_ value: Double, digits: Int) -> String {
  var scale = 1
  for _ in 0..<digits { scale *= 10 }
  let scaled = Int((abs(value) * Double(scale)).rounded())
  let sign = value < 0 && scaled > 0 ? "-" : ""
  let whole = grouped(scaled / scale)
  guard digits > 0 else { return sign + whole }
  let rest = String(scaled % scale)
  return sign + whole + "." + String(repeating: "0", count: digits - rest.count) + rest
}

/// A number with thousands separators.
func grouped(_ value: Int) -> String {
  var text = ""
  for (index, digit) in String(value).reversed().enumerated() {
    if index > 0, index % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return String(text.reversed())
}
