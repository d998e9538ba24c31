extension Glyphs {
  /// Whether keys may be written as arrows; in ASCII they are words, because `^` is another key.
  var showsArrows: Bool { self == .utf8 }
}
