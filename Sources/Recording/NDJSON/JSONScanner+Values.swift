import Events

/// Reads values with a format of their own.
extension JSONScanner {
  /// Nanoseconds, bytes or a count. The limit is 146 years or four exabytes, so that the sum of two of them, or of one
  /// and a wall clock's time, cannot overflow.
  mutating func amount() throws(JSONFault) -> UInt64 { try integer(in: 0...(1 << 62)) }

  mutating func timestamp() throws(JSONFault) -> Int64 {
    let start = position
    guard let time = Timestamp.parse(try string()) else {
      throw fault("expected an RFC 3339 time, such as 2026-03-01T18:05:18.123456789Z", at: start)
    }
    return time
  }

  mutating func base64() throws(JSONFault) -> [UInt8] {
    let start = position
    guard let bytes = Base64.decode(try string()) else { throw fault("expected Base64", at: start) }
    return bytes
  }

  mutating func errno() throws(JSONFault) -> Int32 {
    let start = position
    let name = String(decoding: try string(), as: UTF8.self)
    guard let value = ErrnoName.value(of: name) else {
      throw fault("expected the name of an errno, such as ENOENT", at: start)
    }
    return value
  }

  /// An array of strings as one block, each closed by NUL.
  mutating func strings(
    _ element: (inout JSONScanner) throws(JSONFault) -> [UInt8]
  ) throws(JSONFault) -> [UInt8] {
    var block: [UInt8] = []
    try array { (scanner) throws(JSONFault) in
      let start = scanner.position
      let string = try element(&scanner)
      if string.contains(0) { throw scanner.fault("expected a string without NUL", at: start) }
      block.append(contentsOf: string)
      block.append(0)
    }
    return block
  }

  /// An object of names and values as one block of `NAME=value`, each closed by NUL.
  mutating func environment() throws(JSONFault) -> [UInt8] {
    var block: [UInt8] = []
    try object { (name, scanner) throws(JSONFault) in
      let start = scanner.position
      let value = try scanner.string()
      if name.utf8.contains(0) || value.contains(0) {
        throw scanner.fault("expected a name and a value without NUL", at: start)
      }
      block.append(contentsOf: name.utf8)
      block.append(UInt8(ascii: "="))
      block.append(contentsOf: value)
      block.append(0)
    }
    return block
  }

  /// The name of a stream.
  mutating func stream() throws(JSONFault) -> OutputEvent.Stream {
    let start = position
    switch String(decoding: try string(), as: UTF8.self) {
    case "stdout": return .output
    case "stderr": return .error
    default: throw fault("expected \"stdout\" or \"stderr\"", at: start)
    }
  }

  /// Names of marks. Names that this version does not know are skipped.
  mutating func marks() throws(JSONFault) -> Marks {
    var marks: Marks = []
    try array { (scanner) throws(JSONFault) in
      let name = String(decoding: try scanner.string(), as: UTF8.self)
      if let known = Marks.names.first(where: { $0.name == name }) { marks.insert(known.mark) }
    }
    return marks
  }
}
