internal import Events
internal import Glibc

/// Splits a stream of bytes into lines and decodes each as an event. The pieces of the stream may end anywhere.
///
/// Empty lines are skipped. Lines longer than the bound are skipped and counted. After an error the reader does not
/// continue.
public struct JSONLineReader: Sendable {
  /// The bound on a line in bytes, so that a stream without line ends cannot take all memory. It is above the longest
  /// line that `JSONLineEncoder` can write: a census of 4,194,304 processes, the most that Linux can have, takes 232
  /// MiB at 58 bytes each. 9 MiB of arguments and 9 MiB of environment, the most that is read of a process, take 144
  /// MiB if every second byte is a NUL and the others need six characters as text and four in Base64.
  public static let defaultMaximumLineLength = 256 << 20

  /// The bound of this reader, in bytes.
  public let maximumLineLength: Int
  /// How many lines were read completely, including empty and skipped ones.
  public private(set) var lineCount = 0
  /// How many lines gave no event because this version does not know their `ev`.
  public private(set) var unknownKinds = 0
  /// How many lines gave no event because they were longer than the bound.
  public private(set) var tooLongLines = 0
  /// The number of the first of them, from 1.
  public private(set) var firstTooLongLine: Int?

  private let decoder = JSONLineDecoder()
  private var pool = ProgramPool()
  /// The machine of the last line that named one.
  private var host: RecordedHost?
  /// The start of a line whose end has not arrived.
  private var rest: [UInt8] = []
  /// How many bytes of `rest` are white space or NUL; nil once an object starts after them.
  private var blanks: Int? = 0
  /// Whether the present line is too long, so that the rest of it is dropped.
  private var isSkipping = false

  /// A reader at the start of a stream.
  /// - Parameter maximumLineLength: in bytes.
  public init(maximumLineLength: Int = defaultMaximumLineLength) { self.maximumLineLength = maximumLineLength }

  /// Reads the next bytes of the stream.
  /// - Parameter events: receives the events of the lines that the bytes complete, even if the call throws.
  /// - Throws: `JSONLineError` for the first line that is not an event.
  /// - Complexity: O(bytes).
  public mutating func read(
    _ chunk: ArraySlice<UInt8>, into events: inout [RecordedEvent]
  ) throws(JSONLineError) {
    var position = chunk.startIndex
    while let end = Self.lineEnd(in: chunk, from: position) {
      if isSkipping || isTooLong(with: end &- position) {
        startSkipping()
        endSkipping()
      } else if rest.isEmpty {
        try line(chunk[position..<end], into: &events)
      } else {
        rest.append(contentsOf: chunk[position..<end])
        try line(drainRest()[...], into: &events)
      }
      position = end &+ 1
    }
    if isSkipping { return }
    if isTooLong(with: chunk.endIndex &- position) { return startSkipping() }
    rest.append(contentsOf: chunk[position...])
    try checkStart()
  }

  /// The next line end (`memchr`).
  private static func lineEnd(in chunk: ArraySlice<UInt8>, from place: Int) -> Int? {
    chunk.withUnsafeBytes { bytes in
      let offset = place &- chunk.startIndex
      guard offset < bytes.count, let start = bytes.baseAddress,
        let end = memchr(start + offset, 0x0a, bytes.count &- offset)
      else { return nil }
      return chunk.startIndex &+ (UnsafeRawPointer(end) - start)
    }
  }

  /// Ends the stream, and reads a last line without a line end.
  /// - Throws: an error of the kind `cutOff` if that line is not complete.
  public mutating func finish(into events: inout [RecordedEvent]) throws(JSONLineError) {
    if isSkipping { return endSkipping() }
    guard !rest.isEmpty else { return }
    do throws(JSONLineError) {
      try line(drainRest()[...], into: &events)
    } catch {
      var error = error
      error.kind = .cutOff
      throw error
    }
  }

  private mutating func drainRest() -> [UInt8] {
    let whole = rest
    rest = []
    blanks = 0
    return whole
  }

  private mutating func line(_ line: ArraySlice<UInt8>, into events: inout [RecordedEvent]) throws(JSONLineError) {
    lineCount &+= 1
    let text = line.dropFirst(Self.leadLength(of: line))
    if text.allSatisfy(Self.isBlank) { return }
    if let event = try decoder.decode(text, number: lineCount, from: line.startIndex, sharing: &pool, host: &host) {
      events.append(event)
    } else {
      unknownKinds &+= 1
    }
  }

  /// The length of a prefix that a line may have before the object: a byte order mark, as PowerShell and Notepad write
  /// it (RFC 8259, 8.1, lets parsers ignore it), or the record separator of JSON text sequences (RFC 7464).
  private static func leadLength(of line: some Collection<UInt8>) -> Int {
    if line.first == 0x1e { return 1 }
    return line.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }

  /// Refuses a line that does not start as an object, without waiting for its end, which may be far away or never
  /// arrive. NUL bytes after complete lines are accepted: a power cut may leave them in place of the last line.
  private mutating func checkStart() throws(JSONLineError) {
    // A byte order mark may arrive in pieces.
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

  /// Drops the start of a line that is too long.
  private mutating func startSkipping() {
    _ = drainRest()
    isSkipping = true
  }

  private mutating func endSkipping() {
    isSkipping = false
    lineCount &+= 1
    tooLongLines &+= 1
    if firstTooLongLine == nil { firstTooLongLine = lineCount }
  }
}
