import TestSupport

/// Random processes and random filters with the same few words, so that many match.
struct NaiveDice {
  var random: SeededGenerator
  private static let plain = [
    "gcc", "cc", "Make", "make", "ma", "a b", "b", "-O2", "o2", "x,y", "(p)", "\"q\"", "/usr/bin", "n", "or", "e\\",
    ":=",
  ]
  static let words = plain.map { Array($0.utf8) } + [[0xff, 0x61], [0x1b], [0xc3, 0xa9]]

  mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: elements.indices, using: &random)]
  }

  mutating func text() -> [UInt8] { (0..<Int.random(in: 1...3, using: &random)).flatMap { _ in pick(Self.words) } }

  mutating func texts(_ counts: ClosedRange<Int>) -> [[UInt8]] {
    (0..<Int.random(in: counts, using: &random)).map { _ in random.once(in: 12) ? [] : text() }
  }

  mutating func number() -> Int64 { Int64(Int.random(in: 0...12, using: &random)) }
}

// MARK: - Filters

extension NaiveDice {
  /// A filter and its text.
  mutating func filter(depth: Int = 3) -> (filter: NaiveFilter, text: String) {
    switch depth == 0 ? 9 : Int.random(in: 0...9, using: &random) {
    case 0:
      let inner = filter(depth: depth - 1)
      return (.not(inner.filter), pick(["!", "not ", "NOT "]) + inner.text)
    case 1, 2: return several(depth, pick([" ", " and ", "  AND "])) { .all($0) }
    case 3, 4: return several(depth, pick([" or ", " OR "])) { .any($0) }
    case 5:
      let relation = pick(["under", "child", "parent"])
      if random.once(in: 3) {
        let pids = (0...Int.random(in: 0...1, using: &random)).map { _ in number() }
        return (
          .relation(relation, .test("pid", .number("=", pids), negated: false)),
          "\(relation):" + pids.map(String.init).joined(separator: ",")
        )
      }
      let inner = filter(depth: depth - 1)
      return (.relation(relation, inner.filter), "\(relation):(\(inner.text))")
    default: return test()
    }
  }

  private mutating func several(
    _ depth: Int, _ separator: String, _ make: ([NaiveFilter]) -> NaiveFilter
  ) -> (filter: NaiveFilter, text: String) {
    let parts = (0...Int.random(in: 1...2, using: &random)).map { _ in filter(depth: depth - 1) }
    return (make(parts.map(\.filter)), "(" + parts.map(\.text).joined(separator: separator) + ")")
  }

  private mutating func test() -> (filter: NaiveFilter, text: String) {
    switch Int.random(in: 0...9, using: &random) {
    case 0, 1:
      let word = text()
      return (.test(nil, .contains(word), negated: false), quoted(word))
    case 2:
      let (regex, text) = regex()
      return (.test(nil, regex, negated: false), "/\(text)/")
    case 3:
      let field = pick([
        "pid", "exe", "argv", "arg", "tty", "user", "exit", "sig", "kids", "execs", "fails", "ev", "cpu", "errno",
        "killer",
      ])
      return (.test(field, .has, negated: false), "has:\(field)")
    case 4:
      let (field, names) = pick([("ev", ["fork", "exec", "fail", "exit"]), ("state", ["running", "exited"])])
      let wanted = (0...Int.random(in: 0...1, using: &random)).map { _ in pick(names) }
      let sign = pick(["=", ":", "!="])
      return (.test(field, .names(wanted), negated: sign == "!="), field + sign + wanted.joined(separator: ","))
    case 5, 6: return numberTest()
    default:
      let field = pick([
        "comm", "exe", "file", "interp", "cwd", "argv", "arg", "env", "user", "tty", "cgroup", "killer",
      ])
      let sign = pick([":", "=", "!=", "~", "!~"])
      switch sign {
      case ":":
        let word = text()
        return (.test(field, .contains(word), negated: false), "\(field):\(quoted(word))")
      case "=", "!=":
        let wanted = (0...Int.random(in: 0...1, using: &random)).map { _ in text() }
        return (
          .test(field, .equals(wanted), negated: sign == "!="),
          field + sign + wanted.map { quoted($0) }.joined(separator: ",")
        )
      default:
        let (regex, text) = regex()
        return (.test(field, regex, negated: sign == "!~"), "\(field)\(sign)/\(text)/")
      }
    }
  }

  private mutating func numberTest() -> (filter: NaiveFilter, text: String) {
    let field = pick([
      "pid", "ppid", "uid", "euid", "gid", "auid", "sid", "exit", "sig", "errno", "ret", "dur", "age", "start", "depth",
      "kids", "execs", "fails", "cpu", "mem",
    ])
    let sign = pick(["=", ":", "!=", "<", "<=", ">", ">="])
    let isList = ["=", ":", "!="].contains(sign)
    let numbers = (0...(isList ? Int.random(in: 0...1, using: &random) : 0)).map { _ in
      field == "ret" ? -number() : number()
    }
    let unit = ["dur", "age", "cpu"].contains(field) ? "ns" : field == "mem" ? pick(["", "B"]) : ""
    return (
      .test(field, .number(sign, numbers), negated: sign == "!="),
      field + sign + numbers.map { "\($0)\(unit)" }.joined(separator: ",")
    )
  }

  private mutating func regex() -> (test: NaiveFilter.Test, text: String) {
    let parts = (0...Int.random(in: 0...1, using: &random)).map { _ in text() }
    let atStart = random.once(in: 3), atEnd = random.once(in: 3)
    // Escapes have no capitals. The case of letters is ignored in a whole expression, as in a word.
    let hasCapital = parts.joined().contains { 0x41...0x5a ~= $0 }
    let folded = hasCapital ? parts.filter { $0.contains { 0x41...0x5a ~= $0 } } : parts
    let body = folded.map { part in part.map(escaped).joined() }.joined(separator: "|")
    return (
      .regex(folded, atStart: atStart, atEnd: atEnd), "\(atStart ? "^" : "")(\(body))\(atEnd ? "$" : "")"
    )
  }

  private func escaped(_ byte: UInt8) -> String {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: String(UnicodeScalar(byte))
    default: "\\x{" + String(byte, radix: 16) + "}"
    }
  }

  /// Without quotes if possible, or in quotes.
  private mutating func quoted(_ bytes: [UInt8]) -> String {
    let isPlain = bytes.allSatisfy { 0x30...0x39 ~= $0 || 0x41...0x5a ~= $0 || 0x61...0x7a ~= $0 || $0 == 0x2d }
    if isPlain, bytes != Array("or".utf8), random.once(in: 2) { return String(decoding: bytes, as: UTF8.self) }
    return "\""
      + bytes.map { byte in
        switch byte {
        case 0x22, 0x5c: "\\" + String(UnicodeScalar(byte))
        case 0x20..<0x7f: String(UnicodeScalar(byte))
        default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
      }.joined() + "\""
  }
}
