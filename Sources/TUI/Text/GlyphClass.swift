/// What a scalar is to a terminal.
enum GlyphClass: Hashable {
  /// One column.
  case narrow
  /// Two columns.
  case wide
  /// No column of its own: it sits on the glyph before it.
  case mark
  /// It has no glyph, or acts on the text around it, or terminals do not agree on its width: it is escaped.
  case unprintable

  static func of(_ scalar: Unicode.Scalar) -> GlyphClass {
    if scalar.value < 0x300 {
      // Latin: C0, DEL and C1, the no-break space and the soft hyphen aside, everything is one column.
      switch scalar.value {
      case 0..<0x20, 0x7f..<0xa1, 0xad: return .unprintable
      default: return .narrow
      }
    }
    let properties = scalar.properties
    if properties.isDefaultIgnorableCodePoint || properties.isNoncharacterCodePoint { return .unprintable }
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
      .spaceSeparator:
      return .unprintable
    case .nonspacingMark, .enclosingMark:
      return .mark
    default:
      return WideScalars.contains(scalar) ? .wide : .narrow
    }
  }
}
