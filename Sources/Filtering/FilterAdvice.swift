internal import Events

extension Filter {
  /// What may have been meant by an expression that matches nothing, in one line; nil where it says all that it can.
  /// - Complexity: O(length of the expression).
  public var advice: String? { Self.advice(on: node) }

  private static func advice(on node: FilterNode) -> String? {
    switch node.form {
    case .test(let test): return advice(on: test)
    case .all(let parts), .any(let parts):
      for part in parts { if let advice = advice(on: part) { return advice } }
      return nil
    case .not(let part), .relation(_, let part): return advice(on: part)
    }
  }

  private static func advice(on test: FilterTest) -> String? {
    guard let field = test.field else {
      guard case .contains(let search) = test.condition else { return nil }
      return advice(onWord: String(decoding: search.needle, as: UTF8.self))
    }
    guard case .equals(let values, _) = test.condition, let name = FilterField.all.first(where: { $0.field == field })
    else { return nil }
    if field == .killer, values.contains(where: { $0.starts(with: "oom".utf8) && $0.count > 3 }) {
      return "the OOM killer is killer=oom"
    }
    guard values.contains(where: { $0.contains(UInt8(ascii: "*")) || $0.contains(UInt8(ascii: "?")) }) else {
      return nil
    }
    let names = name.help.name
    return "\(names)= compares the whole text, * and ? included: \(names): finds a part of it, \(names)~ a regex"
  }

  /// - Parameter word: a word that is searched for in commands.
  private static func advice(onWord word: String) -> String? {
    let searched = "\(FilterText.quoted(Array(word.utf8))) is searched for in commands"
    let name = word.lowercased()
    if FilterShorthand(rawValue: name) != nil { return "\(searched): is:\(name) asks for it" }
    if FilterField(name: name) != nil { return "\(searched): has:\(name) asks for the field" }
    if FilterField.mark.choices.contains(where: { $0.name == name }) { return "\(searched): mark=\(name) asks for it" }
    if word.first == "$" || word.contains(where: { "=<>".contains($0) }) {
      return "\(searched): a condition is a field, an operator and a value, such as exit>0"
    }
    return nil
  }
}

extension FilterParser {
  /// What to write for a word that is the name of a mark, or a part of one; nil for any other word.
  static func markAdvice(_ word: String) -> String? {
    let word = word.lowercased()
    let names = FilterField.mark.choices.map(\.name)
    if names.contains(word) { return "write mark=\(word)" }
    return word.count > 2 && names.contains { $0.contains(word) } ? "write mark:\(word)" : nil
  }

  /// The error for a name that is no field, at its place.
  func unknown(_ name: String, at place: Int) -> FilterError {
    let known = Filter.fieldNames + ["has", "is", "under", "child", "parent"]
    let nearest = nearestOfNames(to: name, in: known + FilterField.all.flatMap(\.help.aliases))
    let advice = nearest.map { "did you mean \($0)? Or put it in quotes" } ?? "put it in quotes"
    return error(
      "unknown field \(name): \(advice) to search for text, or use one of \(known.joined(separator: " "))", at: place)
  }
}
