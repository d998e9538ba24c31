/// A process as plain values, and a second implementation of the filter language, with lists of values and linear
/// scans.
struct NaiveProcess {
  var pid: Int32
  var start: UInt64
  /// Its index in the machine.
  var parent: Int?
  var texts: [String: [UInt8]] = [:]
  var argv: [[UInt8]]?
  var env: [[UInt8]]?
  var numbers: [String: [Int64]] = [:]
  var names: [String: Set<String>] = [:]
}

indirect enum NaiveFilter {
  enum Test {
    case contains([UInt8])
    case equals([[UInt8]])
    /// One of the texts, at the start, at the end, both or anywhere.
    case regex([[UInt8]], atStart: Bool, atEnd: Bool)
    case number(String, [Int64])
    case names([String])
    case has
  }

  case test(String?, Test, negated: Bool)
  case not(NaiveFilter)
  case all([NaiveFilter])
  case any([NaiveFilter])
  case relation(String, NaiveFilter)

  func holds(_ index: Int, _ machine: [NaiveProcess]) -> Bool {
    switch self {
    case .test(let field, let test, let negated): Self.holds(field, test, machine[index]) != negated
    case .not(let part): !part.holds(index, machine)
    case .all(let parts): parts.allSatisfy { $0.holds(index, machine) }
    case .any(let parts): parts.contains { $0.holds(index, machine) }
    case .relation("child", let part): machine[index].parent.map { part.holds($0, machine) } ?? false
    case .relation("parent", let part):
      machine.indices.contains { machine[$0].parent == index && part.holds($0, machine) }
    case .relation(_, let part):
      machine[index].parent.map { part.holds($0, machine) || holds($0, machine) } ?? false
    }
  }

  private static func holds(_ field: String?, _ test: Test, _ process: NaiveProcess) -> Bool {
    if case .number(let sign, let wanted) = test {
      return (process.numbers[field ?? ""] ?? []).contains { value in
        switch sign {
        case "<": value < wanted[0]
        case "<=": value <= wanted[0]
        case ">": value > wanted[0]
        case ">=": value >= wanted[0]
        default: wanted.contains(value)
        }
      }
    }
    if case .names(let wanted) = test {
      return wanted.contains { process.names[field ?? "", default: []].contains($0) }
    }
    if case .has = test {
      if let numbers = process.numbers[field ?? ""] {
        return ["kids", "execs", "fails"].contains(field) ? numbers.contains { $0 > 0 } : !numbers.isEmpty
      }
      if field == "argv" || field == "arg" { return !(process.argv ?? []).isEmpty }
      return texts(field, process).contains { !$0.isEmpty }
        || !process.names[field ?? "", default: []].isEmpty
    }
    return texts(field, process).contains { matches($0, test) }
  }

  private static func texts(_ field: String?, _ process: NaiveProcess) -> [[UInt8]] {
    func joined() -> [[UInt8]] { process.argv.map { [Array($0.joined(separator: [0x20]))] } ?? [] }
    return switch field {
    case nil: [process.texts["comm"], process.texts["exe"]].compactMap { $0 } + joined()
    case "argv": joined()
    case "arg": process.argv ?? []
    case "env": process.env ?? []
    case let field?: process.texts[field].map { [$0] } ?? []
    }
  }

  private static func matches(_ text: [UInt8], _ test: Test) -> Bool {
    switch test {
    case .contains(let part): return places(of: part, in: text) != []
    case .equals(let wanted): return wanted.contains(text)
    case .regex(let parts, let atStart, let atEnd):
      return parts.contains { part in
        places(of: part, in: text).contains {
          (!atStart || $0 == 0) && (!atEnd || $0 + part.count == text.count)
        }
      }
    case .number, .names, .has: return false
    }
  }

  private static func places(of part: [UInt8], in text: [UInt8]) -> [Int] {
    let hasCapital = part.contains { 0x41...0x5a ~= $0 }
    func small(_ bytes: [UInt8]) -> [UInt8] { hasCapital ? bytes : bytes.map { 0x41...0x5a ~= $0 ? $0 + 32 : $0 } }
    let (part, text) = (small(part), small(text))
    guard part.count <= text.count else { return [] }
    return (0...text.count - part.count).filter { Array(text[$0..<$0 + part.count]) == part }
  }
}
