internal import Events

/// A line of a command's output, as a terminal would show it. Immutable once it has ended.
struct OutputLine: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case text(OutputStream)
    /// A notice that output is left out here.
    case gap
  }

  var kind: Kind
  /// When its first byte was written, nanoseconds since boot.
  var start: UInt64
  /// When it ended; the maximum for a line that has not ended.
  var end: UInt64
  /// Whether it continues the line before, which was too long for one row.
  var isContinuation = false
  var text: StyledText

  /// The text in UTF-8. - Complexity: O(text).
  var utf8: [UInt8] {
    if text.runs.count == 1 { return text.runs[0].text.utf8 }
    return text.runs.reduce(into: []) { $0 += $1.text.utf8 }
  }

  /// About the bytes of memory that it takes.
  var cost: Int { text.runs.reduce(160) { $0 + 72 + $1.text.utf8.count } }
}

/// Makes lines of the bytes of one stream, as a terminal would: colours, carriage returns, backspaces and tabs have
/// their effect, everything else that is no text is escaped. The bytes may come in pieces of any size.
struct OutputDecoder: Sendable {
  /// The columns of the longest row; a longer line has several.
  static let mostColumns = 4096
  /// The longest escape sequence that is understood, in bytes.
  private static let longestSequence = 64
  private static let tabWidth = 8

  let stream: OutputStream
  /// The row that is being written, with its cursor.
  private var cells: [Cell] = []
  private var column = 0
  private var pen = OutputPen()
  /// The start of an escape sequence or of a character.
  private var pending: [UInt8] = []
  private var start: UInt64?
  private var isContinuation = false
  private var strike = Strike.none

  /// What a backspace may belong to: a letter, one backspace and a second letter on the same place make a bold or an
  /// underlined one, as on a printer.
  private enum Strike: Hashable {
    case none, letter, back
  }

  init(_ stream: OutputStream) { self.stream = stream }

  /// Whether a row is written that has not ended.
  var isOpen: Bool { !cells.isEmpty }

  /// The row that has not ended. - Complexity: O(columns)
  var openLine: OutputLine? { isOpen ? line(endedAt: .max) : nil }

  /// Takes bytes, and passes on each line that they end.
  /// - Complexity: O(bytes).
  mutating func write(_ bytes: [UInt8], at time: UInt64, to lines: (OutputLine) -> Void) {
    bytes.withUnsafeBufferPointer { buffer in
      var place = 0
      while place < buffer.count {
        if let next = writeWholeLine(buffer, from: place, at: time, to: lines) {
          place = next
        } else {
          write(buffer[place], at: time, to: lines)
          place &+= 1
        }
      }
    }
  }

  /// Ends the open row, and forgets colours and unfinished sequences: output is missing after it.
  mutating func interrupt(at time: UInt64, to lines: (OutputLine) -> Void) {
    if isOpen { endRow(at: time, to: lines) }
    self = OutputDecoder(stream)
  }

  /// Most lines are plain text in one look: they need no cells.
  /// - Returns: the place after the line, or after a whole row of a longer one; nil if it is not such a line.
  private mutating func writeWholeLine(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, at time: UInt64, to lines: (OutputLine) -> Void
  ) -> Int? {
    guard cells.isEmpty, column == 0, pending.isEmpty else { return nil }
    var end = start
    let most = min(bytes.count, start + Self.mostColumns + 1)
    while end < most, bytes[end] != UInt8(ascii: "\n") {
      guard bytes[end] >= 0x20, bytes[end] < 0x7f else { return nil }
      end += 1
    }
    let isCut = end - start > Self.mostColumns
    if isCut { end = start + Self.mostColumns }
    guard isCut || end < most, let text = DisplayText(ascii: bytes[start..<end]) else { return nil }
    lines(
      OutputLine(
        kind: .text(stream), start: self.start ?? time, end: time, isContinuation: isContinuation,
        text: StyledText(text, pen.style)))
    self.start = isCut ? time : nil
    isContinuation = isCut
    strike = .none
    return isCut ? end : end + 1
  }

