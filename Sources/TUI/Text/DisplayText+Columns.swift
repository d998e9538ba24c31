internal import Events

/// One glyph of a display text as the terminal lays it out.
package struct Glyph: Hashable, Sendable {
  /// Up to three combining marks above the base, 21 bits each, the first one lowest.
  private let packedMarks: UInt64
  private let packedBase: UInt32

  /// The most combining marks that a base carries; the escaper lets no more through.
  package static let maximumMarks = GlyphClass.maximumMarks

  package static let space = Glyph(base: " ")

  package init(base: Unicode.Scalar, width: Int = 1) {
    packedMarks = 0
    packedBase = base.value | (width == 2 ? Self.wideFlag : 0)
  }

  private init(packedBase: UInt32, packedMarks: UInt64) {
    self.packedBase = packedBase
    self.packedMarks = packedMarks
  }

  private static let wideFlag: UInt32 = 1 << 31

  package var base: Unicode.Scalar { Unicode.Scalar(packedBase & ~Self.wideFlag) ?? " " }
  package var hasMarks: Bool { packedMarks != 0 }

  /// The combining marks, bottom first.
  package var marks: [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var rest = packedMarks
    while rest != 0 {
      if let scalar = Unicode.Scalar(UInt32(rest & 0x1f_ffff)) { result.append(scalar) }
      rest >>= 21
    }
    return result
  }

  /// The columns it takes: 1 or 2.
  package var width: Int { packedBase & Self.wideFlag == 0 ? 1 : 2 }

  /// The glyph with one more mark on it; itself when it is full.
  func adding(mark: Unicode.Scalar) -> Glyph {
    var shift: UInt64 = 0
    while packedMarks >> shift != 0 { shift &+= 21 }
    guard shift < 63 else { return self }
    return Glyph(packedBase: packedBase, packedMarks: packedMarks | UInt64(mark.value) << shift)
  }
}

extension DisplayText {
  /// Calls `body` with each glyph, the column where it starts and the range of its bytes, until `body` returns false.
  ///
  /// - Complexity: O(glyphs visited).
  func forEachGlyph(_ body: (Glyph, _ column: Int, _ bytes: Range<Int>) -> Bool) {
    if isASCII {
      for (index, byte) in utf8.enumerated() {
        guard body(Glyph(base: Unicode.Scalar(byte)), index, index..<index &+ 1) else { return }
      }
      return
    }
    var pending: (glyph: Glyph, column: Int, start: Int)?
    var column = 0
    var offset = 0
    while offset < utf8.count {
      // Most of it is ASCII, and all of it is well-formed.
      var (scalar, length) = (Unicode.Scalar(utf8[offset]), 1)
      if utf8[offset] >= 0x80 {
        guard case .scalar(let decoded, let size)? = UTF8Step(utf8[offset...].prefix(4)) else { break }
        (scalar, length) = (decoded, size)
      }
      let kind = GlyphClass.of(scalar)
      if kind == .mark, let base = pending {
        pending = (base.glyph.adding(mark: scalar), base.column, base.start)
      } else {
        if let done = pending {
          guard body(done.glyph, done.column, done.start..<offset) else { return }
          column = done.column &+ done.glyph.width
        }
        let width = kind == .wide ? 2 : 1
        pending = (Glyph(base: scalar, width: width), column, offset)
      }
      offset &+= length
    }
    if let done = pending { _ = body(done.glyph, done.column, done.start..<offset) }
  }

  /// The glyphs from left to right. - Complexity: O(n).
  package var glyphs: [Glyph] {
    var result: [Glyph] = []
    result.reserveCapacity(width)
    forEachGlyph { glyph, _, _ in
      result.append(glyph)
      return true
    }
    return result
  }

  /// A window of the text, for scrolling sideways and for cutting. A wide glyph that the window's edge would split is
  /// replaced there by a space; where the text ends before the window does, the result is shorter than `count`.
  ///
  /// - Complexity: O(from + count) columns.
  package func columns(from start: Int = 0, count: Int) -> DisplayText {
    let start = max(start, 0)
    guard count > 0, start < width else { return DisplayText() }
    let end = count < width &- start ? start &+ count : width
    if start == 0 && end == width { return self }
    if isASCII { return DisplayText(printable: Array(utf8[start..<end]), width: end &- start) }
    var kept: [UInt8] = []
    forEachGlyph { glyph, column, bytes in
      if column >= end { return false }
      if column &+ glyph.width <= start { return true }
      if column < start || column &+ glyph.width > end {
        kept.append(UInt8(ascii: " "))
      } else {
        kept.append(contentsOf: utf8[bytes])
      }
      return true
    }
    return DisplayText(printable: kept, width: end &- start)
  }

  /// The text in at most `width` columns; where it does not fit, its end makes room for `mark`.
  package func fitted(to width: Int, mark: DisplayText) -> DisplayText {
    if self.width <= width { return self }
    if mark.width >= width { return columns(count: width) }
    return columns(count: width &- mark.width) + mark
  }

