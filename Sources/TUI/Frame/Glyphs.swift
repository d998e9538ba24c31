/// The signs that the panes draw with, for terminals that show UTF-8 and for those that do not.
///
/// All drawing code passes them on for each row, so they are one reference to the table.
@dynamicMemberLookup
package struct Glyphs: Hashable, Sendable {
  private final class Box: Sendable {
    let table: GlyphTable
    init(_ table: GlyphTable) { self.table = table }
  }
  private let box: Box

  private init(_ table: GlyphTable) { box = Box(table) }

  /// All of them.
  var table: GlyphTable { box.table }

  package static let utf8 = Glyphs(GlyphTable.utf8)
  package static let ascii = Glyphs(GlyphTable.ascii)

  /// A sign of the table. - Complexity: O(1).
  package subscript<Sign>(dynamicMember path: KeyPath<GlyphTable, Sign>) -> Sign { box.table[keyPath: path] }

  /// The bar for a value between 0 and `highest`; a space for 0.
  package func bar(_ value: Int, highest: Int) -> DisplayText { box.table.bar(value, highest: highest) }

  package static func == (a: Glyphs, b: Glyphs) -> Bool { a.box === b.box }
  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(box)) }
}

/// All signs, one column wide each, except where said.
package struct GlyphTable: Sendable {
  /// Tree guides, two columns each: an ancestor's line that continues, a child with siblings after it, the last
  /// child.
  package let guideLine: DisplayText
  package let guideBranch: DisplayText
  package let guideLast: DisplayText
  /// Before a row whose children are hidden.
  package let folded: DisplayText

  package let horizontal: DisplayText
  package let vertical: DisplayText
  package let teeDown: DisplayText
  package let teeUp: DisplayText

  package let arrowUp: DisplayText
  package let arrowDown: DisplayText
  /// Before the pid of the reaper that adopted a process.
  package let reparented: DisplayText
  /// Marks the place where text was cut.
  package let ellipsis: DisplayText
  package let separator: DisplayText
  /// Between processes that share a row, and between the ancestors of a root.
  package let chain: DisplayText
  /// Between the programs that a process ran one after another.
  package let became: DisplayText

  /// Signs of states, so that no state is shown by colour only.
  package let running: DisplayText
  package let exited: DisplayText
  package let failed: DisplayText
  package let new: DisplayText
  package let setuid: DisplayText
  package let deleted: DisplayText
  /// Events or data were lost.
  package let incomplete: DisplayText
  /// A step of the critical path.
  package let critical: DisplayText
  /// The selected row's mark.
  package let pointer: DisplayText
  /// A marked row; one that is marked and selected.
  package let mark: DisplayText
  package let markedPointer: DisplayText
  /// The prefix of a millionth.
  package let micro: DisplayText
  /// Before a deviation, one or two columns.
  package let plusMinus: DisplayText
  /// Replaces a figure that is unknown.
  package let unknown: DisplayText

  /// Bars of a sparkline from the lowest to the highest, at least two.
  package let bars: [DisplayText]
  /// Bars of run times.
  package let span: SpanGlyphs

  /// The bar for a value between 0 and `highest`; a space for 0.
  package func bar(_ value: Int, highest: Int) -> DisplayText {
    guard value > 0, highest > 0, !bars.isEmpty else { return " " }
    return bars[min((value * bars.count - 1) / max(highest, value), bars.count - 1)]
  }
}

extension GlyphTable {
  fileprivate static let utf8 = GlyphTable(
    guideLine: "│ ", guideBranch: "├─", guideLast: "└─", folded: "▸",
    horizontal: "─", vertical: "│", teeDown: "┬", teeUp: "┴",
    arrowUp: "↑", arrowDown: "↓",
    reparented: "⇡", ellipsis: "…", separator: "·", chain: "›", became: "→",
    running: "●", exited: "○", failed: "✗", new: "✦", setuid: "↯", deleted: "†", incomplete: "◐", critical: "»",
    pointer: "▌",
    mark: "◆", markedPointer: "◈",
    micro: "µ", plusMinus: "±", unknown: "–",
    bars: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], span: .utf8)

  fileprivate static let ascii = GlyphTable(
    guideLine: "| ", guideBranch: "|-", guideLast: "`-", folded: "+",
    horizontal: "-", vertical: "|", teeDown: "+", teeUp: "+",
    arrowUp: "^", arrowDown: "v",
    reparented: "^", ellipsis: "~", separator: "-", chain: ">", became: "=>",
    running: "*", exited: "-", failed: "x", new: "+", setuid: "!", deleted: "D", incomplete: "%", critical: "=",
    pointer: ">",
    mark: "@", markedPointer: "#",
    micro: "u", plusMinus: "+-", unknown: "-",
    bars: [".", ":", "|"], span: .ascii)
}

extension Glyphs {
  /// Whether keys may be written as arrows; in ASCII they are words, because `^` is another key.
  var showsArrows: Bool { self == .utf8 }
}

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
  /// Between the two ends, for a process that ran all the time.
  package var throughout: DisplayText
  /// A cell in which a process waited; one of which is unknown whether it did.
  package var waiting: DisplayText
  package var unknown: DisplayText

  package static let utf8 = SpanGlyphs(
    left: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"], rightHalf: "▐", rightEdge: "▕", before: "◂", onward: "▸",
    throughout: "─", waiting: "░", unknown: "▒")
  package static let ascii = SpanGlyphs(
    left: ["-", "-", "-", "=", "=", "=", "=", "="], rightHalf: "=", rightEdge: "-", before: "<", onward: ">",
    throughout: "-", waiting: ".", unknown: "~")

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
