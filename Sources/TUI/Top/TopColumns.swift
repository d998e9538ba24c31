internal import Tree

/// Which columns the top table has at a given width, and where. Widths are fixed, so nothing moves while values grow;
/// the name is the last column and gets the rest.
struct TopColumns: Hashable, Sendable {
  /// From left to right, most important first: columns that do not fit are left out from the end.
  static let order: [TopColumn] = [.execs, .failed, .running, .p50, .p99, .cpu, .rate, .time, .mem, .processes, .name]
  /// The minimum width of the name.
  static let nameWanted = 16
  /// The same beside only the first column.
  static let nameNeeded = 8
  static let spreadWidth = RunTimeSpread.stepCount

  struct Place: Hashable, Sendable {
    var column: TopColumn
    var start: Int
    var width: Int
  }

  /// The columns of numbers.
  var numbers: [Place] = []
  /// The place of the histogram of run times.
  var spread: Int?
  var name: Int
  var nameWidth: Int

  /// - Parameters:
  ///   - width: of the pane.
  ///   - sorted: the column that the table is sorted by: it is always shown.
  init(width: Int, sorted: TopColumn) {
    // The pointer's column.
    var rest = width - 1
    func reserve(_ columns: Int, leaving name: Int = Self.nameWanted) -> Bool {
      guard rest - columns - 1 >= name else { return false }
      rest -= columns + 1
      return true
    }
    let numbers = Self.order.filter { $0 != .name }
    var shown: Set<TopColumn> = []
    let first = sorted == .name ? numbers[0] : sorted
    if reserve(Self.width(of: first), leaving: Self.nameNeeded) { shown.insert(first) }
    for column in numbers where column != first {
      guard reserve(Self.width(of: column)) else { break }
      shown.insert(column)
    }
    let hasSpread = shown.count == numbers.count && reserve(Self.spreadWidth)

    var column = 1
    func place(_ columns: Int) -> Int {
      defer { column += columns + 1 }
      return column
    }
    for number in numbers where shown.contains(number) {
      let width = Self.width(of: number)
      self.numbers.append(Place(column: number, start: place(width), width: width))
    }
    spread = hasSpread ? place(Self.spreadWidth) : nil
    name = column
    nameWidth = max(width - column, 0)
  }

  /// The table column whose heading covers a column of the pane; the heading of a number includes the arrow before
  /// it. Nil if there is none, or if it cannot be sorted by.
  func column(at column: Int) -> TopColumn? {
    if (name..<name + nameWidth).contains(column) { return .name }
    return numbers.first { ($0.start - 1..<$0.start + $0.width).contains(column) }?.column
  }

  /// Counts up to `999,999`, durations up to `204d`, and sizes up to `1023 KiB`.
  private static func width(of column: TopColumn) -> Int {
    switch column {
    case .processes, .running, .execs, .rate: 7
    case .time, .p50, .p99, .cpu: 6
    case .failed, .mem: 8
    case .name: 0
    }
  }
}
