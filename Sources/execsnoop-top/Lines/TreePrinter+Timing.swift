import Events
import Filtering
import Recording
import TUI
import Terminal
import Tree
import TreeLines

// Why a process took as long as it did: the critical path, and how many processes ran at a time.
extension TreePrinter {
  /// Prints the critical path or the concurrency of the command, else of the process that ran longest.
  /// - Throws: `Failure` if there is no process, or if it cannot be written.
  func printTiming(_ question: TimingQuestion, json: Bool) throws {
    guard let runs else {
      throw Failure(filter == nil ? "no process was recorded" : "no process matches the filter")
    }
    if let root = gathered.tree[runs.root], !root.isTimed {
      throw Failure("the trace does not tell run times: it needs times, and exits")
    }
    switch question {
    case .criticalPath:
      let path = CriticalPath(of: runs)
      let listing = PathListing(of: path, in: gathered.tree, scopeStart: scopeStart, glyphs: glyphs)
      try write(listing.lines, or: json) { $0.append(path, in: gathered.tree) }
      if path.unknownEnds > 0 { Output.printError(Self.unknown(path.unknownEnds)) }
    case .concurrency:
      let concurrency = Concurrency(of: runs)
      try write(ConcurrencyListing(of: concurrency, glyphs: glyphs).lines, or: json) { $0.append(concurrency) }
    }
  }

  /// The subtree that is asked about. A command is asked about if no filter names another process.
  private var runs: SubtreeRuns? {
    guard let root = filter == nil ? gathered.root ?? longestRoot : longest(matching: filter) else { return nil }
    return SubtreeRuns(of: root, in: gathered.tree, now: now, since: gathered.oldest)
  }

  /// Of a recording the process that ran longest, of those that executed a program in it: the command, and no daemon
  /// that ran before.
  private var longestRoot: ProcessID? {
    (try? Filter.parse("execs>0")).flatMap { longest(matching: $0) } ?? longest(matching: nil)
  }

  private func longest(matching filter: Filter?) -> ProcessID? {
    gathered.tree.longestProcess(matching: filter, now: now)
  }

  private static func unknown(_ count: Int) -> DisplayText {
    count == 1
      ? "the exit of 1 process was lost: it is not on the path"
      : "the exits of \(number: count, grouped: true) processes were lost: they are not on the path"
  }

  private func write(_ lines: [StyledText], or json: Bool, _ encode: (inout JSONLineEncoder) -> Void) throws {
    if json {
      var encoder = JSONLineEncoder(wallOffset: nil)
      encode(&encoder)
      _ = try Output.print(encoder.bytes)
    } else {
      var printed = StyledLines(isColored: isColored)
      for line in lines { printed.append(line) }
      _ = try Output.print(printed.bytes)
    }
  }
}

/// What to print about the time that a process took, in place of the tree.
enum TimingQuestion {
  case criticalPath, concurrency
}

extension TreeForm {
  /// The question; nil to print the tree, or a table of totals.
  var timing: TimingQuestion? { criticalPath ? .criticalPath : concurrency ? .concurrency : nil }
}
