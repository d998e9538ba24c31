/// How a terminal shows a scalar. The view, lines of text and JSON use this one table.
///
/// Terminals disagree on widths, and a program that counts differently from its terminal draws over its own rows. So a
/// scalar counts as printable only where the C library, and with it ncurses and most terminals, agree on its width. All
/// others are escaped, and escapes are ASCII.
public enum GlyphClass: Hashable, Sendable {
  /// One column.
  case narrow
  /// Two columns.
  case wide
  /// No column of its own: it is drawn on the glyph before it.
  case mark
  /// A glyph of a script that is read from right to left: some terminals move the text beside it, so it is escaped
  /// where text has columns beside it.
  case rightToLeft
  /// It has no glyph, or acts on the text around it, or has no agreed width: it is escaped.
  case unprintable

  /// The most combining marks on a base; further ones are escaped.
  public static let maximumMarks = 3

  /// Whether combining marks may follow an ASCII character: only letters and digits. On a space or a quote they would
  /// disguise a boundary.
  public static func canCarryMarks(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }

  /// The class of a scalar. - Complexity: O(1).
  public static func of(_ scalar: Unicode.Scalar) -> GlyphClass {
    if scalar.value < 0x300 {
      // Latin: except for C0, DEL and C1, the no-break space and the soft hyphen, everything has one column.
      switch scalar.value {
      case 0..<0x20, 0x7f..<0xa1, 0xad: return .unprintable
      default: return .narrow
      }
    }
    switch scalar.value {
    // Every frame is full of these: box drawing and blocks, the view's signs (arrows, circles, triangles and diamonds
    // among them), the ellipsis, and the quotes of chains.
    case 0x2500...0x259f, 0x2013, 0x2020, 0x2026, 0x203a, 0x2190...0x2193, 0x21af, 0x21e1, 0x25b8, 0x25c2, 0x25c6,
      0x25c8, 0x25cb, 0x25cf, 0x25d0, 0x2717, 0x2726:
      return .narrow
    default: break
    }
    if isDisputed(scalar) { return .unprintable }
    let properties = scalar.properties
    if properties.isDefaultIgnorableCodePoint || properties.isNoncharacterCodePoint { return .unprintable }
    // The C library of the oldest supported system knows Unicode 14 (glibc 2.36); later scalars have no width there.
    guard let age = properties.age, age.major <= 14 else { return .unprintable }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
      return .unprintable
    case .spaceSeparator:
      // Another space than U+0020 would forge a boundary between arguments.
      return .unprintable
    case .nonspacingMark, .enclosingMark:
      return .mark
    default:
      if isRightToLeft(scalar) { return .rightToLeft }
      return WideScalars.contains(scalar) ? .wide : .narrow
    }
  }

  /// The blocks whose characters are strong from right to left, and the numbers that belong to them: Unicode reserves
  /// whole blocks for these (Bidi_Class R, AL and AN), so that future scalars are included.
  private static func isRightToLeft(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // Hebrew, Arabic, Syriac, Thaana, N'Ko, Samaritan, Mandaic; their presentation forms; the scripts of antiquity,
    // with Hanifi Rohingya, Yezidi and Garay; Mende Kikakui, Adlam, and signs of Arabic mathematics.
    case 0x590...0x8ff, 0xfb1d...0xfdff, 0xfe70...0xfeff, 0x10800...0x10fff, 0x1e800...0x1efff: true
    default: false
    }
  }

  /// Scalars that look printable by their properties and are not safe to show.
  private static func isDisputed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // Vowels and finals of Hangul: one column or none, depending on whether the terminal joins syllables.
    case 0x1160...0x11ff, 0xd7b0...0xd7ff: true
    // Spacing marks with a wide width, which join the text before them: Hangul tones, Vietnamese reading marks.
    case 0x302e...0x302f, 0x16ff0...0x16ff1: true
    // Wide to the C library, narrow or ambiguous to Unicode: circled numbers on black squares, hexagrams.
    case 0x3248...0x324f, 0x4dc0...0x4dff: true
    // Regional indicators pair up to a flag, skin tones join the emoji before them: only in some terminals.
    case 0x1f1e6...0x1f1ff, 0x1f3fb...0x1f3ff: true
    // A mark in some versions of Unicode, a glyph in others: Ahom medial ra.
    case 0x1171e: true
    // Drawn far wider than their one column: whole phrases in Arabic, long dashes, cuneiform.
    case 0xfdfa...0xfdfd, 0x2e3a...0x2e3b, 0x12000...0x1254f: true
    // Blank, and so mistaken for a space: Braille without dots, a note without a head, the object replacement.
    case 0x2800, 0x1d159, 0xfffc: true
    // Marks that draw nothing by themselves (Indic_Syllabic_Category Invisible_Stacker, the joiners of Tifinagh and
    // Brahmi, the filler of Khitan): two different names would look the same.
    case 0x1039, 0x17d2, 0x1a60, 0x1bab, 0x2d7f, 0xaaf6, 0x10a3f, 0x1107f, 0x11133, 0x1193e, 0x11a47, 0x11a99,
      0x11d45, 0x11d97, 0x16fe4:
      true
    default: false
    }
  }
}

/// The scalars with two columns: East Asian Width W and F of Unicode's annex 11, with emoji among them.
enum WideScalars {
  static func contains(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x1100 else { return false }
    if scalar.properties.isEmojiPresentation { return true }
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low &+ high) / 2
      if ranges[middle].upperBound < scalar.value { low = middle &+ 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(scalar.value)
  }

  /// Wide scalars that are not emoji, in order. Ranges include scalars that are not printable anyway.
  private static let ranges: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x2329...0x232a, 0x2e80...0x303e, 0x3041...0x4dbf, 0x4e00...0xa4c6, 0xa960...0xa97c,
    0xac00...0xd7a3, 0xf900...0xfad9, 0xfe10...0xfe6b, 0xff01...0xff60, 0xffe0...0xffe6, 0x16fe0...0x1b2fb,
    0x1f200...0x1f265, 0x20000...0x3fffd,
  ]
}

/// The first step of decoding UTF-8: the scalar or the ill-formed sequence at the start of some bytes. All modules
/// decode with it; it uses the standard library's decoder.
@frozen
public enum UTF8Step: Hashable, Sendable {
  /// A scalar, and how many bytes encode it.
  case scalar(Unicode.Scalar, length: Int)
  /// The bytes of an incomplete sequence, or one byte that cannot start a sequence. One U+FFFD replaces all of them.
  /// Each of these bytes is also ill-formed by itself.
  case illFormed(length: Int)

  /// Decodes the start of the bytes; nil where there are none.
  @inlinable
  public init?(_ bytes: some Sequence<UInt8>) {
    var rest = bytes.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    switch parser.parseScalar(from: &rest) {
    case .valid(let encoded): self = .scalar(Unicode.UTF8.decode(encoded), length: encoded.count)
    case .error(let length): self = .illFormed(length: length)
    case .emptyInput: return nil
    }
  }
}
