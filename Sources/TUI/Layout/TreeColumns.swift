/// Which columns the tree pane has at a given width, and where. Widths are fixed, so nothing moves while values grow;
/// the command has the rest.
struct TreeColumns: Hashable {
  static let userWidth = 8
  /// The longest duration, `12d03h`.
  static let timeWidth = 6
  /// The longest word that is common, `SIGKILL`; the rarer `SIGVTALRM` is cut.
  static let statusWidth = 8
  /// From these command widths on the next column is worth its place.
  static let commandForTime = 16
  static let commandForStatus = 30
  static let commandForUser = 30
  static let commandForParent = 60

  var pid: Int
  var parent: Int?
  var user: Int?
  var time: Int?
  /// The sign; the word stands after it where there is room.
  var sign: Int
  var word: Int?
  var command: Int
  var commandWidth: Int
  let pidWidth: Int

  /// - Parameters:
  ///   - width: of the pane.
  ///   - pidDigits: the digits of the longest pid so far; it only ever grows.
  init(width: Int, pidDigits: Int) {
    pidWidth = pidDigits
    // The pointer's column, the pid and a space; the sign and a space.
    var rest = width - (1 + pidDigits + 1) - 2
    var has = (time: false, word: false, user: false, parent: false)
    func take(_ columns: Int, leaving command: Int) -> Bool {
      guard rest - columns >= command else { return false }
      rest -= columns
      return true
    }
    has.time = take(Self.timeWidth + 1, leaving: Self.commandForTime)
    has.word = has.time && take(Self.statusWidth + 1, leaving: Self.commandForStatus)
    has.user = has.word && take(Self.userWidth + 1, leaving: Self.commandForUser)
    has.parent = has.user && take(pidDigits + 1, leaving: Self.commandForParent)

    var column = 1
    func place(_ columns: Int) -> Int {
      defer { column += columns + 1 }
      return column
    }
    pid = place(pidDigits)
    parent = has.parent ? place(pidDigits) : nil
    user = has.user ? place(Self.userWidth) : nil
    time = has.time ? place(Self.timeWidth) : nil
    sign = place(1)
    word = has.word ? place(Self.statusWidth) : nil
    command = column
    commandWidth = max(width - column, 0)
  }
}
