internal import Events

/// Completions of an expression that is being typed: names of fields, and existing values.
public struct FilterCompletion: Sendable, Hashable {
  /// The characters before the cursor that a candidate replaces, from 0.
  public let range: Range<Int>
  /// The possible completions, the likeliest first; at most `limit`.
  public let candidates: [String]

  /// The most candidates.
  public static let limit = 40

  /// Completes the end of an expression.
  /// - Parameters:
  ///   - text: the expression up to the cursor.
  ///   - source: where values are read.
  ///   - items: the processes whose values are candidates.
  /// - Complexity: O(items) for values of a field, else O(fields).
  public init<Source: FilterSource>(of text: String, in source: Source, items: some Sequence<Source.Item>) {
    let characters = Array(text)
    let start = Self.tokenStart(characters)
    let token = String(characters[start...])
    if token.hasPrefix("is:") {
      let part = token.dropFirst(3).split(separator: ",", omittingEmptySubsequences: false).last ?? ""
      range = characters.count - part.count..<characters.count
      candidates = FilterShorthand.allCases.map(\.rawValue).filter { $0.hasPrefix(part) && $0 != part }
    } else if let typed = Self.fieldAfterHas(in: token) {
      range = characters.count - typed.count..<characters.count
      candidates = Filter.fieldNames.filter { $0.hasPrefix(typed) && $0 != typed }
    } else if let (field, valueStart) = Self.field(of: token) {
      let typed = String(token.dropFirst(valueStart))
      let part = typed.split(separator: ",", omittingEmptySubsequences: false).last.map(String.init) ?? ""
      range = characters.count - part.count..<characters.count
      candidates = Self.values(of: field, from: part, in: source, items)
    } else {
      range = start..<characters.count
      candidates =
        Self.names(from: token) + (token.isEmpty ? [] : Self.values(of: .comm, from: token, in: source, items))
    }
  }

  private static func tokenStart(_ characters: [Character]) -> Int {
    var start = characters.count
    var isQuoted = false
    for (index, character) in characters.enumerated() {
      if character == "\"" { isQuoted.toggle() }
      if !isQuoted, character == " " || character == "(" || character == "!" && index + 1 < characters.count {
        if character != "!" || characters[index + 1] != "=" { start = index + 1 }
      } else if start == characters.count {
        start = index
      }
    }
    return characters.isEmpty ? 0 : min(start, characters.count)
  }

  /// What is typed after `has:`.
  private static func fieldAfterHas(in token: String) -> String? {
    let head = "has:"
    return token.hasPrefix(head) ? String(token.dropFirst(head.count)) : nil
  }

  private static func field(of token: String) -> (FilterField, valueStart: Int)? {
    guard let end = token.firstIndex(where: { ":=!<>~".contains($0) }) else { return nil }
    let name = String(token[..<end])
    guard let field = FilterField(name: name) else { return nil }
    let rest = token[end...]
    let sign = rest.prefix { ":=!<>~".contains($0) }
    return (field, token.distance(from: token.startIndex, to: rest.startIndex) + sign.count)
  }

  private static func names(from prefix: String) -> [String] {
    let fields = FilterField.all.map { row in row.help.name + (row.field.prefersContains ? ":" : "=") }
    let words = fields + ["under:", "child:", "parent:", "has:", "is:", "and", "or", "not"]
    return words.filter { $0.hasPrefix(prefix) && $0 != prefix }
  }

  private static func values<Source: FilterSource>(
    of field: FilterField, from prefix: String, in source: Source, _ items: some Sequence<Source.Item>
  ) -> [String] {
    let choices = field.choices.map(\.name)
    if !choices.isEmpty { return choices.filter { $0.hasPrefix(prefix) } }
    // The container and the unit are parsed from each process's cgroup: this takes too long between two keys.
    guard field.kind == .text, let text = field.bytes, text != .container, text != .unit else {
      return numbers(of: field, from: prefix, in: source, items)
    }
    var counts: [[UInt8]: Int] = [:]
    let start = Array(prefix.utf8)
    for item in items {
      _ = source.withBytes(text, of: item) { bytes in
        if bytes.starts(with: start), !bytes.isEmpty, counts.count < 10_000 { counts[Array(bytes), default: 0] += 1 }
      }
    }
    let common = counts.sorted {
      $0.value != $1.value ? $0.value > $1.value : $0.key.lexicographicallyPrecedes($1.key)
    }
    return common.prefix(limit).map { FilterText.plainOrQuoted($0.key) }.filter { $0 != prefix }
  }

  /// Signals and errors by name, other numbers as they are; the most frequent first.
  private static func numbers<Source: FilterSource>(
    of field: FilterField, from prefix: String, in source: Source, _ items: some Sequence<Source.Item>
  ) -> [String] {
    guard let number = field.completed else { return [] }
    var counts: [Int64: Int] = [:]
    for item in items {
      guard let value = source.number(number, of: item, now: nil) else { continue }
      if counts.count < 10_000 || counts[value] != nil { counts[value, default: 0] += 1 }
    }
    let common = counts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
    // People write `sig=KILL`; a text that starts with SIG gets candidates with SIG.
    let texts = common.map { value in
      let text = field.written(value.key)
      return field == .sig && text.hasPrefix("SIG") && !prefix.hasPrefix("SIG") ? String(text.dropFirst(3)) : text
    }
    return Array(texts.lazy.filter { $0.hasPrefix(prefix) && $0 != prefix }.prefix(limit))
  }
}

extension FilterField {
  /// The number whose existing values are offered: for fields with few values.
  fileprivate var completed: FilterNumber? {
    switch self {
    case .sig: .signal
    case .errno: .errno
    case .exit: .exitCode
    case .uid: .uid
    case .euid: .euid
    case .gid: .gid
    case .auid: .auditUID
    case .sid: .session
    case .pid: .pid
    default: nil
    }
  }

  fileprivate func written(_ value: Int64) -> String {
    let name =
      switch self {
      case .sig: SignalName.name(of: Int32(clamping: value))
      case .errno: ErrnoName.name(of: Int32(clamping: value))
      default: String?.none
      }
    return name ?? "\(value)"
  }

  /// Whether people usually search for a part of such a text.
  fileprivate var prefersContains: Bool {
    switch self {
    case .exe, .file, .interp, .argv, .arg, .env, .cwd, .cgroup, .container, .unit: true
    default: false
    }
  }
}