  private mutating func write(_ byte: UInt8, at time: UInt64, to lines: (OutputLine) -> Void) {
    if start == nil { start = time }
    guard pending.isEmpty else { return continuePending(byte, at: time, to: lines) }
    switch byte {
    case 0x20...0x7e: put(Glyph(base: Unicode.Scalar(byte)), pen.style, at: time, to: lines)
    case UInt8(ascii: "\n"): endRow(at: time, to: lines)
    case UInt8(ascii: "\r"): move(to: 0)
    case 0x08:
      let isAfterLetter = strike == .letter
      move(to: column - 1)
      strike = isAfterLetter ? .back : .none
    case UInt8(ascii: "\t"):
      move(to: (column / Self.tabWidth + 1) * Self.tabWidth)
      fill(to: column)
    case 0x1b, 0x80...:
      pending = [byte]
      if byte >= 0x80 { decodePending(at: time, to: lines) }
    default: putEscape(of: byte, at: time, to: lines)
    }
  }

  // MARK: - Cells

  private mutating func move(to target: Int) {
    column = max(min(target, Self.mostColumns - 1), 0)
    strike = .none
  }

  /// Blanks up to a column that the row does not reach yet.
  private mutating func fill(to column: Int) {
    if cells.count < column { cells.append(contentsOf: repeatElement(.blank, count: column - cells.count)) }
  }

  private mutating func put(_ glyph: Glyph, _ style: Style, at time: UInt64, to lines: (OutputLine) -> Void) {
    if column + glyph.width > Self.mostColumns {
      endRow(at: time, to: lines)
      isContinuation = true
      start = time
    }
    let end = column + glyph.width
    var new = Cell(glyph, style: style)
    if strike == .back, cells.count > column, let old = cells[column].glyph, old.width == glyph.width {
      let before = cells[column].style
      if old == glyph {
        new = Cell(glyph, style: before.adding(.bold))
      } else if old.base == "_" {
        new = Cell(glyph, style: style.adding(.underline))
      } else if glyph.base == "_" {
        new = Cell(old, style: before.adding(.underline))
      }
    }
    fill(to: end)
    breakWideGlyphs(column..<end)
    cells[column] = new
    if glyph.width == 2 { cells[column + 1] = .continuation(style: new.style) }
    column = end
    strike = .letter
  }

  /// Blanks the other halves of wide glyphs that a range cuts through.
  private mutating func breakWideGlyphs(_ range: Range<Int>) {
    let first = range.lowerBound, next = range.upperBound
    if cells[first].isContinuation { cells[first - 1] = Cell(.space, style: cells[first - 1].style) }
    if next < cells.count, cells[next].isContinuation { cells[next] = Cell(.space, style: cells[next].style) }
  }

  /// Whatever is no text is visible, and reversed: so it cannot be mistaken for text that looks like it.
  private mutating func putEscape(of byte: UInt8, at time: UInt64, to lines: (OutputLine) -> Void) {
    putEscape(DisplayText(untrusted: [byte]), at: time, to: lines)
  }

  private mutating func putEscape(_ text: DisplayText, at time: UInt64, to lines: (OutputLine) -> Void) {
    for glyph in text.glyphs { put(glyph, Style(.text, .reverse), at: time, to: lines) }
    strike = .none
  }

  private mutating func put(_ scalar: Unicode.Scalar, at time: UInt64, to lines: (OutputLine) -> Void) {
    switch GlyphClass.of(scalar) {
    case .narrow: put(Glyph(base: scalar), pen.style, at: time, to: lines)
    case .wide: put(Glyph(base: scalar, width: 2), pen.style, at: time, to: lines)
    case .mark:
      var place = column - 1
      if cells.indices.contains(place), cells[place].isContinuation { place -= 1 }
      if strike == .letter, cells.indices.contains(place), let base = cells[place].glyph, Self.canCarry(base) {
        cells[place] = Cell(base.adding(mark: scalar), style: cells[place].style)
      } else {
        putEscape(DisplayText(untrusted: String(scalar).utf8), at: time, to: lines)
      }
    case .rightToLeft, .unprintable:
      putEscape(DisplayText(untrusted: String(scalar).utf8), at: time, to: lines)
    }
  }

  private static func canCarry(_ glyph: Glyph) -> Bool {
    guard glyph.marks.count < Glyph.maximumMarks else { return false }
    return !glyph.base.isASCII || GlyphClass.canCarryMarks(UInt8(truncatingIfNeeded: glyph.base.value))
  }

  // MARK: - Rows

  private mutating func endRow(at time: UInt64, to lines: (OutputLine) -> Void) {
    lines(line(endedAt: time))
    cells.removeAll(keepingCapacity: true)
    column = 0
    isContinuation = false
    start = nil
    strike = .none
  }

