internal import ProcessTree

/// Cuts a stream of bytes into lines and reads each as an event, whatever pieces the bytes come in.
///
/// Empty lines are passed over. After an error the reader stays where it is: the stream is not to be trusted further.
public struct JSONLineReader: Sendable {
  /// A line that is longer is refused, so that a stream without line ends cannot take all memory. Arguments and
  /// environment are at most 2 MiB on Linux, and six times that when every byte of them has to be escaped.
  public static let defaultMaximumLineLength = 16 << 20

  public let maximumLineLength: Int
  /// Lines that were read in full, empty ones too.
  public private(set) var lineCount = 0
  /// Lines whose `ev` this version does not know, and which therefore gave no event.
  public private(set) var unknownKinds = 0

  private let decoder = JSONLineDecoder()
  private var pool = ProgramPool()
  /// The beginning of a line whose end has not come yet.
  private var rest: [UInt8] = []

  public init(maximumLineLength: Int = defaultMaximumLineLength) { self.maximumLineLength = maximumLineLength }

  /// Takes the next bytes, and hands over the events of the lines that they complete.
  /// - Parameter events: what was read goes to its end, also when an error ends the call.
  /// - Complexity: O(bytes).
  public mutating func read(
    _ chunk: ArraySlice<UInt8>, into events: inout [RecordedEvent]
  ) throws(JSONLineError) {
    var position = chunk.startIndex
    while let end = chunk[position...].firstIndex(of: UInt8(ascii: "\n")) {
      try checkLength(rest.count + end - position)
      if rest.isEmpty {
        try line(chunk[position..<end], into: &events)
      } else {
        rest.append(contentsOf: chunk[position..<end])
        let whole = rest
        rest.removeAll()
        try line(whole[...], into: &events)
      }
      position = end + 1
    }
    try checkLength(rest.count + chunk.endIndex - position)
    rest.append(contentsOf: chunk[position...])
  }

  /// Says that the stream has ended, and reads a last line that has no line end.
  /// - Throws: an error of the kind `cutOff` where that line is not whole.
  public mutating func finish(into events: inout [RecordedEvent]) throws(JSONLineError) {
    guard !rest.isEmpty else { return }
    let last = rest
    rest.removeAll()
    do throws(JSONLineError) {
      try line(last[...], into: &events)
    } catch {
      var error = error
      error.kind = .cutOff
      throw error
    }
  }

  private mutating func line(_ line: ArraySlice<UInt8>, into events: inout [RecordedEvent]) throws(JSONLineError) {
    lineCount += 1
    if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { return }
    if let event = try decoder.decode(line, number: lineCount, sharing: &pool) {
      events.append(event)
    } else {
      unknownKinds += 1
    }
  }

  private func checkLength(_ length: Int) throws(JSONLineError) {
    if length > maximumLineLength {
      throw JSONLineError(
        kind: .tooLong, line: lineCount + 1, column: maximumLineLength + 1,
        message: "expected the line's end within \(maximumLineLength) bytes")
    }
  }
}
