/// Which names a TOML file has given so far: each may be defined once, and a table that one way of writing made cannot
/// be gone on with by another.
struct TOMLNames {
  struct Refusal: Error { var expected: String }

  private enum Kind {
    /// A value, or an inline table, which is whole.
    case value
    /// A table by its own header.
    case header
    /// A table that is there because a header names one below it.
    case implied
    /// A table that a dotted key made.
    case dotted
    /// An array of tables, with so many elements.
    case elements(Int)
  }

  private var kinds: [[String]: Kind] = [:]

  /// `[path]`. Returns the path with the numbers of the elements it leads through.
  mutating func open(_ path: [String]) throws(Refusal) -> [String] {
    let path = try resolved(path)
    switch kinds[path] {
    case nil, .implied: kinds[path] = .header
    default: throw Refusal(expected: "a table that is not defined before")
    }
    return path
  }

  /// `[[path]]`.
  mutating func openElement(_ path: [String]) throws(Refusal) -> [String] {
    let path = try resolved(path)
    var count = 0
    switch kinds[path] {
    case nil: break
    case .elements(let before): count = before
    default: throw Refusal(expected: "a table that is not defined before")
    }
    kinds[path] = .elements(count + 1)
    let element = Self.element(path, count)
    kinds[element] = .header
    return element
  }

  /// The tables above `path` are there from now on.
  private mutating func resolved(_ path: [String]) throws(Refusal) -> [String] {
    var above: [String] = []
    for name in path.dropLast() {
      above.append(name)
      switch kinds[above] {
      case nil: kinds[above] = .implied
      case .value: throw Refusal(expected: "a table, but \(above.joined(separator: ".")) is a value")
      case .elements(let count): above = Self.element(above, count - 1)
      default: break
      }
    }
    return above + path.suffix(1)
  }

  /// `key = …` in a table.
  mutating func define(_ key: [String], in table: [String]) throws(Refusal) {
    var path = table
    for name in key.dropLast() {
      path.append(name)
      switch kinds[path] {
      case nil: kinds[path] = .dotted
      case .dotted: break
      default: throw Refusal(expected: "a key whose table is not defined elsewhere")
      }
    }
    path += key.suffix(1)
    guard kinds[path] == nil else { throw Refusal(expected: "a key that is not defined before") }
    kinds[path] = .value
  }

  /// An inline table: nothing is added to it from elsewhere; its own members are defined in it next.
  mutating func close(_ path: [String]) { kinds[path] = .value }

  private static func element(_ path: [String], _ index: Int) -> [String] {
    path.dropLast() + ["\(path.last ?? "")[\(index)]"]
  }
}
