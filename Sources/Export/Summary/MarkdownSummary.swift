package import Events
package import Filtering
package import TUI
package import Tree

/// A run in Markdown, for the summary of a CI job: a table of its result and its sums, the failures with their
/// ancestors, the slowest steps, and the limits that it exceeds.
package struct MarkdownSummary {
  /// What it is of.
  package struct Run {
    /// The tree, with everything that ran.
    package var tree: ProcessTree
    /// The command; nil for everything that was traced or recorded.
    package var root: ProcessID?
    /// The time until when running processes have run, in nanoseconds since boot.
    package var now: UInt64
    /// The sums of the run.
    package var sums: RunSums
    /// The recording; nil for a trace.
    package var file: DisplayText?

    package init(tree: ProcessTree, root: ProcessID?, now: UInt64, sums: RunSums, file: DisplayText?) {
      (self.tree, self.root, self.now, self.sums, self.file) = (tree, root, now, sums, file)
    }
  }

  /// The text of `--fail-on`, and how many processes match; nil without it.
  package var failOn: (text: DisplayText, matches: Int)?
  /// The limits that are exceeded.
  package var excess: [Budget.Excess] = []
  /// Why the result may be wrong: lost events, forgotten processes.
  package var doubts: [DisplayText] = []

  private let run: Run
  private let shown: Filter
  private let glyphs: Glyphs
  private let change: (ProcessNode) -> ProcessNode

  /// The most rows of failures, steps, and columns of a command: a CI system refuses a summary of more than a MiB.
  private static let mostRows = 60, mostSteps = 10, mostColumns = 200

  /// - Parameters:
  ///   - shown: finds the processes to list as failures, those that `--fail-on` finds or else those that exited nonzero.
  ///   - change: the process to write in place of each, such as the process without secrets.
  package init(
    of run: Run, showing shown: Filter, glyphs: Glyphs, changing change: @escaping (ProcessNode) -> ProcessNode
  ) {
    (self.run, self.shown, self.glyphs, self.change) = (run, shown, glyphs, change)
  }

  /// The summary: UTF-8, whole lines.
  package var bytes: [UInt8] {
    let failures = self.failures
    var bytes = table(failures.count)
    if !excess.isEmpty { bytes += budget }
    if !failures.lines.isEmpty {
      bytes +=
        "\n#### \(failOn == nil ? "Failures" : "Matches")\n\n".utf8
        + MarkdownText.block(failures.lines, limit: Self.mostColumns)
      if failures.isCut { bytes += "\nOnly the first \(Self.mostRows) rows are shown.\n".utf8 }
    }
    return bytes + steps
  }

  // MARK: - Parts

  private func table(_ failures: Int) -> [UInt8] {
    let root = run.root.flatMap { run.tree[$0] }
    let isFailed = failOn.map { $0.matches > 0 } ?? false || !excess.isEmpty || root?.isNonzero ?? false
    var bytes = Array("### execsnoop-top: \(isFailed ? "failed" : "passed")\n\n| | |\n|---|---|\n".utf8)
    func add(_ name: StaticString, _ value: [UInt8]) { bytes += "| \(name) | ".utf8 + value + " |\n".utf8 }
    func row(_ name: StaticString, _ value: DisplayText) { add(name, MarkdownText.inline(value, limit: 2000)) }
    if let failOn {
      add(
        "Fail on",
        MarkdownText.code(failOn.text, limit: 2000)
          + MarkdownText.inline(": \(counted(failOn.matches, "process matches", "processes match"))"))
    }
    if let root {
      add("Command", MarkdownText.code(command(of: root), limit: Self.mostColumns * 2))
      row("Status", status(of: root))
    }
    if let file = run.file { add("Recording", MarkdownText.code(file, limit: Self.mostColumns)) }
    let sums = run.sums
    row("Run time", sums.isTimed ? .duration(sums.duration, glyphs) : "unknown: the trace does not tell")
    row("Processes", "\(.count(sums.processes)), \(.count(sums.nonzero)) nonzero, \(.count(sums.killed)) by a signal")
    row("Execs", "\(.count(sums.execs)), and \(.count(sums.failedExecs)) failed")
    if sums.cpuTime > 0 || sums.hasUsage { row("CPU time", .duration(sums.cpuTime, glyphs)) }
    if sums.peakMemory > 0 { row("Peak memory", "\(.bytes(sums.peakMemory)) (of one process)") }
    for doubt in doubts { row("Note", doubt) }
    return bytes
  }

  private var budget: [UInt8] {
    var bytes = Array("\n#### Over budget\n\n| | measured | limit |\n|---|---:|---:|\n".utf8)
    for excess in excess {
      let value = MarkdownText.inline(BudgetText.value(of: excess, glyphs))
      let limit = MarkdownText.inline(DisplayText(typed: excess.limit.text))
      bytes += "| \(excess.limit.measure.rawValue) | ".utf8 + value + " | ".utf8 + limit + " |\n".utf8
    }
    return bytes
  }

  private var failures: (lines: [DisplayText], count: Int, isCut: Bool) {
    var listing = TreeListing(of: run.tree, matching: shown, below: run.root, now: run.now, glyphs: glyphs)
    listing.change = change
    var count = 0
    listing.forEachRow { row, _, _ in
      if row.isMatch { count &+= 1 }
      return true
    }
    guard count > 0 else { return ([], 0, false) }
    var lines: [DisplayText] = []
    var isCut = false
    listing.forEachLine { line in
      isCut = lines.count > Self.mostRows
      if !isCut { lines.append(line.runs.map(\.text).joined()) }
      return !isCut
    }
    return (lines, count, isCut)
  }

  private var steps: [UInt8] {
    let entries = OwnTimes(of: run.tree, below: run.root, now: run.now, count: Self.mostSteps).entries
    guard !entries.isEmpty, run.sums.isTimed else { return [] }
    var bytes = Array(
      """

      #### Slowest steps

      Own time is the run time without the time in which a child ran.

      | own time | run time | CPU time | status | command |
      |---:|---:|---:|---|---|

      """.utf8)
    for entry in entries {
      guard let node = run.tree[entry.id] else { continue }
      let cpu: DisplayText = node.end?.usage.map { .duration($0.cpuTime, glyphs) } ?? "-"
      let cells = [
        MarkdownText.inline(.duration(entry.time, glyphs)),
        MarkdownText.inline(.duration(node.runTime(now: run.now), glyphs)),
        MarkdownText.inline(cpu), MarkdownText.inline(status(of: node)),
        MarkdownText.code(command(of: node), limit: Self.mostColumns),
      ]
      bytes += "| ".utf8 + Array(cells.joined(separator: Array(" | ".utf8))) + " |\n".utf8
    }
    return bytes
  }

  // MARK: - Words

  private func counted(_ count: Int, _ one: DisplayText, _ many: DisplayText) -> DisplayText {
    "\(.count(count)) \(count == 1 ? one : many)"
  }

  private func command(of node: ProcessNode) -> DisplayText {
    let node = change(node)
    return ExportedProcess.command(of: node.image, title: node.title, comm: node.facts.comm)
      ?? DisplayText.argument(node.facts.comm.bytes)
  }

  private func status(of node: ProcessNode) -> DisplayText {
    guard let end = node.end else { return node.endIsUnknown ? "end unknown" : "running" }
    guard let status = end.status else { return "unknown: the exit was lost" }
    return status.signal == 0 ? "exit \(status.code)" : DisplayText(signalName: status.signal)
  }
}

