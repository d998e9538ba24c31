import Testing

@testable import Events
@testable import Filtering
@testable import Tree

/// A process whose start time is its pid, if not given.
func process(_ pid: Int32, started: UInt64? = nil) -> ProcessID {
  ProcessID(pid: pid, startTime: started ?? UInt64(pid))
}

/// A tree with its views, which gets event after event. Checks all invariants after each.
struct Story {
  var tree: ProcessTree
  var outline = Outline()
  var lines = LogOutline()

  init(limits: Limits = Limits()) {
    tree = ProcessTree(limits: limits)
  }

  @discardableResult
  mutating func apply(_ event: ProcessEvent, sourceLocation: SourceLocation = #_sourceLocation) -> TreeChange {
    let change = tree.apply(event)
    outline.apply(change, in: tree)
    lines.apply(change, in: tree)
    #expect(tree._checkInvariants() == [], sourceLocation: sourceLocation)
    #expect(outline._checkInvariants(in: tree) == [], sourceLocation: sourceLocation)
    tree.updateSums()
    outline.update(in: tree)
    lines.update(in: tree)
    return change
  }

  @discardableResult
  mutating func fork(_ child: Int32, of parent: Int32?, at time: UInt64? = nil, comm: Comm = "sh") -> TreeChange {
    fork(process(child), of: parent.map { process($0) }, at: time, comm: comm)
  }

  @discardableResult
  mutating func fork(
    _ child: ProcessID, of parent: ProcessID?, at time: UInt64? = nil, comm: Comm = "sh"
  ) -> TreeChange {
    apply(
      .fork(ForkEvent(time: time ?? child.startTime, process: ProcessFacts(id: child, parent: parent, comm: comm))))
  }

  @discardableResult
  mutating func exec(
    _ pid: Int32, _ argv: [String], at time: UInt64, parent: Int32? = nil, uid: UInt32 = 0, user: RawBytes? = nil
  ) -> TreeChange {
    exec(process(pid), argv, at: time, parent: parent.map { process($0) }, uid: uid, user: user)
  }

  @discardableResult
  mutating func exec(
    _ id: ProcessID, _ argv: [String], at time: UInt64, parent: ProcessID? = nil, uid: UInt32 = 0,
    user: RawBytes? = nil
  ) -> TreeChange {
    let image = image(argv, at: time)
    return apply(
      .exec(
        ExecEvent(
          process: ProcessFacts(id: id, parent: parent, comm: image.comm, uid: uid, user: user), image: image)))
  }

  @discardableResult
  mutating func fail(_ pid: Int32, _ argv: [String], errno: Int32, at time: UInt64, parent: Int32? = nil) -> TreeChange
  {
    let facts = ProcessFacts(id: process(pid), parent: parent.map { process($0) }, comm: "sh")
    return apply(.failedExec(FailedExecEvent(process: facts, errno: errno, image: image(argv, at: time))))
  }

  @discardableResult
  mutating func exit(
    _ pid: Int32, at time: UInt64, code: Int32 = 0, parent: Int32? = nil, reaper: Int32? = nil, comm: Comm = "sh"
  ) -> TreeChange {
    exit(
      process(pid), at: time, code: code, parent: parent.map { process($0) }, reaper: reaper.map { process($0) },
      comm: comm)
  }

  @discardableResult
  mutating func exit(
    _ id: ProcessID, at time: UInt64, code: Int32 = 0, parent: ProcessID? = nil, reaper: ProcessID? = nil,
    comm: Comm = "sh"
  ) -> TreeChange {
    let facts = ProcessFacts(id: id, parent: parent, comm: comm)
    return apply(
      .exit(ExitEvent(time: time, process: facts, status: ExitStatus(code: code), reaper: reaper)))
  }

  @discardableResult
  mutating func existing(
    _ pid: Int32, of parent: Int32?, _ argv: [String], readAt time: UInt64, isKernelThread: Bool = false
  ) -> TreeChange {
    let image = image(argv, at: time, marks: .fromProc)
    let facts = ProcessFacts(id: process(pid), parent: parent.map { process($0) }, comm: image.comm, user: "root")
    return apply(
      .existing(ExistingProcess(time: time, process: facts, image: image, isKernelThread: isKernelThread)))
  }

  func image(_ argv: [String], at time: UInt64, marks: Marks = []) -> ProcessImage {
    let name = argv.first ?? ""
    return ProcessImage(
      time: time, comm: Comm(name.utf8), file: RawBytes(utf8: name), exe: RawBytes(utf8: "/bin/" + name),
      cwd: "/work", argv: StringVector(argv), marks: marks)
  }

  func node(_ pid: Int32, sourceLocation: SourceLocation = #_sourceLocation) throws -> ProcessNode {
    try #require(tree[process(pid)], sourceLocation: sourceLocation)
  }

  /// The first argument of each program that a process ran, oldest first.
  func programs(_ pid: Int32) -> [String] {
    (tree[process(pid)]?.images ?? []).map(name)
  }

  func name(_ image: ProcessImage) -> String {
    image.argv.first { _ in true }.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  func children(_ pid: Int32) -> [Int32] { tree.children(of: process(pid)).map(\.pid) }

  var logged: [LogEntry.Kind] { tree.log.entries.map(\.kind) }
}

extension Story {
  /// The displayed rows as text: guides, the pids of a chain, pid, the program's name, `+n` for the rows that a fold
  /// hides, `~` before context rows.
  var drawing: String {
    outline.rows(0..<outline.rowCount(in: tree), in: tree).map(draw).joined(separator: "\n")
  }

  private func draw(_ row: OutlineRow) -> String {
    var line = row.guides.map { $0 ? "│ " : "  " }.joined()
    if row.depth > 0 { line += row.isLast ? "└ " : "├ " }
    if row.isContext { line += "~" }
    line += row.chain.map { "\($0.pid) > " }.joined() + String(row.id.pid)
    if let image = tree[row.id]?.image { line += " " + name(image) }
    if row.isFolded { line += " +\(row.hiddenBelow)" }
    return line
  }
}

extension Story {
  /// Filters tree and log.
  mutating func filter(_ text: String?) throws {
    let filter = try text.map { try Filter.parse($0) }
    outline.setFilter(filter, in: tree)
    lines.setFilter(filter, in: tree)
  }

  /// The sequences of the displayed log lines.
  var shown: [UInt64] {
    (0..<lines.count(in: tree)).compactMap { lines.entry(at: $0, in: tree)?.sequence }
  }
}
