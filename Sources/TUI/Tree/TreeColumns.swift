/// Which columns the tree pane has at a given width, and where. Widths are fixed, so nothing moves while values grow;
/// the command gets the rest. If not all chosen columns fit, they are left out in a fixed order, whatever their order
/// on the screen; the pid and the sign of the status stay.
struct TreeColumns: Hashable, Sendable {
  struct Place: Hashable, Sendable {
    var column: TreeColumn
    /// The start of the column, from the left of the pane.
    var start: Int
    var width: Int
  }

  /// From left to right, without the status.
  private(set) var places: [Place] = []
  /// The sign of the status; the word follows if there is room.
  private(set) var sign = 0
  private(set) var word: Place?
  private(set) var command: Int
  let commandWidth: Int

  /// - Parameters:
  ///   - width: of the pane.
  ///   - pidDigits: the digits of the longest pid so far; it only ever grows.
  init(width: Int, pidDigits: Int, choice: ColumnChoice = ColumnChoice()) {
    func columns(of column: TreeColumn) -> Int { column.hasOwnWidth ? choice.width(of: column) : pidDigits }
    // The pointer's column; the sign and a space.
    var rest = width - 1 - 2
    var fitting: Set<TreeColumn> = []
    let isChosen = choice.shown != ColumnChoice.standard
    for column in TreeColumn.byNeed where choice.shown.contains(column) {
      let taken = columns(of: column) + 1
      guard column == .pid || rest - taken >= column.commandWanted(isChosen: isChosen) else { break }
      rest -= taken
      fitting.insert(column)
    }

    var next = 1
    func place(_ columns: Int) -> Int {
      defer { next += columns + 1 }
      return next
    }
    var hasSign = false
    for column in choice.shown {
      if column == .status {
        sign = place(1)
        hasSign = true
      }
      guard fitting.contains(column) else { continue }
      let width = columns(of: column)
      let made = Place(column: column, start: place(width), width: width)
      if column == .status { word = made } else { places.append(made) }
    }
    if !hasSign { sign = place(1) }
    command = next
    commandWidth = max(width - next, 0)
  }
}
