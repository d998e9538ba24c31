import Events

extension JSONLineEncoder {
  /// Appends a number.
  package mutating func field(_ name: StaticString, _ value: some FixedWidthInteger) {
    writer.member(name, value)
  }

  /// Appends `true`. A member that would be false is left out.
  package mutating func flag(_ name: StaticString) {
    writer.key(name)
    writer.raw("true")
  }

  /// Appends text, and its exact bytes in Base64 if it is not UTF-8.
  package mutating func text(_ name: StaticString, _ exactName: StaticString, _ bytes: [UInt8]) {
    text(name, exactName, bytes[...])
  }

  mutating func text(_ name: StaticString, _ exactName: StaticString, _ bytes: ArraySlice<UInt8>) {
    if bytes.withUnsafeBufferPointer({ writer.member(name, plain: $0) }) { return }
    writer.key(name)
    if !writer.string(bytes) {
      writer.key(exactName)
      base64(bytes)
    }
  }

  /// Appends a comm.
  mutating func text(_ name: StaticString, _ exactName: StaticString, _ comm: Comm) {
    if !comm.withBytes({ writer.member(name, plain: $0) }) { text(name, exactName, comm.bytes) }
  }

  /// Appends `argv`, and members for data that a list of strings cannot express: `argv_b64` (every argument) if one is
  /// not UTF-8, `argv_len` (bytes, each argument with its NUL) if some were cut off, `argv_open` if the last has no
  /// NUL.
  mutating func arguments(_ argv: StringVector) {
    writer.key("argv")
    writer.raw("[")
    var isExact = true
    var isFirst = true
    for argument in argv {
      if !isFirst { writer.raw(",") }
      isFirst = false
      isExact = writer.string(argument) && isExact
    }
    writer.raw("]")
    if !isExact {
      writer.key("argv_b64")
      base64(each: argv)
    }
    if argv.isCut { field("argv_len", argv.trueLength) }
    if argv.isOpen { flag("argv_open") }
  }

  /// Appends `env`, an object of names and values with each name once. If that is not exact, `env_b64` has every entry
  /// unchanged.
  mutating func environment(_ env: StringVector) {
    writer.key("env")
    if !writer.environment(env) {
      writer.key("env_b64")
      base64(each: env)
    }
    if env.isCut { field("env_len", env.trueLength) }
    if env.isOpen { flag("env_open") }
  }

  private mutating func base64(_ bytes: ArraySlice<UInt8>) {
    writer.raw("\"")
    Base64.append(bytes, to: &writer.bytes)
    writer.raw("\"")
  }

  private mutating func base64(each strings: StringVector) {
    writer.raw("[")
    var isFirst = true
    for string in strings {
      if !isFirst { writer.raw(",") }
      isFirst = false
      base64(string)
    }
    writer.raw("]")
  }
}

extension StringVector {
  /// Whether the last string lacks its NUL.
  var isOpen: Bool { bytes.last.map { $0 != 0 } ?? false }
}

extension JSONWriter {
  /// An environment as an object of names and values. It leaves out an entry without `=`, a repeated name (it has the
  /// first, as `getenv` does), and a name that is not UTF-8, since two of these could become the same key.
  /// - Returns: whether a reader gets the same entries.
  mutating func environment(_ env: StringVector) -> Bool {
    raw("{")
    var names: Set<ArraySlice<UInt8>> = []
    var isExact = true
    for entry in env {
      guard let equals = entry.firstIndex(of: UInt8(ascii: "=")), Self.isUTF8(entry[..<equals]),
        names.insert(entry[..<equals]).inserted
      else {
        isExact = false
        continue
      }
      if names.count > 1 { raw(",") }
      isExact = string(entry[..<equals]) && isExact
      raw(":")
      isExact = string(entry[(equals &+ 1)...]) && isExact
    }
    raw("}")
    return isExact
  }

  private static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
  }
}

/// The texts of the last different environments.
struct RecentEnvironments: Sendable {
  private var entries: [(environment: StringVector, text: [UInt8])] = []
  private var oldest = 0

  /// How many environments it remembers. A build has one for each of a few programs.
  private static let most = 8
  /// The longest text that it remembers, in bytes.
  private static let longest = 64 << 10

  /// The text of an environment; nil where it is not remembered. - Complexity: O(1) for the same array, else O(bytes).
  subscript(environment: StringVector) -> [UInt8]? {
    entries.first { $0.environment == environment }?.text
  }

  /// Remembers a text.
  mutating func add(_ environment: StringVector, _ text: ArraySlice<UInt8>) {
    guard text.count <= Self.longest else { return }
    if entries.count < Self.most {
      entries.append((environment, Array(text)))
    } else {
      entries[oldest] = (environment, Array(text))
      oldest = (oldest &+ 1) % Self.most
    }
  }
}
