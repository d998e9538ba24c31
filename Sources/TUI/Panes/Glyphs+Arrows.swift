extension Glyphs {
  /// Whether keys may be written with arrows; in ASCII they are words, since `^` is a key of its own.
  var showsArrows: Bool { self == .utf8 }
}