  /// The text with spaces after it, to at least `width` columns.
  package func padded(to width: Int) -> DisplayText {
    self.width >= width ? self : self + Self.spaces(width &- self.width)
  }

  /// The text with spaces before it, to at least `width` columns: numbers.
  package func paddedLeft(to width: Int) -> DisplayText {
    self.width >= width ? self : Self.spaces(width &- self.width) + self
  }

  /// So many spaces; none for zero and less.
  package static func spaces(_ count: Int) -> DisplayText {
    let count = max(count, 0)
    return DisplayText(printable: Array(repeating: UInt8(ascii: " "), count: count), width: count)
  }
}

extension DisplayText {
  /// The text in lines of at most `width` columns. A line breaks after a space where there is one in its second half,
  /// else after a `/ - = , :` there, else after either further in front, else wherever it is full; no glyph is left out,
  /// so the lines together are the text.
  ///
  /// - Complexity: O(n), however many lines.
  func wrapped(to width: Int) -> [DisplayText] {
    let width = max(width, 2)
    if self.width <= width { return [self] }
    var lines: [DisplayText] = []
    var start = 0
    var startColumn = 0
    var afterSpace: Break?
    var afterSeparator: Break?
    var isAfterWord = false

    func line(to byte: Int, column: Int) -> DisplayText {
      DisplayText(printable: Array(utf8[start..<byte]), width: column - startColumn)
    }

    forEachGlyph { glyph, column, bytes in
      // The byte range of a glyph is where it starts; a break before it leaves it to the next line.
      while column + glyph.width - startColumn > width {
        let full = Break(byte: bytes.lowerBound, column: column)
        let breaks = [afterSpace, afterSeparator].compactMap(\.self)
        let end =
          breaks.first { $0.column - startColumn > width / 2 }
          ?? breaks.filter { $0.column - startColumn > width / 4 }.max { $0.column < $1.column } ?? full
        lines.append(line(to: end.byte, column: end.column))
        (start, startColumn) = (end.byte, end.column)
        afterSpace = nil
        if let separator = afterSeparator, separator.column <= startColumn { afterSeparator = nil }
      }
      if glyph == .space { afterSpace = Break(byte: bytes.upperBound, column: column + 1) }
      if Self.endsPart(glyph, isAfterWord: isAfterWord) {
        afterSeparator = Break(byte: bytes.upperBound, column: column + 1)
      }
      isAfterWord = glyph.base.properties.isAlphabetic || ("0"..."9").contains(glyph.base)
      return true
    }
    lines.append(line(to: utf8.count, column: self.width))
    return lines
  }

  /// A place where a line may break.
  private struct Break {
    var byte: Int
    var column: Int
  }

  /// Whether a path, an option or a list can be continued on the next line after a glyph. A `-` in front of an option
  /// is no such place.
  private static func endsPart(_ glyph: Glyph, isAfterWord: Bool) -> Bool {
    guard !glyph.hasMarks else { return false }
    switch glyph.base {
    case "/", "=", ",", ":": return true
    case "-": return isAfterWord
    default: return false
    }
  }
}

// Display text of what a command printed, which is laid out cell by cell.
extension DisplayText {
  /// Printable ASCII as it is, the backslash too; nil if any other byte is among the bytes.
  /// - Complexity: O(bytes).
  init?(ascii bytes: Slice<UnsafeBufferPointer<UInt8>>) {
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) else { return nil }
    self.init(printable: Array(bytes), width: bytes.count)
  }

  /// Glyphs one after the other. One that cannot be printed becomes a question mark; there should be none.
  /// - Complexity: O(glyphs).
  init(glyphs: some Sequence<Glyph>) {
    var utf8: [UInt8] = []
    var width = 0
    for glyph in glyphs {
      let base = glyph.base
      if base.isASCII, !glyph.hasMarks {
        utf8.append(base.value >= 0x20 && base.value < 0x7f ? UInt8(base.value) : UInt8(ascii: "?"))
        width &+= 1
        continue
      }
      let marks = glyph.marks
      let isPrintable: Bool =
        switch GlyphClass.of(base) {
        case .narrow: glyph.width == 1 && marks.allSatisfy { GlyphClass.of($0) == .mark }
        case .wide: glyph.width == 2 && marks.allSatisfy { GlyphClass.of($0) == .mark }
        case .mark, .rightToLeft, .unprintable: false
        }
      guard isPrintable else {
        utf8.append(contentsOf: repeatElement(UInt8(ascii: "?"), count: glyph.width))
        width &+= glyph.width
        continue
      }
      for scalar in [base] + marks { utf8.append(contentsOf: String(scalar).utf8) }
      width &+= glyph.width
    }
    self.init(printable: utf8, width: width)
  }
}
