import Events
import Filtering
import Glibc
import Recording
import TUI
import Terminal
import Tree
import TreeLines

/// Prints a gathered tree to standard output, as lines or as JSON.
struct TreePrinter {
  let gathered: GatheredTree
  let filter: Filter?
  private let form: TreeForm
  /// The time up to which running processes have run, in nanoseconds since boot.
  let now: UInt64
  /// Nanoseconds from 1970 to boot, by nanoseconds since boot; nil if unknown.
  private let wall: Steps<UInt64, Int64>?
  /// When a trace with a scope started, in nanoseconds since boot; nil without a scope, or if unknown.
  let scopeStart: UInt64?
  let glyphs: Glyphs
  let isColored: Bool

  init(
    _ gathered: GatheredTree, filter: Filter?, form: TreeForm, now: UInt64, wall: Steps<UInt64, Int64>?,
    scopeStart: UInt64? = nil
  ) {
    self.scopeStart = scopeStart
    self.gathered = gathered
    self.filter = filter
    self.form = form
    self.now = now
    self.wall = wall
    glyphs = OutputSettings.adoptLocale() ? .utf8 : .ascii
    isColored = form.color.isColored(Output.descriptor)
  }

  /// Prints the tree and the messages about it.
  /// - Parameter isShared: whether a command, or a typed key that the terminal shows, may have left an incomplete line.
  /// - Throws: `Failure` if it cannot be written.
  func print(isShared: Bool) throws {
    if isShared { _ = try Output.print(FreshLine.bytes(mayBeBlank: !form.json && gathered.command != nil)) }
    switch (form.timing, form.top, form.json) {
    case (let timing?, _, let json): try printTiming(timing, json: json)
    case (nil, let grouping?, let json): try printTable(by: grouping, json: json)
    case (nil, nil, true): try printObjects()
    case (nil, nil, false): try printLines()
    }
    if let filter, filter.trouble == nil, matchesNothing { Output.printNote(Self.noMatch("process", of: filter)) }
    printMessages()
  }

  /// That a filter matches nothing, and what may have been meant.
  static func noMatch(_ what: DisplayText, of filter: Filter) -> DisplayText {
    "no \(what) matches the filter\(filter.advice.map { ": \(DisplayText(typed: $0))" } ?? "")"
  }

  private var matchesNothing: Bool {
    var isEmpty = true
    listing.forEachRow { _, _, _ in
      isEmpty = false
      return false
    }
    return isEmpty
  }

  /// Prints the messages about the tree on standard error.
  func printMessages() {
    if let trouble = filter?.trouble { Output.printError(of: trouble) }
    let totals = gathered.tree.totals
    if totals.lost.total > 0 { Output.printError("lost: \(LossText.list(totals.lost))") }
    if totals.forgotten > 0, form.json || form.top != nil { Output.printError(Self.forgotten(totals.forgotten)) }
  }

  private static func forgotten(_ count: Int) -> DisplayText {
    let processes: DisplayText = count == 1 ? "process was" : "processes were"
    return "\(number: count, grouped: true) \(processes) forgotten: raise --keep or --memory to remember more"
  }

  private var listing: TreeListing {
    TreeListing(
      of: gathered.tree, matching: filter, below: gathered.root, now: now, scopeStart: scopeStart, glyphs: glyphs)
  }

  private func printLines() throws {
    var lines = StyledLines(isColored: isColored)
    try listing.forEachLine { line in
      lines.append(line)
      return try lines.count < Self.piece || flush(&lines)
    }
    let forgotten = gathered.tree.totals.forgotten
    if forgotten > 0 { lines.append(StyledText(Self.forgotten(forgotten), Style(.warning))) }
    _ = try flush(&lines)
  }

  private func printObjects() throws {
    var encoder = JSONLineEncoder(wallOffset: nil)
    let tree = gathered.tree
    try listing.forEachRow { row, depth, node in
      encoder.wallOffset = wall?.value(at: node.startTime)
      if tree.hasHostRows { encoder.host = tree.host(of: node.id).map { RecordedHost(name: $0.name, boot: $0.boot) } }
      encoder.append(node, depth: depth, isMatch: row.isMatch, now: now)
      return try encoder.bytes.count < Self.piece || flush(&encoder)
    }
    _ = try flush(&encoder)
  }

  private func printTable(by grouping: TopGrouping, json: Bool) throws {
    let table = TopTable(
      of: gathered.tree, by: grouping, below: gathered.root, matching: filter, now: now, order: form.order)
    guard json else {
      var lines = StyledLines(isColored: isColored)
      for line in TopListing(of: table, glyphs: glyphs).lines { lines.append(line) }
      _ = try flush(&lines)
      return
    }
    var encoder = JSONLineEncoder(wallOffset: nil)
    for row in table.rows { encoder.append(row) }
    _ = try flush(&encoder)
  }

  /// The number of bytes of one write.
  private static let piece = 64 << 10

  private func flush(_ lines: inout StyledLines) throws -> Bool {
    defer { lines.removeAll() }
    return try Output.print(lines.bytes)
  }

  private func flush(_ encoder: inout JSONLineEncoder) throws -> Bool {
    defer { encoder.removeAll() }
    return try Output.print(encoder.bytes)
  }
}

/// The tree of all events, which is printed at the end.
struct GatheredTree {
  private(set) var tree: ProcessTree
  /// The pid of the command if only its processes are shown; nil for all.
  let command: Int32?
  /// The identity of the command; nil until an event of it arrives.
  private(set) var root: ProcessID?
  /// The time of the newest event, in nanoseconds since boot.
  private(set) var newest: UInt64 = 0
  /// The time of the oldest event, in nanoseconds since boot.
  private(set) var oldest: UInt64 = .max

  init(_ limits: Limits, command: Int32?) {
    tree = ProcessTree(limits: limits)
    self.command = command
  }

  /// Updates the tree by an event.
  mutating func apply(_ event: ProcessEvent) {
    _ = tree.apply(event)
    // What is known about a machine did not happen then.
    if case .host = event { return }
    newest = max(newest, event.time)
    oldest = min(oldest, event.time)
    // Only the first process with this pid: the pid may be reused later.
    guard let command, root == nil, let found = tree.runningProcess(pid: command) else { return }
    root = found
    tree.keep([found])
  }
}
