internal import Events
internal import Tree

/// A column of the tree that the user may choose. The command is always the last column, and gets the remaining
/// width.
package enum TreeColumn: String, Hashable, Sendable, CaseIterable {
  case pid, ppid, user, time, status, cpu, mem, execs, kids, container, tty

  /// One line for the settings screen and the manual.
  package var summary: StaticString {
    switch self {
    case .pid: "process id"
    case .ppid: "process id of the parent"
    case .user: "user who started the process"
    case .time: "age, or run time of an exited process"
    case .status: "state: new, exit 1, SIGKILL"
    case .cpu: "CPU time (exited processes only)"
    case .mem: "peak memory (exited processes only)"
    case .execs: "number of successful execs"
    case .kids: "number of remembered children"
    case .container: "container, from the cgroup path"
    case .tty: "controlling terminal"
    }
  }

  /// The default width; columns of ids use the digits of the longest id so far instead.
  package var standardWidth: Int {
    switch self {
    case .pid, .ppid: 0
    case .user: 8
    // The longest duration, `12d03h`.
    case .time, .cpu: 6
    // The longest word that is common, `SIGKILL`; the rarer `SIGVTALRM` is cut.
    case .status: 8
    case .mem: 8
    case .execs, .kids: 5
    case .container: 12
    case .tty: 6
    }
  }

  package static let widthRange = 3...40

  /// Ids are as wide as necessary: a cut one would be another id.
  package var hasOwnWidth: Bool { self != .pid && self != .ppid }

  /// In the order in which they get room: the last ones are left out first.
  static let byNeed: [TreeColumn] = [
    .pid, .time, .status, .user, .cpu, .mem, .execs, .kids, .container, .tty, .ppid,
  ]

  /// The minimum width of the command beside this column.
  ///
  /// - Parameter isChosen: whether the user chose other columns than the standard ones.
  func commandWanted(isChosen: Bool) -> Int {
    switch self {
    case .pid: 0
    case .time: 16
    case .ppid: isChosen ? 24 : 60
    default: isChosen ? 24 : 30
    }
  }
}

/// Which columns the tree has, in which order and how wide.
package struct ColumnChoice: Hashable, Sendable {
  /// From left to right, each once.
  package private(set) var shown: [TreeColumn] = standard
  /// Widths other than the standard ones.
  package private(set) var widths: [TreeColumn: Int] = [:]

  package static let standard: [TreeColumn] = [.pid, .ppid, .user, .time, .status]

  package init() {}

  /// Repeated columns count once.
  package init(shown: [TreeColumn], widths: [TreeColumn: Int] = [:]) {
    self.shown = shown.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    for (column, width) in widths { setWidth(width, of: column) }
  }

  /// The chosen width of a column, in terminal columns.
  package func width(of column: TreeColumn) -> Int { widths[column] ?? column.standardWidth }

  /// Sets the width of a column, within the bounds; columns of ids have no such width.
  package mutating func setWidth(_ width: Int, of column: TreeColumn) {
    guard column.hasOwnWidth else { return }
    let width = TreeColumn.widthRange.clamp(width)
    widths[column] = width == column.standardWidth ? nil : width
  }

  /// Hides a column that is shown; shows another one as the last.
  package mutating func toggle(_ column: TreeColumn) {
    if let index = shown.firstIndex(of: column) { shown.remove(at: index) } else { shown.append(column) }
  }

  /// Swaps the column with its neighbour on that side, if there is one.
  package mutating func move(_ column: TreeColumn, by offset: Int) {
    guard let index = shown.firstIndex(of: column), shown.indices.contains(index + offset) else { return }
    shown.swapAt(index, index + offset)
  }
}

/// Which of the standard columns have something to show: the others leave their room to the command. A column that was
/// needed once stays, so that nothing moves back and forth.
struct ColumnNeeds: Hashable, Sendable {
  /// Whether processes of several users were seen.
  private(set) var hasSeveralUsers = false
  /// Whether anything exited nonzero: all other states have a sign that says the same, and a failed exec has its errno
  /// behind the command.
  private(set) var hasFailures = false
  /// The user of the first process.
  private var user: UInt32?

  /// All columns.
  static let all = ColumnNeeds(hasSeveralUsers: true, hasFailures: true)

  /// No columns.
  init() {}

  private init(hasSeveralUsers: Bool, hasFailures: Bool) {
    (self.hasSeveralUsers, self.hasFailures) = (hasSeveralUsers, hasFailures)
  }

  func need(_ column: TreeColumn) -> Bool {
    switch column {
    case .user: hasSeveralUsers
    case .status: hasFailures
    default: true
    }
  }

  /// Updates them after an event. - Complexity: O(1).
  mutating func update(_ event: ProcessEvent) {
    if !hasFailures, case .exit(let event) = event { hasFailures = !event.status.isSuccess }
    if hasSeveralUsers { return }
    guard let uid = event.uid.flatMap(ProcessFacts.known) else { return }
    if let user { hasSeveralUsers = uid != user } else { user = uid }
  }
}

extension ProcessEvent {
  /// The real user of the event's process.
  fileprivate var uid: UInt32? {
    switch self {
    case .fork(let event): event.process.uid
    case .exec(let event): event.process.uid
    case .failedExec(let event): event.process.uid
    case .exit(let event): event.process.uid
    case .existing(let event): event.process.uid
    case .output, .lost, .census, .host: nil
    }
  }
}

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
  ///   - needs: which of the standard columns have something to show; chosen columns are shown anyway.
  init(width: Int, pidDigits: Int, choice: ColumnChoice = ColumnChoice(), needs: ColumnNeeds = .all) {
    func columns(of column: TreeColumn) -> Int { column.hasOwnWidth ? choice.width(of: column) : pidDigits }
    // The pointer's column; the sign and a space.
    var rest = width - 1 - 2
    var fitting: Set<TreeColumn> = []
    let isChosen = choice.shown != ColumnChoice.standard
    for column in TreeColumn.byNeed where choice.shown.contains(column) && (isChosen || needs.need(column)) {
      let taken = columns(of: column) + 1
      var wanted = column.commandWanted(isChosen: isChosen)
      // The command gets at least half of the pane, unless the user chose the columns.
      if !isChosen, column != .time { wanted = max(wanted, width / 2) }
      guard column == .pid || rest - taken >= wanted else { break }
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
