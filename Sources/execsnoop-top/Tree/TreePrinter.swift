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
  private let gathered: GatheredTree
  private let filter: Filter?
  private let form: TreeForm
  /// Nanoseconds since boot; running processes have run until then.
  private let now: UInt64
  /// Nanoseconds from 1970 to boot, by nanoseconds since boot; nil where not known.
  private let wall: Steps<UInt64, Int64>?
  /// When the tracing of a part of the machine began, nanoseconds since boot; nil where all of it was, or where that is
  /// not known.
  private let scopeStart: UInt64?
  private let glyphs: Glyphs
  private let isColored: Bool

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
    isColored = isatty(STDOUT_FILENO) == 1 && !OutputSettings.colorIsRefused
  }

  /// Prints all of it.
  /// - Parameter isShared: whether a command, or a key that a terminal shows, may have left a line there without its end.
  /// - Throws: `Failure` if it cannot be written.
  func print(isShared: Bool) throws {
    if isShared { _ = try Output.print(FreshLine.start(mayBeBlank: !form.json && gathered.command != nil)) }
    switch (form.top, form.json) {
    case (let grouping?, let json): try printTable(by: grouping, json: json)
    case (nil, true): try printObjects()
    case (nil, false): try printLines()
    }
    if let trouble = filter?.trouble { Output.complain(trouble) }
    let totals = gathered.tree.totals
    if totals.lost.total > 0 { Output.complain("lost: \(LossText.list(totals.lost))") }
    if totals.forgotten > 0, form.json || form.top != nil { Output.complain(Self.forgotten(totals.forgotten)) }
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
    try listing.forEachRow { row, depth, node in
      encoder.wallOffset = wall?.value(at: node.startTime)
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