/// The processes that took longest by themselves: their run time without the time in which a child ran.
package struct OwnTimes: Sendable {
  /// A process and its own time, in nanoseconds.
  package struct Entry: Sendable, Hashable {
    package let id: ProcessID
    package let time: UInt64
  }

  /// The longest ones, longest first.
  package private(set) var entries: [Entry] = []

  /// - Parameters:
  ///   - root: looks at this process and its descendants; nil looks at all that started in the run.
  ///   - now: nanoseconds since boot.
  ///   - count: the most entries.
  /// - Complexity: O(processes × log count).
  package init(of tree: ProcessTree, below root: ProcessID?, now: UInt64, count: Int) {
    var waiting = root.map { [$0] } ?? tree.topLevelProcesses
    while let id = waiting.popLast() {
      guard let node = tree[id] else { continue }
      let children = tree.children(of: id)
      waiting += children
      if node.isPlaceholder || node.marks.contains(.fromProc) && id != root { continue }
      let end = max(node.end?.time ?? now, id.startTime)
      var own: UInt64 = 0
      // Children come by start time.
      var covered = id.startTime
      for child in children {
        let start = min(max(child.startTime, id.startTime), end)
        if start > covered { own &+= start &- covered }
        covered = max(covered, min(max(tree[child]?.end?.time ?? now, start), end))
      }
      add(Entry(id: id, time: own &+ (end &- min(covered, end))), limit: count)
    }
  }

  private mutating func add(_ entry: Entry, limit: Int) {
    if entry.time == 0 { return }
    let isLonger = { (other: Entry) in (entry.time, other.id) > (other.time, entry.id) }
    let place = entries.firstIndex(where: isLonger) ?? entries.count
    guard place < limit else { return }
    entries.insert(entry, at: place)
    if entries.count > limit { entries.removeLast() }
  }
}
