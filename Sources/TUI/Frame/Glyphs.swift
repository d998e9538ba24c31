/// The signs that the panes draw with, for terminals that show UTF-8 and for those that do not. All are one column
/// wide, except where said.
package struct Glyphs: Hashable, Sendable {
  /// Tree guides, two columns each: an ancestor's line that goes on, a child with siblings after it, the last child.
  package var guideLine: DisplayText
  package var guideBranch: DisplayText
  package var guideLast: DisplayText
  /// Before a row whose children are hidden; whose children are shown.
  package var folded: DisplayText
  package var unfolded: DisplayText

  package var horizontal: DisplayText
  package var vertical: DisplayText
  package var teeDown: DisplayText
  package var teeUp: DisplayText
  package var teeRight: DisplayText
  package var teeLeft: DisplayText

  package var arrowUp: DisplayText
  package var arrowDown: DisplayText
  package var arrowLeft: DisplayText
  package var arrowRight: DisplayText
  /// In front of the pid of a parent that took a process over.
  package var reparented: DisplayText
  /// Stands where text was cut.
  package var ellipsis: DisplayText
  package var separator: DisplayText

  /// Signs of states, so that none is told by colour alone.
  package var running: DisplayText
  package var exited: DisplayText
  package var failed: DisplayText
  package var new: DisplayText
  package var setuid: DisplayText
  package var deleted: DisplayText
  /// Something was lost.
  package var incomplete: DisplayText
  /// The selected row's mark.
  package var pointer: DisplayText
  /// A marked row; one that is marked and selected.
  package var mark: DisplayText
  package var markedPointer: DisplayText
  /// The prefix of a millionth.
  package var micro: DisplayText
  /// Stands for a figure that is not known.
  package var unknown: DisplayText

  /// Bars of a sparkline from the lowest to the highest, at least two.
  package var bars: [DisplayText]
  /// Bars of run times.
  package var span: SpanGlyphs

  /// The bar for a value between 0 and `highest`; a space for 0.
  package func bar(_ value: Int, highest: Int) -> DisplayText {
    guard value > 0, highest > 0, !bars.isEmpty else { return " " }
    return bars[min((value * bars.count - 1) / max(highest, value), bars.count - 1)]
  }
}

extension Glyphs {
  package static let utf8 = Glyphs(
    guideLine: "│ ", guideBranch: "├─", guideLast: "└─", folded: "▸", unfolded: "▾",
    horizontal: "─", vertical: "│", teeDown: "┬", teeUp: "┴", teeRight: "├", teeLeft: "┤",
    arrowUp: "↑", arrowDown: "↓", arrowLeft: "←", arrowRight: "→",
    reparented: "⇡", ellipsis: "…", separator: "·",
    running: "●", exited: "○", failed: "✗", new: "✦", setuid: "↯", deleted: "†", incomplete: "◐", pointer: "▌",
    mark: "◆", markedPointer: "◈",
    micro: "µ", unknown: "–",
    bars: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], span: .utf8)

  package static let ascii = Glyphs(
    guideLine: "| ", guideBranch: "|-", guideLast: "`-", folded: "+", unfolded: "-",
    horizontal: "-", vertical: "|", teeDown: "+", teeUp: "+", teeRight: "+", teeLeft: "+",
    arrowUp: "^", arrowDown: "v", arrowLeft: "<", arrowRight: ">",
    reparented: "^", ellipsis: "~", separator: "-",
    running: "*", exited: "-", failed: "x", new: "+", setuid: "!", deleted: "D", incomplete: "%", pointer: ">",
    mark: "@", markedPointer: "#",
    micro: "u", unknown: "-",
    bars: [".", ":", "|"], span: .ascii)
}
