internal import Events
internal import Tree

/// The value of a process in one column of the tree.
struct TreeCell {
  var text: DisplayText
  /// Figures and ids end at the column's right edge.
  var isRight: Bool
  /// Less important: dim in every row.
  var isDim = false

  /// - Parameter now: the moment that is shown, nanoseconds since boot.
  init(_ column: TreeColumn, of node: ProcessNode, now: UInt64, glyphs: Glyphs) {
    isRight = Self.isRight(column)
    text = ""
    // A machine has no pid, user or run time.
    if node.id.isHost, column != .kids { return }
    if column == .pid {
      text = DisplayText(number: node.id.pid)
      return
    }
    if column == .ppid {
      isDim = true
      if let parent = node.presentParent { text = DisplayText(number: parent.pid) }
      return
    }
    if column == .kids {
      text = .count(node.childCount)
      isDim = node.childCount == 0
      return
    }
    if node.isPlaceholder { return }
    switch column {
    case .user:
      text =
        node.facts.user.map { DisplayText.word($0.bytes, upTo: 64) }
        ?? ProcessFacts.known(node.facts.uid).map { DisplayText(number: $0) } ?? "?"
    case .time:
      let time = node.runTime(now: now)
      text = !node.isTimed ? "?" : node.isRunning ? .age(time) : .duration(time, glyphs)
    case .cpu: set(node.end?.usage.map { .duration($0.cpuTime, glyphs) }, glyphs)
    case .mem: set(node.end?.usage.map { .bytes($0.peakMemory) }, glyphs)
    case .execs:
      text = .count(node.execCount)
      isDim = node.execCount == 0
    case .container:
      guard let path = node.facts.cgroup, let container = CgroupOwner(of: path).container else { return }
      text = .word(container, upTo: 64)
    case .tty: if let tty = node.facts.tty { text = .word(tty.bytes, upTo: 64) }
    case .pid, .ppid, .kids, .status: break
    }
  }

  /// A figure, or the sign for an unknown one.
  private mutating func set(_ figure: DisplayText?, _ glyphs: Glyphs) {
    text = figure ?? glyphs.unknown
    isDim = figure == nil
  }

  static func isRight(_ column: TreeColumn) -> Bool {
    switch column {
    case .pid, .ppid, .time, .cpu, .mem, .execs, .kids: true
    case .user, .status, .container, .tty: false
    }
  }

  static func header(_ column: TreeColumn) -> DisplayText {
    switch column {
    case .pid: "PID"
    case .ppid: "PPID"
    case .user: "USER"
    case .time: "TIME"
    case .status: "STATUS"
    case .cpu: "CPU"
    case .mem: "MEM"
    case .execs: "EXECS"
    case .kids: "KIDS"
    case .container: "CONTAINER"
    case .tty: "TTY"
    }
  }
}
