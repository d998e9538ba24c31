/// The signs that a bar from one moment to another is drawn with, one column each.
package struct SpanGlyphs: Hashable, Sendable {
  /// A cell that is filled from its left edge on: by one eighth to eight of them.
  package var left: [DisplayText]
  /// A cell of which the right half is filled, and of which hardly more than the right edge is.
  package var rightHalf: DisplayText
  package var rightEdge: DisplayText
  /// The bar starts before the axis; it continues beyond the axis.
  package var before: DisplayText
  package var onward: DisplayText
  /// Between these two, of what was there all the time.
  package var throughout: DisplayText

  package static let utf8 = SpanGlyphs(
    left: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"], rightHalf: "▐", rightEdge: "▕", before: "◂", onward: "▸",
    throughout: "─")
  package static let ascii = SpanGlyphs(
    left: ["-", "-", "-", "=", "=", "=", "=", "="], rightHalf: "=", rightEdge: "-", before: "<", onward: ">",
    throughout: "-")

  /// The sign for a cell of which the eighths of a range are filled. - Precondition: not empty, within 0..<8.
  func cell(_ filled: Range<Int>) -> DisplayText {
    if filled.lowerBound == 0 { return left[filled.count - 1] }
    // Blocks that are filled from the right are few: the nearest one.
    if filled.upperBound == 8 {
      return filled.count >= 6 ? left[7] : filled.count >= 3 ? rightHalf : rightEdge
    }
    let isLeft = filled.lowerBound + filled.upperBound <= 8
    return isLeft ? left[filled.count - 1] : filled.count >= 3 ? rightHalf : rightEdge
  }
}
