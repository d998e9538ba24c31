internal import Events

/// Bytes of a process as SQL reads them: text, and the exact bytes where the text does not give them again.
struct StoredText {
  /// UTF-8, with U+FFFD for what is not, and for NUL, at which SQL functions would end.
  let text: [UInt8]
  /// Nil where `text` has the same bytes.
  let bytes: [UInt8]?

  init(_ bytes: [UInt8]) {
    if bytes.allSatisfy({ $0 != 0 && $0 < 0x80 }) {
      (text, self.bytes) = (bytes, nil)
      return
    }
    var made: [UInt8] = []
    made.reserveCapacity(bytes.count &+ 8)
    var rest = bytes[...]
    while let first = rest.first {
      if first == 0 {
        made += Self.replacement
        rest = rest.dropFirst()
        continue
      }
      switch UTF8Step(rest) {
      case .scalar(_, let length)?:
        made += rest.prefix(length)
        rest = rest.dropFirst(length)
      case .illFormed(let length)?:
        made += Self.replacement
        rest = rest.dropFirst(length)
      case nil: rest = []
      }
    }
    text = made
    self.bytes = made == bytes ? nil : bytes
  }

  private static let replacement = Array("\u{fffd}".utf8)
}

/// Arguments as the columns `argv`, `argv_bytes` and `argv_length`.
struct StoredArguments {
  /// A JSON array of strings; nil for a title, and where the arguments are unknown.
  let json: [UInt8]?
  /// The strings, each closed by NUL, where the array does not give them again; a title.
  let bytes: [UInt8]?
  /// Their length before a cut.
  let length: Int?

  /// - Parameter longest: how many bytes are kept; nil for all.
  init(of image: ProcessImage, longest: Int? = nil) {
    let argv = image.argv.cut(to: longest)
    length = argv.isCut ? argv.trueLength : nil
    guard image.title == nil else {
      (json, bytes) = (nil, argv.bytes)
      return
    }
    guard !image.argvIsUnknown else {
      (json, bytes) = (nil, nil)
      return
    }
    var writer = JSONWriter()
    writer.raw("[")
    var isExact = !argv.isOpen
    var isFirst = true
    for argument in argv {
      if !isFirst { writer.raw(",") }
      isFirst = false
      isExact = writer.string(argument) && isExact
    }
    writer.raw("]")
    json = writer.bytes
    bytes = isExact ? nil : argv.bytes
  }

  /// The arguments that these columns stand for; nil where the text is not what `init(of:)` writes.
  static func vector(json: [UInt8]?, bytes: [UInt8]?, length: Int64?) -> StringVector? {
    guard let length = length.map({ Int(exactly: $0) }) ?? 0 else { return nil }
    if let bytes { return StringVector(bytes: bytes, trueLength: max(length, 0)) }
    guard let json else { return StringVector(bytes: [], trueLength: max(length, 0)) }
    var scanner = JSONScanner(json[...])
    guard
      let block = try? scanner.strings({ (scanner) throws(JSONFault) in try scanner.string() }),
      (try? scanner.requireEnd()) != nil
    else { return nil }
    return StringVector(bytes: block, trueLength: max(length, 0))
  }
}

/// An environment as the columns of `environments`: an object of names and values.
struct StoredEnvironment {
  let json: [UInt8]
  /// The variables, each closed by NUL, where the object does not give them again.
  let bytes: [UInt8]?
  let length: Int?

  init(_ environment: StringVector) {
    var writer = JSONWriter()
    let isExact = writer.environment(environment) && !environment.isOpen
    json = writer.bytes
    bytes = isExact ? nil : environment.bytes
    length = environment.isCut ? environment.trueLength : nil
  }

  /// The environment that these columns stand for; nil where the text is not what `init(_:)` writes.
  static func vector(json: [UInt8]?, bytes: [UInt8]?, length: Int64?) -> StringVector? {
    guard let length = length.map({ Int(exactly: $0) }) ?? 0 else { return nil }
    if let bytes { return StringVector(bytes: bytes, trueLength: max(length, 0)) }
    guard let json else { return nil }
    var scanner = JSONScanner(json[...])
    guard let block = try? scanner.environment(), (try? scanner.requireEnd()) != nil else { return nil }
    return StringVector(bytes: block, trueLength: max(length, 0))
  }
}

extension StringVector {
  /// The start of it, and how long it was; nil for all of it. What takes more room as text is cut earlier.
  func cut(to longest: Int?) -> StringVector {
    guard let longest, bytes.count > longest / 4 else { return self }
    var room = longest &* 2
    let end = bytes.prefix(longest).firstIndex { byte in
      // About as JSON has it.
      room &-= byte == 0 ? 3 : byte < 0x20 ? 6 : byte < 0x80 ? 1 : 4
      return room < 0
    }
    let kept = end ?? Swift.min(bytes.count, longest)
    return kept == bytes.count ? self : StringVector(bytes: Array(bytes.prefix(kept)), trueLength: trueLength)
  }
}
