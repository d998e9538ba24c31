/// The lines and columns of a text as toml++ counts them, and its bytes.
struct TOMLPlaces {
  let bytes: [UInt8]
  /// The start of each scalar value, and the end of the text; without a byte order mark.
  private var scalars: [Int] = []
  /// The index in `scalars` of the first scalar value of each line.
  private var lines: [Int] = [0]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    for offset in start..<max(bytes.count, start) where bytes[offset] & 0xc0 != 0x80 {
      scalars.append(offset)
      if bytes[offset] == UInt8(ascii: "\n") { lines.append(scalars.count) }
    }
    scalars.append(bytes.count)
  }

  /// The byte at a line and a column, both from 1; the end of the text where there is none. - Complexity: O(1).
  func offset(line: Int, column: Int) -> Int {
    guard line > 0, column > 0, line <= lines.count else { return bytes.count }
    return scalars[min(lines[line - 1] + column - 1, scalars.count - 1)]
  }

  /// The word or number that ends before a byte, or that contains it.
  func token(before offset: Int) -> Range<Int>? {
    let start = bytes[..<offset].lastIndex { !$0.isOfScalar }.map { $0 + 1 } ?? 0
    let end = bytes[offset...].firstIndex { !$0.isOfScalar } ?? bytes.count
    return start < end ? start..<end : nil
  }

  /// Refuses keys of many parts: each part is a table in the one before, and a program that walks through them needs a
  /// stack frame for each.
  ///
  /// Dots in strings and comments count as well, since only a parser knows where those end. A row of dots counts once.
  /// - Throws: `TOMLError` for the first line that has more dots.
  func checkDots(limit: Int) throws(TOMLError) {
    for (index, first) in lines.enumerated() {
      let end = index + 1 < lines.count ? scalars[lines[index + 1]] : bytes.count
      guard end - scalars[first] > limit else { continue }
      var dots = 0
      var isAfterKey = false
      for byte in bytes[scalars[first]..<end] where byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\t") {
        if byte == UInt8(ascii: "."), isAfterKey { dots += 1 }
        isAfterKey = byte != UInt8(ascii: ".")
      }
      if dots > limit {
        throw TOMLError(line: index + 1, column: 1, message: "expected no more than \(limit) dots on a line")
      }
    }
  }
}

// MARK: - Errors

extension TOMLPlaces {
  /// The error to report. The two most frequent mistakes, values without quotes and strings without a closing quote,
  /// get clearer messages than those of toml++, at the place where they start.
  func worded(_ failure: TOMLFailure) -> TOMLError {
    let (line, column, offset) = (failure.line, failure.column, failure.offset)
    func error(at place: Int, _ message: String) -> TOMLError {
      TOMLError(line: line, column: column - scalars(from: place, to: offset), message: message)
    }
    let lineStart = bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let token = token(before: offset) ?? offset..<offset
    let before = bytes[lineStart..<min(max(token.lowerBound, lineStart), offset)].last { $0 != 0x20 && $0 != 0x09 }
    let isValue = before.map { [UInt8(ascii: "="), UInt8(ascii: "["), UInt8(ascii: ",")].contains($0) } ?? false
    let isWord = token.isEmpty ? failure.isMissingValue : bytes[token.lowerBound].isLetter
    if isValue, isWord, failure.isOfValue {
      return error(
        at: token.isEmpty ? offset : token.lowerBound,
        "expected a value: a quoted string, a number, true, false, a list or a table")
    }
    let isAtLineEnd =
      offset == bytes.count || bytes[offset] == UInt8(ascii: "\n") || bytes[offset] == UInt8(ascii: "\r")
    if isAtLineEnd, failure.isOfString {
      return TOMLError(line: line, column: column, message: "expected the closing quote of the string")
    }
    return TOMLError(line: line, column: column, message: failure.message)
  }

  private func scalars(from start: Int, to end: Int) -> Int {
    bytes[min(start, end)..<end].count { $0 & 0xc0 != 0x80 }
  }
}

extension UInt8 {
  fileprivate var isLetter: Bool { (0x61...0x7a).contains(self | 0x20) }

  /// Whether it can be part of a number, a word or a date.
  fileprivate var isOfScalar: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    case UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"): true
    default: false
    }
  }
}
