internal import Events

/// Tells by its first lines whether a trace is JSON of a certain shape.
enum JSONHead {
  /// How sure the lines make it.
  /// - Parameters:
  ///   - words: names in quotes, some of which such a trace has near its start: for a value that goes on after the
  ///     lines.
  ///   - isShape: whether a value is of the format; it has to read the value.
  static func likeness(
    of lines: [ArraySlice<UInt8>], words: [StaticString],
    _ isShape: (inout JSONScanner) throws(JSONFault) -> Bool
  ) -> Int {
    var values = JSONValues()
    var hasValue = false
    for line in lines {
      var isFound = false
      _ = values.read(line) { (scanner) throws(JSONFault) in
        if try isShape(&scanner) { isFound = true }
        hasValue = true
        return .good
      }
      if isFound { return 95 }
    }
    // Words count only where no value is whole: in one they may be an argument.
    guard !hasValue, let first = lines.first, let start = first.first(where: { $0 != 0x20 && $0 != 0x09 }),
      start == UInt8(ascii: "{") || start == UInt8(ascii: "[")
    else { return 0 }
    if lines.contains(where: { line in words.contains { contains(line, $0) } }) { return 60 }
    // A value over many lines starts so; no line of our own does.
    let isOpen = lines.allSatisfy { line in line.allSatisfy { [0x20, 0x09, 0x0d, 0x5b, 0x7b].contains($0) } }
    return isOpen ? FormatGuess.likely &+ 1 : 0
  }

  private static func contains(_ line: ArraySlice<UInt8>, _ word: StaticString) -> Bool {
    line.withUnsafeBytes { bytes in
      let cursor = LineCursor(bytes)
      var place = 0
      while let quote = cursor.place(of: "\"", from: place) {
        if cursor.isAt(word, quote) { return true }
        place = quote &+ 1
      }
      return false
    }
  }
}
