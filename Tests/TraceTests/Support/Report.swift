/// The report of a process about itself, by the fixture's step `report`.
struct Report: Sendable {
  private var words: [String: String] = [:]

  /// The reports in a fixture's output, in the order in which they were begun.
  static func all(in lines: [String]) -> [Report] {
    var reports: [Report] = []
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard words.count == 3, words[0] == "report" else { continue }
      // Its first line.
      if words[1] == "time" { reports.append(Report()) }
      if !reports.isEmpty { reports[reports.count - 1].words[words[1]] = words[2] }
    }
    return reports
  }

  /// A number; -1 if the report has none, since no field is negative.
  func number(_ key: String) -> Int64 { words[key].flatMap { Int64($0) } ?? -1 }

  /// Bytes; what it did not say is `[0]`, which no field is.
  func bytes(_ key: String) -> [UInt8] {
    guard let digits = words[key].map({ Array($0.utf8) }), digits.count % 2 == 0 else { return [0] }
    return stride(from: 0, to: digits.count, by: 2).map { index in
      UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) ?? 0
    }
  }
}
