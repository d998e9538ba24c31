internal import ProcessTree

/// Cuts a stream of bytes into lines and reads each as an event, whatever pieces the bytes come in.
///
/// Empty lines are passed over, and so are lines that are longer than the bound: they are counted. After an error the
/// reader stays where it is: the stream is not to be trusted further.
public struct JSONLineReader: Sendable {
  /// The bound on a line, so that a stream without line ends cannot take all memory. It is above the longest line that
  /// `JSONLineEncoder` can write: a census of 4,194,304 processes, the most that Linux has, at 58 bytes each is 232 MiB,
  /// and 9 MiB of arguments with 9 MiB of environment, the most that is read of a process, are 144 MiB where every second
  /// byte is a NUL and the others need six characters as text and four in Base64.
  public static let defaultMaximumLineLength = 256 << 20

  public let maximumLineLength: Int
  /// Lines that were read in full, empty ones too, and those that were passed over.
  public private(set) var lineCount = 0
  /// Lines whose `ev` this version does not know, and which therefore gave no event.
  public private(set) var unknownKinds = 0
  /// Lines that were longer than the bound, and which therefore gave no event.
  public private(set) var tooLongLines = 0
  /// The first of them, from 1.
  public private(set) var firstTooLongLine: Int?

  private let decoder = JSONLineDecoder()
  private var pool = ProgramPool()
  /// The beginning of a line whose end has not come yet.
  private var rest: [UInt8] = []
  /// How much of `rest` is known to be white space or NUL; nil once an object begins behind it.
  private var blanks: Int? = 0
  /// The line at hand is too long: the rest of it is dropped as it comes.
  private var isSkipping = false

  public init(maximumLineLength: Int = defaultMaximumLineLength) { self.maximumLineLength = maximumLineLength }

  /// Takes the next bytes, and hands over the events of the lines that they complete.
  /// - Parameter events: what was read goes to its end, also when an error ends the call.
  /// - Complexity: O(bytes).
  public mutating func read(
    _ chunk: ArraySlice<UInt8>, into events: inout [RecordedEvent]
  ) throws(JSONLineError) {
    var position = chunk.startIndex
    while let end = chunk[position...].firstIndex(of: UInt8(ascii: "\n")) {
      if isSkipping || isTooLong(with: end &- position) {
        skip()
        endSkipping()
      } else if rest.isEmpty {
        try line(chunk[position..<end], into: &events)
      } else {
        rest.append(contentsOf: chunk[position..<end])
        try line(takeRest()[...], into: &events)
      }
      position = end &+ 1
    }
    if isSkipping { return }
    if isTooLong(with: chunk.endIndex &- position) { return skip() }
    rest.append(contentsOf: chunk[position...])
    try checkBeginning()
  }

  /// Says that the stream has ended, and reads a last line that has no line end.
  /// - Throws: an error of the kind `cutOff` where that line is not whole.
  public mutating func finish(into events: inout [RecordedEvent]) throws(JSONLineError) {
    if isSkipping { return endSkipping() }
    guard !rest.isEmpty else { return }
    do throws(JSONLineError) {
      try line(takeRest()[...], into: &events)
    } catch {
      var error = error
      error.kind = .cutOff
      throw error
    }
  }

  private mutating func takeRest() -> [UInt8] {
    let whole = rest
    rest = []
    blanks = 0
    return whole
  }

  private mutating func line(_ line: ArraySlice<UInt8>, into events: inout [RecordedEvent]) throws(JSONLineError) {
    lineCount &+= 1
    let text = line.dropFirst(Self.leadLength(of: line))
    if text.allSatisfy(Self.isBlank) { return }
    if let event = try decoder.decode(text, number: lineCount, from: line.startIndex, sharing: &pool) {
      events.append(event)
    } else {
      unknownKinds &+= 1
    }
  }

  /// What may stand before a line's object: a byte order mark, as PowerShell and Notepad write it (RFC 8259, 8.1, lets
  /// parsers ignore it), or the record separator of JSON text sequences (RFC 7464).
  private static func leadLength(of line: some Collection<UInt8>) -> Int {
    if line.first == 0x1e { return 1 }
    return line.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }

  /// A line that does not begin as an object is refused before its end has come: that may be far away, or never come.
  /// NUL bytes behind whole lines are read on: at the end of a file they are what a power cut left of the last line.
  private mutating func checkBeginning() throws(JSONLineError) {
    // A byte order mark may come in pieces.
    guard var place = blanks, rest.count >= 3 else { return }
    place = max(place, Self.leadLength(of: rest))
    while place < rest.count, Self.isBlank(rest[place]) || rest[place] == 0 && lineCount > 0 { place &+= 1 }
    guard place < rest.count else {
      blanks = place
      return
    }
    blanks = nil
    if rest[place] != UInt8(ascii: "{") {
      throw JSONLineError(
        kind: .malformed, line: lineCount &+ 1, column: place &+ 1, message: "expected an object")
    }
  }

  private func isTooLong(with more: Int) -> Bool { more > maximumLineLength &- rest.count }

  /// Drops the beginning of a line that is too long.
  private mutating func skip() {
    _ = takeRest()
    isSkipping = true
  }

  private mutating func endSkipping() {
    isSkipping = false
    lineCount &+= 1
    tooLongLines &+= 1
    if firstTooLongLine == nil { firstTooLongLine = lineCount }
  }
}