  private func line(endedAt end: UInt64) -> OutputLine {
    var text = StyledText()
    var first = cells.startIndex
    while first < cells.endIndex {
      let style = cells[first].style
      var last = first
      while last < cells.endIndex, cells[last].style == style { last += 1 }
      text.append(DisplayText(glyphs: cells[first..<last].lazy.compactMap(\.glyph)), style)
      first = last
    }
    let start = min(self.start ?? end, end)
    return OutputLine(kind: .text(stream), start: start, end: end, isContinuation: isContinuation, text: text)
  }

  // MARK: - Characters and sequences of several bytes

  private mutating func continuePending(_ byte: UInt8, at time: UInt64, to lines: (OutputLine) -> Void) {
    guard pending[0] == 0x1b else {
      pending.append(byte)
      return decodePending(at: time, to: lines)
    }
    if pending.count == 1 {
      guard byte == UInt8(ascii: "[") else { return escapePending(and: byte, at: time, to: lines) }
      pending.append(byte)
      return
    }
    switch byte {
    case 0x20...0x3f where pending.count < Self.longestSequence: pending.append(byte)
    case 0x40...0x7e:
      let parameters = pending.dropFirst(2)
      if let isDone = perform(byte, parameters), isDone {
        pending.removeAll(keepingCapacity: true)
      } else {
        escapePending(and: byte, at: time, to: lines)
      }
    default: escapePending(and: byte, at: time, to: lines)
    }
  }

  /// Shows an escape sequence that has no effect here, and goes on with the byte after it.
  private mutating func escapePending(and byte: UInt8, at time: UInt64, to lines: (OutputLine) -> Void) {
    let sequence = pending
    pending.removeAll(keepingCapacity: true)
    putEscape(of: 0x1b, at: time, to: lines)
    for byte in sequence.dropFirst() + [byte] { write(byte, at: time, to: lines) }
  }

  /// Decodes the start of a character as far as that is possible, as RFC 3629 defines it.
  private mutating func decodePending(at time: UInt64, to lines: (OutputLine) -> Void) {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xbf
    switch pending[0] {
    case 0xc2...0xdf: length = 2
    case 0xe0...0xef:
      length = 3
      if pending[0] == 0xe0 { second = 0xa0...0xbf }
      if pending[0] == 0xed { second = 0x80...0x9f }
    case 0xf0...0xf4:
      length = 4
      if pending[0] == 0xf0 { second = 0x90...0xbf }
      if pending[0] == 0xf4 { second = 0x80...0x8f }
    default: length = 1
    }
    let isWell =
      length > 1 && (pending.count < 2 || second.contains(pending[1]))
      && pending.dropFirst(2).allSatisfy { (0x80...0xbf).contains($0) }
    if isWell, pending.count < length { return }
    let bytes = pending
    pending.removeAll(keepingCapacity: true)
    var scanner = UTF8Scanner(bytes)
    if isWell, case .scalar(let scalar, _)? = scanner.next() {
      return put(scalar, at: time, to: lines)
    }
    putEscape(of: bytes[0], at: time, to: lines)
    for byte in bytes.dropFirst() { write(byte, at: time, to: lines) }
  }

  /// Carries out a control sequence. Returns whether it is one that has an effect; nil for a malformed one.
  private mutating func perform(_ final: UInt8, _ parameters: ArraySlice<UInt8>) -> Bool? {
    if final == UInt8(ascii: "m") { return pen.apply(parameters) }
    guard parameters.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), parameters.count < 6 else {
      return nil
    }
    let number = parameters.reduce(0) { $0 * 10 + Int($1 & 0xf) }
    switch final {
    case UInt8(ascii: "K"): return eraseInLine(number)
    case UInt8(ascii: "G"): move(to: max(number, 1) - 1)
    case UInt8(ascii: "C"): move(to: column + max(number, 1))
    case UInt8(ascii: "D"): move(to: column - max(number, 1))
    default: return nil
    }
    return true
  }

  /// `EL`: from the cursor to the end, from the start to the cursor, or all.
  private mutating func eraseInLine(_ part: Int) -> Bool? {
    strike = .none
    switch part {
    case 0:
      guard column < cells.count else { return true }
      breakWideGlyphs(column..<cells.count)
      cells.removeSubrange(column...)
    case 1:
      let end = min(column + 1, cells.count)
      guard end > 0 else { return true }
      breakWideGlyphs(0..<end)
      for place in 0..<end { cells[place] = .blank }
    case 2: cells.removeAll(keepingCapacity: true)
    default: return nil
    }
    return true
  }
}
