/// A column of the tree that a person may choose. The command is always there, last, and has what is left.
package enum TreeColumn: String, Hashable, Sendable, CaseIterable {
  case pid, ppid, user, time, status, cpu, mem, execs, kids, container, tty

  /// One line for the settings screen and the manual.
  package var summary: StaticString {
    switch self {
    case .pid: "the process's id"
    case .ppid: "the id of its parent"
    case .user: "who started it"
    case .time: "its age, or how long it ran"
    case .status: "how it stands: new, exit 1, SIGKILL"
    case .cpu: "CPU time, once it has ended"
    case .mem: "peak memory, once it has ended"
    case .execs: "programs it started in its pid"
    case .kids: "children that are remembered"
    case .container: "the container that its cgroup names"
    case .tty: "its terminal"
    }
  }

  /// The columns it has without the person's choice; of ids the digits of the longest so far are taken instead.
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

  /// Ids are as wide as they have to be: a cut one is another id.
  package var hasOwnWidth: Bool { self != .pid && self != .ppid }

  /// In the order in which they are given room: what stands last gives way first.
  static let byNeed: [TreeColumn] = [
    .pid, .time, .status, .user, .cpu, .mem, .execs, .kids, .container, .tty, .ppid,
  ]

  /// The columns that the command must keep for this one to be worth its place.
  ///
  /// - Parameter isChosen: whether the person asked for other columns than the standard ones.
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

  /// How wide a column is to be, in terminal columns.
  package func width(of column: TreeColumn) -> Int { widths[column] ?? column.standardWidth }

  /// Gives a column another width, within the bounds; one whose width its content tells keeps that.
  package mutating func setWidth(_ width: Int, of column: TreeColumn) {
    guard column.hasOwnWidth else { return }
    let width = TreeColumn.widthRange.clamp(width)
    widths[column] = width == column.standardWidth ? nil : width
  }

  /// Hides a column that is shown; shows another one as the last.
  package mutating func toggle(_ column: TreeColumn) {
    if let index = shown.firstIndex(of: column) { shown.remove(at: index) } else { shown.append(column) }
  }

  /// Changes places with the neighbour on that side, where there is one.
  package mutating func move(_ column: TreeColumn, by offset: Int) {
    guard let index = shown.firstIndex(of: column), shown.indices.contains(index + offset) else { return }
    shown.swapAt(index, index + offset)
  }
}
