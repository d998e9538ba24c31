internal import Events

/// Finds the outermost values of JSON in lines: one in a line, several in a line, one over many lines, and all of these
/// as elements of one array.
///
/// A line that is a value of its own is parsed as it is. Only a value that goes on in the next line is kept, up to a
/// bound. A value that is cut off does not take what follows with it: where no value can start, a line that
/// starts with `{` starts a new one.
struct JSONValues: Sendable {
  /// The bound on a value of several lines, in bytes.
  static let defaultMaximumLength = 64 << 20

  /// What to do with a value.
  enum Outcome {
    case good
    /// It is not of the format.
    case bad
  }

  private let maximumLength: Int
  private var held: [UInt8] = []
  private var structure = JSONStructure()
  /// Whether a value is open whose bytes are dropped, since it is longer than the bound.
  private var isDropping = false

  /// - Parameter maximumLength: the bound on a value of several lines, in bytes.
  init(maximumLength: Int = defaultMaximumLength) { self.maximumLength = maximumLength }

  /// Whether a value has started and not ended.
  var isOpen: Bool { structure.isOpen }

  /// How many bytes of an open value are kept.
  var heldBytes: Int { held.count }

  /// Reads a line.
  /// - Parameter body: parses one value from the scanner's position on. A fault makes the value a wrong one.
  /// - Returns: false where the line has, or ends, a wrong value.
  mutating func read(
    _ line: ArraySlice<UInt8>, _ body: (inout JSONScanner) throws(JSONFault) -> Outcome
  ) -> Bool {
    guard structure.isOpen else { return parse(line, body) }
    if structure.isBroken(by: line) {
      // What was open never ends.
      drop()
      _ = parse(line, body)
      return false
    }
    return advance(line, body)
  }

  /// Ends the input.
  /// - Returns: false where a value is still open: it is dropped.
  mutating func finish() -> Bool {
    let wasOpen = structure.isOpen
    drop()
    return !wasOpen
  }

  private mutating func drop() {
    held = []
    structure = JSONStructure()
    isDropping = false
  }

  /// Parses the values of a line that starts outside of a value.
  private mutating func parse(
    _ line: ArraySlice<UInt8>, _ body: (inout JSONScanner) throws(JSONFault) -> Outcome
  ) -> Bool {
    var isGood = true
    var place = line.startIndex &+ Self.leadLength(of: line)
    while true {
      while place < line.endIndex, Self.isBetween(line[place]) { place &+= 1 }
      guard place < line.endIndex else { return isGood }
      var scanner = JSONScanner(line[place...])
      do throws(JSONFault) {
        if try body(&scanner) == .bad { isGood = false }
        place = scanner.position
      } catch {
        return error.position >= line.endIndex && open(line[place...]) && isGood
      }
    }
  }

  /// Keeps the start of a value that may go on in the next line.
  /// - Returns: false where it cannot.
  private mutating func open(_ start: ArraySlice<UInt8>) -> Bool {
    var structure = JSONStructure()
    guard start.count < maximumLength, structure.advance(start) == nil, structure.isOpen, !structure.isInString else {
      return false
    }
    self.structure = structure
    held = Array(start)
    held.append(0x0a)
    return true
  }

  /// Adds a line to the open value.
  private mutating func advance(
    _ line: ArraySlice<UInt8>, _ body: (inout JSONScanner) throws(JSONFault) -> Outcome
  ) -> Bool {
    let end = structure.advance(line)
    if !isDropping, held.count &+ line.count >= maximumLength {
      held = []
      isDropping = true
    }
    if !isDropping {
      held.append(contentsOf: line[..<(end ?? line.endIndex)])
      held.append(0x0a)
    }
    guard let end else { return true }
    var isGood = !isDropping
    let whole = held
    drop()
    if isGood {
      var scanner = JSONScanner(whole[...])
      do throws(JSONFault) {
        if try body(&scanner) == .bad { isGood = false }
        try scanner.requireEnd()
      } catch {
        isGood = false
      }
    }
    return parse(line[end...], body) && isGood
  }

  /// The length of a prefix that a line may have before its value: a byte order mark, or the record separator of JSON
  /// text sequences.
  private static func leadLength(of line: ArraySlice<UInt8>) -> Int {
    if line.first == 0x1e { return 1 }
    return line.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  /// White space, and what stands between the elements of an array that holds all values.
  private static func isBetween(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0d, 0x0a, UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","): true
    default: false
    }
  }
}

/// How deep in a value of JSON a place is: enough to find its end, without looking at what the value says.
struct JSONStructure: Sendable {
  private var depth = 0
  /// Of the innermost containers, one bit each: 1 for an object.
  private var objects: UInt64 = 0
  private(set) var isInString = false
  private var isEscaped = false
  /// The last byte that is not white space.
  private var last: UInt8 = 0

  /// Whether a container has started and not ended.
  var isOpen: Bool { depth > 0 }

  /// Reads bytes of a value that is an object or an array.
  /// - Returns: where the value ends, after its last byte; nil where it goes on.
  mutating func advance(_ bytes: ArraySlice<UInt8>) -> Int? {
    for (index, byte) in zip(bytes.indices, bytes) {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
          last = byte
        }
        continue
      }
      switch byte {
      case 0x20, 0x09, 0x0d, 0x0a: continue
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth &+= 1
        objects = objects &<< 1 | (byte == UInt8(ascii: "{") ? 1 : 0)
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth &-= 1
        objects = objects &>> 1
        if depth <= 0 {
          depth = 0
          return index &+ 1
        }
      default: break
      }
      last = byte
    }
    return nil
  }

  /// Whether a line cannot go on with the value: a string has no line end in it, and an object starts in the first
  /// column only after `[`, or after a comma in an array.
  func isBroken(by line: ArraySlice<UInt8>) -> Bool {
    if isInString { return true }
    guard line.first == UInt8(ascii: "{") else { return false }
    let isInArray = objects & 1 == 0
    return !(isInArray && (last == UInt8(ascii: "[") || last == UInt8(ascii: ",")))
  }
}
