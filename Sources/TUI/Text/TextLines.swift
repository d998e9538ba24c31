package import Events

/// Lines of display text in one growing buffer, for output that comes by the thousand: what `DisplayText` does, without an
/// allocation for each piece.
package struct TextLines {
  private var output = EscapedOutput()
  /// The width of the buffer at the start of the current line.
  private var lineStart = 0

  package init() {}

  /// What was written so far: printable glyphs, and a newline after each line.
  package var utf8: [UInt8] { output.utf8 }
  package var isEmpty: Bool { output.utf8.isEmpty }

  /// Removes the text but keeps its memory.
  package mutating func removeAll() {
    output.removeAll()
    lineStart = 0
  }

  /// Appends text that is safe already.
  package mutating func append(_ text: DisplayText) { output.write(printable: text) }

  /// Appends the name of a process as one word, as `DisplayText.word` writes it.
  package mutating func append(comm: Comm) {
    comm.withBytes { output.writeWord($0, upTo: .max) }
  }

  /// Appends a decimal number, with spaces before it to at least `width` columns.
  package mutating func append(number: Int32, width: Int = 0) {
    // Ten digits and a sign.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 11) { digits in
      var start = digits.count
      var rest = number.magnitude
      repeat {
        start &-= 1
        digits[start] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      if number < 0 {
        start &-= 1
        digits[start] = UInt8(ascii: "-")
      }
      for _ in 0..<max(0, width &- (digits.count &- start)) { output.writeOwn(UInt8(ascii: " ")) }
      for index in start..<digits.count { output.writeOwn(digits[index]) }
    }
  }

  /// Appends a command line as `DisplayText.commandLine` writes it.
  package mutating func append(commandLine argv: StringVector) { output.write(commandLine: argv, upTo: .max) }

  /// Appends spaces until the line has at least `column` columns, and one more.
  package mutating func endColumn(at column: Int) {
    while output.width &- lineStart < column { output.writeOwn(UInt8(ascii: " ")) }
    output.writeOwn(UInt8(ascii: " "))
  }

  /// Ends the line. The next append starts a new one.
  package mutating func endLine() {
    output.endLine()
    lineStart = output.width
  }
}
