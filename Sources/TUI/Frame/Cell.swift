/// One cell of a frame: 16 bytes without references, so that a frame is copied and compared as plain memory.
package struct Cell: Hashable, Sendable {
  package let content: Content
  package var style: Style

  package enum Content: Hashable, Sendable {
    case glyph(Glyph)
    /// The right half of the wide glyph in the cell before.
    case continuation
  }

  package init(_ glyph: Glyph, style: Style = .text) {
    content = .glyph(glyph)
    self.style = style
  }

  private init(continuationIn style: Style) {
    content = .continuation
    self.style = style
  }

  static func continuation(style: Style) -> Cell { Cell(continuationIn: style) }

  package static let blank = Cell(.space)

  package var isContinuation: Bool { content == .continuation }

  /// The glyph; nil in the right half of a wide one.
  package var glyph: Glyph? {
    if case .glyph(let glyph) = content { glyph } else { nil }
  }
}
