internal import Tree

/// Which columns the top table has at a given width, and where. Widths are fixed, so nothing moves while values grow;
/// the name is the last column and gets the rest. `tree --top` has the same columns in the same order, and all of them.
struct TopColumns: Hashable, Sendable {
  /// The columns that can be sorted by, in the order of the view's menus and of `tree --top`; the name is the last.
  static let order = TopColumn.allCases
  /// The minimum width of the name.
  static let nameWanted = 16
  /// The same beside only the first column.
  static let nameNeeded = 8
  /// The heading of the histogram of run times. The title of the pane has its scale.
  static let spreadTitle: DisplayText = "DURATIONS"
  static let spreadWidth = 9
  /// The heading of what starts a command that recurs.
  static let starterTitle: DisplayText = "STARTER"
  static let starterWidth = 18

  struct Place: Hashable, Sendable {
    var column: TopColumn
    var start: Int
    var width: Int
  }

  /// A column that may be left out.
  private enum Part: Hashable {
    case number(TopColumn)
    case spread, starter
  }

  /// The columns of numbers.
  var numbers: [Place] = []
  /// The place of the histogram of run times.
  var spread: Int?
  /// The place of the starter.
  var starter: Int?
  var name: Int
  var nameWidth: Int

  /// - Parameters:
  ///   - width: of the pane.
  ///   - sorted: the column that the table is sorted by: it is always shown.
  ///   - hasPeriods: whether a row recurs; without one, two columns would be empty.
  init(width: Int, sorted: TopColumn, hasPeriods: Bool = false) {
    // The pointer's column.
    var rest = width - 1
    func reserve(_ part: Part, leaving name: Int = Self.nameWanted) -> Bool {
      let columns = Self.width(of: part)
      guard rest - columns - 1 >= name else { return false }
      rest -= columns + 1
      return true
    }
    let parts = Self.parts(hasPeriods: hasPeriods || sorted == .period)
    let first = sorted == .name ? parts[0] : .number(sorted)
    var shown: Set<Part> = reserve(first, leaving: Self.nameNeeded) ? [first] : []
    for part in parts where part != first {
      guard reserve(part) else { break }
      shown.insert(part)
    }

    var column = 1
    func place(_ part: Part) -> Int {
      defer { column += Self.width(of: part) + 1 }
      return column
    }
    for number in Self.order where shown.contains(.number(number)) {
      let part = Part.number(number)
      numbers.append(Place(column: number, start: place(part), width: Self.width(of: part)))
    }
    spread = shown.contains(.spread) ? place(.spread) : nil
    starter = shown.contains(.starter) ? place(.starter) : nil
    name = column
    nameWidth = max(width - column, 0)
  }

  /// The columns besides the name, most important first: those that do not fit are left out from the end.
  private static func parts(hasPeriods: Bool) -> [Part] {
    var parts = order.filter { $0 != .name && (hasPeriods || $0 != .period) }.map { Part.number($0) }
    parts.insert(.spread, at: parts.count - 1)
    if hasPeriods, let place = parts.firstIndex(of: .number(.rate)) { parts.insert(.starter, at: place) }
    return parts
  }

  /// The table column whose heading covers a column of the pane; the heading of a number includes the arrow before
  /// it. Nil if there is none, or if it cannot be sorted by.
  func column(at column: Int) -> TopColumn? {
    if (name..<name + nameWidth).contains(column) { return .name }
    return numbers.first { ($0.start - 1..<$0.start + $0.width).contains(column) }?.column
  }

  /// Counts up to `999,999`, durations up to `204d`, and sizes up to `1023 KiB`.
  private static func width(of part: Part) -> Int {
    switch part {
    case .number(let column):
      switch column {
      case .running, .execs, .rate, .failed, .nonzero: 7
      case .time, .p50, .p99, .max, .cpu, .period: 6
      case .mem: 8
      case .processes: 9
      case .name: 0
      }
    case .spread: spreadWidth
    case .starter: starterWidth
    }
  }
}
