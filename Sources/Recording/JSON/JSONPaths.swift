internal import Events

/// The paths of the members that a reader of nested objects wants, such as `process.parent.pid`.
///
/// A path matches nested objects, names with dots in them, and any mixture of both: `{"process": {"parent.pid": 1}}`.
/// Paths are compared by a hash of 64 bits over their bytes, so that a member of another path costs no allocation. Names
/// that collide on purpose only do what the right name can do too.
struct JSONPaths<Field: CaseIterable & RawRepresentable & Sendable>: Sendable where Field.RawValue == String {
  /// What a path leads to.
  enum Target: Sendable {
    case field(Field)
    /// An object that holds fields.
    case branch
  }

  private var places: [(hash: UInt64, target: Target)?]
  private let mask: Int
  /// Whether names in the style of `execId` and `exec_id` are the same.
  private let foldsNames: Bool

  /// The paths of all cases.
  /// - Parameter foldsNames: whether underscores and the case of letters make no difference.
  init(foldsNames: Bool = false) {
    self.foldsNames = foldsNames
    var size = 64
    while size < Field.allCases.count &* 8 { size &*= 2 }
    places = Array(repeating: nil, count: size)
    mask = size &- 1
    for field in Field.allCases {
      let path = Array(field.rawValue.utf8)
      insert(extended(Self.root, by: path[...]), .field(field))
      for (index, byte) in path.enumerated() where byte == UInt8(ascii: ".") {
        insert(extended(Self.root, by: path[..<index]), .branch)
      }
    }
  }

  private mutating func insert(_ hash: UInt64, _ target: Target) {
    var place = Int(truncatingIfNeeded: hash) & mask
    while let found = places[place] {
      // A field may be a branch too: its value decides.
      if found.hash == hash { return }
      place = (place &+ 1) & mask
    }
    places[place] = (hash, target)
  }

  /// The hash of the path of the outermost object.
  static var root: UInt64 { 0xcbf2_9ce4_8422_2325 }

  /// The hash of the path of a member.
  /// - Parameter path: the hash of the path of its object.
  @inline(__always)
  func extended(_ path: UInt64, by name: ArraySlice<UInt8>) -> UInt64 {
    name.withUnsafeBufferPointer { name in
      var hash = path
      if path != Self.root { hash = (hash ^ UInt64(UInt8(ascii: "."))) &* 0x100_0000_01b3 }
      for byte in name {
        if foldsNames {
          if byte == UInt8(ascii: "_") { continue }
          hash = (hash ^ UInt64(0x41...0x5a ~= byte ? byte | 0x20 : byte)) &* 0x100_0000_01b3
        } else {
          hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
      }
      return hash
    }
  }

  /// What a path leads to; nil for nothing that is wanted. - Complexity: O(1).
  @inline(__always)
  func target(of hash: UInt64) -> Target? {
    var place = Int(truncatingIfNeeded: hash) & mask
    while let found = places[place] {
      if found.hash == hash { return found.target }
      place = (place &+ 1) & mask
    }
    return nil
  }
}

extension JSONScanner {
  /// Reads an object and the objects in it. Calls `body` for each member with a known path, unless it is null; `body`
  /// has to read the value. Other members are skipped.
  mutating func walk<Field>(
    _ paths: JSONPaths<Field>, from path: UInt64 = JSONPaths<Field>.root,
    _ body: (_ field: Field, _ scanner: inout JSONScanner) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    try entries { (name, scanner) throws(JSONFault) in
      let member = paths.extended(path, by: name)
      switch paths.target(of: member) {
      case .field(let field)?:
        if scanner.kind == .null { try scanner.skipValue() } else { try body(field, &scanner) }
      case .branch? where scanner.kind == .object:
        try scanner.walk(paths, from: member, body)
      default:
        try scanner.skipValue()
      }
    }
  }

  /// Reads an integer that may be written as a string, as 64-bit integers are in JSON of Protocol Buffers and all
  /// numbers in some logs.
  mutating func looseInteger<Value: FixedWidthInteger>(
    in range: ClosedRange<Value> = Value.min...Value.max
  ) throws(JSONFault) -> Value {
    guard kind == .string else { return try integer(in: range) }
    let start = position
    let text = try name()
    guard let value = Value(decimal: text), range ~= value else {
      throw fault("expected an integer from \(range.lowerBound) to \(range.upperBound)", at: start)
    }
    return value
  }

  /// Reads a pid: from 0 to the largest that Linux can have.
  mutating func pid() throws(JSONFault) -> Int32 { try looseInteger(in: 0...Int32.max) }
}

extension FixedWidthInteger {
  /// The value of decimal digits with or without a minus before them; nil for anything else, and where it does not fit.
  init?(decimal text: some Collection<UInt8>) {
    var digits = text[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits = digits.dropFirst() }
    guard !digits.isEmpty else { return nil }
    var value: Self = 0
    for byte in digits {
      guard 0x30...0x39 ~= byte else { return nil }
      let (product, overflows) = value.multipliedReportingOverflow(by: 10)
      let digit = Self(truncatingIfNeeded: byte &- 0x30)
      let (sum, carries) =
        isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      if overflows || carries { return nil }
      value = sum
    }
    self = value
  }

  /// The value of hexadecimal digits, with or without `0x` before them; nil for anything else, and where it does not
  /// fit.
  init?(hexadecimal text: some Collection<UInt8>) {
    var digits = text[...]
    if digits.starts(with: [UInt8(ascii: "0"), UInt8(ascii: "x")]) { digits = digits.dropFirst(2) }
    guard !digits.isEmpty else { return nil }
    var value: UInt64 = 0
    for byte in digits {
      guard let digit = byte.hexadecimalDigit, value >> 60 == 0 else { return nil }
      value = value << 4 | UInt64(digit)
    }
    guard let exact = Self(exactly: value) else { return nil }
    self = exact
  }
}

extension UInt8 {
  /// The value of a hexadecimal digit; nil for another character.
  var hexadecimalDigit: UInt8? {
    switch self {
    case 0x30...0x39: self &- 0x30
    case 0x41...0x46: self &- 0x37
    case 0x61...0x66: self &- 0x57
    default: nil
    }
  }
}
