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

  /// Signs of states, so that no state is shown by colour only.
  package let running: DisplayText
  package let exited: DisplayText
  package let failed: DisplayText
  package let new: DisplayText
  package let setuid: DisplayText
  package let deleted: DisplayText
  /// Events or data were lost.
  package let incomplete: DisplayText
  /// The selected row's mark.
  package let pointer: DisplayText
  /// A marked row; one that is marked and selected.
  package let mark: DisplayText
  package let markedPointer: DisplayText
  /// The prefix of a millionth.
  package let micro: DisplayText
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
    reparented: "⇡", ellipsis: "…", separator: "·",
    running: "●", exited: "○", failed: "✗", new: "✦", setuid: "↯", deleted: "†", incomplete: "◐", pointer: "▌",
    mark: "◆", markedPointer: "◈",
    micro: "µ", unknown: "–",
    bars: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], span: .utf8)

  fileprivate static let ascii = GlyphTable(
    guideLine: "| ", guideBranch: "|-", guideLast: "`-", folded: "+",
    horizontal: "-", vertical: "|", teeDown: "+", teeUp: "+",
    arrowUp: "^", arrowDown: "v",
    reparented: "^", ellipsis: "~", separator: "-",
    running: "*", exited: "-", failed: "x", new: "+", setuid: "!", deleted: "D", incomplete: "%", pointer: ">",
    mark: "@", markedPointer: "#",
    micro: "u", unknown: "-",
    bars: [".", ":", "|"], span: .ascii)
}
