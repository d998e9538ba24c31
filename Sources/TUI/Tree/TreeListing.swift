package import Events
package import Filtering
package import Tree

/// The whole tree as lines, for a file or a scrolling terminal: the columns of the tree pane, with nothing cut.
package struct TreeListing {
  private let tree: ProcessTree
  private let outline: Outline
  private let root: ProcessID?
  private let now: UInt64
  private let scopeStart: UInt64?
  private let glyphs: Glyphs
  /// The process to show in place of each, such as the process without secrets.
  package var change: (ProcessNode) -> ProcessNode = { $0 }

  /// - Parameters:
  ///   - filter: shows only matching processes, and their ancestors dimmed; nil shows everything.
  ///   - root: shows only this process and its descendants; nil shows everything.
  ///   - now: nanoseconds since boot; running processes have run until then.
  ///   - scopeStart: when tracing with a scope started, nanoseconds since boot; nil without a scope, or if that is
  ///     unknown.
  /// - Complexity: O(processes).
  package init(
    of tree: ProcessTree, matching filter: Filter?, below root: ProcessID?, now: UInt64, scopeStart: UInt64? = nil,
    glyphs: Glyphs
  ) {
    self.scopeStart = scopeStart
    var tree = tree
    tree.updateSums()
    self.tree = tree
    self.root = root
    self.now = now
    self.glyphs = glyphs
    var outline = Outline()
    outline.setFilter(filter, in: tree)
    self.outline = outline
  }

  /// Calls `body` with each row and its process, from top to bottom, until it returns false. Depths count from the
  /// topmost row.
  package func forEachRow(_ body: (_ row: OutlineRow, _ depth: Int, _ node: ProcessNode) throws -> Bool) rethrows {
    var first = 0
    var rootDepth = 0
    if let root {
      guard let row = outline.row(of: root, in: tree) else { return }
      first = row
    }
    var isFirst = true
    try outline.forEachRow(from: first, in: tree) { row in
      if root != nil, isFirst { rootDepth = row.depth }
      if root != nil, !isFirst, row.depth <= rootDepth { return false }
      isFirst = false
      guard let node = tree[row.id] else { return true }
      return try body(row, row.depth - rootDepth, change(node))
    }
  }

  /// Calls `body` with the header and each line until it returns false. - Complexity: O(bytes shown).
  package func forEachLine(_ body: (StyledText) throws -> Bool) rethrows {
    var digits = 5
    forEachRow { row, _, _ in
      digits = max(digits, row.id.pid.decimalDigits)
      return true
    }
    let header: DisplayText = "\(DisplayText(own: "PID").paddedLeft(to: digits))    TIME  STATUS     COMMAND"
    var goesOn = try body(StyledText(header, Style(.label)))
    try forEachRow { row, depth, node in
      if goesOn { goesOn = try body(line(row, depth, node, digits)) }
      guard goesOn, tree.hasWrittenText, node.end?.status?.isSuccess == false else { return goesOn }
      for line in tree.lastLines(of: node.id, Self.printedLines, upTo: Self.printedColumns) where goesOn {
        goesOn = try body(printed(line, depth, digits))
      }
      return goesOn
    }
  }

  /// The lines below a process that failed.
  private static let printedLines = 3
  private static let printedColumns = 500

  /// A line that a process printed, below its row and a little to the right of its command.
  private func printed(_ line: WrittenLine, _ depth: Int, _ digits: Int) -> StyledText {
    let columns = digits + TreeColumn.time.standardWidth + TreeColumn.status.standardWidth + 7 + 2 * depth
    return StyledText(
      "\(DisplayText.spaces(columns))| \(line.text)", Style(line.stream == .error ? .failed : .dim))
  }

  private func line(_ row: OutlineRow, _ depth: Int, _ node: ProcessNode, _ digits: Int) -> StyledText {
    var line = StyledText()
    let plain = Style(row.isContext || !node.isRunning ? .dim : .text)
    let pid: DisplayText = node.id.isHost ? "" : DisplayText(number: row.id.pid)
    line.append(pid.paddedLeft(to: digits), plain)
    let time: DisplayText =
      node.isPlaceholder || node.id.isHost ? "" : !node.isTimed ? "?" : .duration(node.runTime(now: now), glyphs)
    line.append("  \(time.paddedLeft(to: TreeColumn.time.standardWidth))  ", plain)
    // No process is shown as new in a listing.
    let status = StatusText(of: node, now: .max, scopeStart: scopeStart, glyphs: glyphs)
    let word: DisplayText = status.word.isEmpty ? "running" : status.word
    line.append(
      "\(status.sign) \(word.padded(to: TreeColumn.status.standardWidth)) ", Style(row.isContext ? .dim : status.role))
    if depth > 0 {
      line.append("\(Indentation.listing.text(row, glyphs, below: row.depth - depth)) ", Style(.treeGuide))
    }
    if let parent = node.presentParent, node.isRunning, parent != node.parent {
      line.append("\(glyphs.reparented)\(parent.pid) ", Style(.dim))
    }
    let command = CommandText.line(of: node, limit: .max, shortening: .max, scopeStart: scopeStart, glyphs: glyphs)
    line.append(CommandText.history(of: node, in: CommandText.historyOfListing, glyphs: glyphs))
    line.append(row.isContext ? command.restyled { _ in Style(.dim) } : command)
    if let killer = DisplayText(killerOf: node) {
      line.append("  (killed \(killer))", Style(row.isContext ? .dim : .failed))
    }
    if let note = failures(of: node) {
      let isQuiet = row.isContext || !node.lastFailureCounts
      line.append("  (\(note))", Style(isQuiet ? .dim : .failed))
    }
    return line
  }

  /// `3 tries`, or `3 tries before an exec` of a search that found its program.
  static func tries(_ count: Int, isFound: Bool) -> DisplayText {
    "\(number: count, grouped: true) \(count == 1 ? "try" : "tries")\(isFound ? " before an exec" : "")"
  }

  /// The failed execs of the process: their number, and the error and the file of the last one.
  private func failures(of node: ProcessNode) -> DisplayText? {
    guard node.failedExecCount > 0 else { return nil }
    let tries = node.failedExecCount
    // No failure: a later directory of PATH had the program.
    guard node.execFailures > 0 else { return Self.tries(tries, isFound: true) }
    let count: DisplayText =
      node.execFailures == 1
      ? "exec failed" : "\(number: node.execFailures, grouped: true) execs failed, the last"
    guard let last = node.lastFailure else { return "\(glyphs.failed) \(count)" }
    let note: DisplayText = tries > node.execFailures ? ", \(Self.tries(tries, isFound: false))" : ""
    return
      "\(glyphs.failed) \(count): \(DisplayText(errnoName: last.errno)) \(CommandText.file(of: last.image))\(note)"
  }
}
