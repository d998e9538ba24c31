internal import CTOML

/// Makes entries and tables from the values that toml++ found.
struct TOMLNodeReader {
  /// A value as the container of others.
  private struct Above {
    var path: [String] = []
    /// The keys that are written before the key of a member.
    var prefix: [String] = []
    var isInline = false
    /// Whether it is a list or in a list, so that its members are not entries.
    var isWithinList = false
    /// For a list of tables with headers, how many of these were read; nil for other values.
    var elements: Int?
  }

  private let source: TOMLSource
  private var nodes: UnsafeBufferPointer<toml_node> { source.nodes }
  private let places: TOMLPlaces
  private let largeIntegers: [Int: String]
  /// The indices of the values in each list.
  private var listed: [Int: [Int]] = [:]
  private var headers: [Int: TOMLDocument.Table] = [:]

  init(_ source: TOMLSource, places: TOMLPlaces, largeIntegers: [Int: String]) {
    self.source = source
    self.places = places
    self.largeIntegers = largeIntegers
  }

  mutating func read(into document: inout TOMLDocument) {
    var above: [Above] = []
    above.reserveCapacity(nodes.count)
    let filled = Set(nodes.lazy.map(\.parent))
    for (index, node) in nodes.enumerated() where node.parent >= 0 && nodes[node.parent].kind == TOML_ARRAY {
      listed[node.parent, default: []].append(index)
    }
    for (index, node) in nodes.enumerated() {
      guard node.parent >= 0 else {
        above.append(Above())
        continue
      }
      above.append(add(node, index, in: &above[node.parent], isEmpty: !filled.contains(index), into: &document))
    }
    document.tables += headers.values
    document.entries.sort { $0.valueRange.lowerBound < $1.valueRange.lowerBound }
    document.tables.sort { $0.start < $1.start }
    document.rootEnd = headers.keys.min() ?? document.bytes.count
  }

  /// Adds the entry or table of a value to the document. Returns the value as the container of others.
  private mutating func add(
    _ node: toml_node, _ index: Int, in above: inout Above, isEmpty: Bool, into document: inout TOMLDocument
  ) -> Above {
    if above.isWithinList { return above }
    let range = offset(node.begin)..<max(offset(node.begin), offset(node.end))
    var path = above.path
    if let count = above.elements {
      path[path.count - 1] += "[\(count)]"
      above.elements = count + 1
    } else {
      path.append(node.key.string ?? "")
    }
    let isHeader = range.lowerBound < places.bytes.count && places.bytes[range.lowerBound] == UInt8(ascii: "[")
    if node.kind == TOML_TABLE, !node.is_inline {
      guard isHeader else {
        return Above(path: path, prefix: above.prefix + path.suffix(1), isInline: above.isInline)
      }
      // The tables that contain the header's table have the same place, and come first.
      headers[startOfLine(range.lowerBound)] = TOMLDocument.Table(
        path: path, line: Int(node.begin.line), isInline: false, start: endOfLine(range.upperBound))
      return Above(path: path)
    }
    if let first = listed[index]?.first, nodes[first].kind == TOML_TABLE, !nodes[first].is_inline {
      return Above(path: path, elements: 0)
    }
    if node.kind == TOML_TABLE {
      document.tables.append(
        TOMLDocument.Table(path: path, line: Int(node.begin.line), isInline: true, start: range.lowerBound + 1))
    }
    if node.kind != TOML_TABLE || isEmpty {
      document.entries.append(
        TOMLDocument.Entry(
          path: path, line: Int(node.key_begin.line), value: value(of: index), valueRange: range, prefix: above.prefix,
          isInline: above.isInline))
    }
    return Above(path: path, isInline: node.kind == TOML_TABLE, isWithinList: node.kind == TOML_ARRAY)
  }

  private func value(of index: Int) -> TOMLValue {
    let node = nodes[index]
    switch node.kind {
    case TOML_STRING:
      if let digits = largeIntegers[offset(node.begin)] { return .largeInteger(digits) }
      return .string(node.string.string ?? "")
    case TOML_INTEGER: return .integer(node.integer)
    case TOML_FLOAT: return .float(node.number)
    case TOML_BOOLEAN: return .boolean(node.boolean)
    case TOML_ARRAY: return .array((listed[index] ?? []).map { value(of: $0) })
    case TOML_TABLE: return .table
    default: return .moment
    }
  }

  private func offset(_ place: toml_place) -> Int { places.offset(line: Int(place.line), column: Int(place.column)) }

  private func startOfLine(_ offset: Int) -> Int {
    places.bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
  }

  private func endOfLine(_ offset: Int) -> Int {
    places.bytes[offset...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? places.bytes.count
  }
}
