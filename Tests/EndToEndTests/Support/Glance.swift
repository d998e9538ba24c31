import TUI

/// The contents of the view's screen, as a person sees them.
struct Glance {
  /// Without the spaces at their ends.
  let rows: [String]
  /// The pane with the highlighted title.
  let focus: Pane?

  /// - Parameter painted: the screen with its attributes, as `tmux capture-pane -e` prints it.
  init(painted: String) {
    var isReverse = false
    var rows: [String] = []
    var focus: Pane?
    for line in painted.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      var text = "", reversed = ""
      for (index, part) in line.split(separator: "\u{1b}[", omittingEmptySubsequences: false).enumerated() {
        var rest = part
        if index > 0, let end = part.firstIndex(of: "m") {
          Self.read(part[..<end], &isReverse)
          rest = part[part.index(after: end)...]
        }
        text += rest
        if isReverse { reversed += rest }
      }
      for (pane, title) in Self.titles where reversed.contains(title) { focus = pane }
      while text.last == " " { text.removeLast() }
      rows.append(text)
    }
    self.rows = rows
    self.focus = focus
  }

  private static let titles: [(Pane, String)] = [
    (.tree, " 1 Tree "), (.tree, " 1 Top "), (.detail, " 2 Detail "), (.log, " 3 Log "),
  ]

  /// Follows the numbers of a sequence that sets attributes; those of colours are skipped.
  private static func read(_ sequence: Substring, _ isReverse: inout Bool) {
    var numbers = sequence.split(separator: ";").compactMap { Int($0) }[...]
    if numbers.isEmpty { isReverse = false }
    while let number = numbers.popFirst() {
      switch number {
      case 0, 27: isReverse = false
      case 7: isReverse = true
      case 38, 48: numbers = numbers.dropFirst(numbers.first == 5 ? 2 : 4)
      default: break
      }
    }
  }
}

extension Glance {
  var status: String { rows.first ?? "" }
  var bar: String { rows.last ?? "" }

  func shows(_ text: String) -> Bool { rows.contains { $0.contains(text) } }
  func shows(_ pane: Pane) -> Bool { Self.titles.contains { $0.0 == pane && shows($0.1) } }

  /// The row with the tree's or the top table's title.
  var treeTitleRow: Int? { rows.firstIndex { $0.contains(" 1 Tree ") || $0.contains(" 1 Top ") } }

  /// The columns that the tree has beside the detail; all of them without one.
  var treeWidth: Int {
    guard let title = treeTitleRow.map({ rows[$0] }), let border = title.firstIndex(of: "┬") else { return .max }
    return title.distance(from: title.startIndex, to: border)
  }

  /// The tree's rows below its title, without the panes beside them; the names of the columns first.
  var tree: [String] {
    guard let top = treeTitleRow else { return [] }
    let below = rows[(top + 1)...].prefix { !$0.contains(" 3 Log ") }
    return below.map { String($0.prefix(treeWidth)) }
  }

  /// The log's rows below its title.
  var log: [String] { rows.drop { !$0.contains(" 3 Log ") }.dropFirst().dropLast().map { $0 } }

  /// The tree's first row in view, from 0, how many are in view, and how many there are: `1-22/85` in its title.
  private var treePosition: (first: Int, inView: Int, count: Int)? {
    guard let top = treeTitleRow else { return nil }
    let title = rows[top].split(separator: "┬")[0]
    let word = title.split(separator: " ").last { $0.contains("/") && $0.first?.isNumber == true } ?? ""
    let numbers = word.split { !$0.isNumber && $0 != "," }.compactMap { Int($0.filter(\.isNumber)) }
    return numbers.count == 3 ? (numbers[0] - 1, numbers[1] - numbers[0] + 1, numbers[2]) : nil
  }

  /// How many rows the tree has, in view or not.
  var count: Int { treePosition?.count ?? -1 }

  /// How many rows of it are in view.
  var height: Int { max(tree.count - 1, 0) }

  /// Where the selected row is among all of the tree's, from 0; -1 without one.
  var place: Int {
    guard let position = treePosition, let line = tree.dropFirst().firstIndex(where: Self.isSelected)
    else { return -1 }
    // Ancestors of the first row may stand above it.
    let lines = tree.dropFirst().count { !$0.allSatisfy(\.isWhitespace) }
    return position.first + line - 1 - max(lines - position.inView, 0)
  }

  /// The selected row.
  var selected: String { tree.first(where: Self.isSelected) ?? "" }

  /// By its pointer, which is another one on a marked row.
  private static func isSelected(_ row: String) -> Bool { row.hasPrefix("▌") || row.hasPrefix("◈") }

  /// The moment that a frozen view shows, as `18:05:18.123`; empty while it is not frozen.
  var moment: String {
    let words = status.split(separator: " ")
    guard words.first == "FROZEN" else { return "" }
    return words.first { $0.contains(":") }.map(String.init) ?? ""
  }
}

extension Window {
  func glance() async throws -> Glance { Glance(painted: try await tmux(["capture-pane", "-p", "-e"])) }

  /// Waits until what is on the screen fulfils the condition.
  @discardableResult
  func waitForGlance(_ what: String, _ condition: (Glance) -> Bool) async throws -> Glance {
    var last: Glance?
    do {
      try await eventually(what) {
        let glance = try await glance()
        last = glance
        return condition(glance)
      }
    } catch {
      throw Timeout(description: "waited in vain for \(what); the screen:\n\(last?.rows.joined(separator: "\n") ?? "")")
    }
    return last ?? Glance(painted: "")
  }
}
