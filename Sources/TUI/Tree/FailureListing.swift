internal import Events
package import Tree

/// The cause of a failure as lines: the chain of processes down to it, and what is known of it.
package struct FailureListing {
  private let chain: [(step: FailureCause.Step, node: ProcessNode)]
  private let now: UInt64
  private let glyphs: Glyphs
  /// The width of the pids.
  private let digits: Int
  /// The sender of the signal that ended the cause, for a line of its own; nil where unknown.
  package var killer: DisplayText?
  /// The last lines that the cause printed; empty where they were not captured.
  package var output: [DisplayText]

  /// - Parameters:
  ///   - now: nanoseconds since boot.
  ///   - change: the process to show in place of each, such as the process without secrets.
  package init(
    of cause: FailureCause, in tree: ProcessTree, now: UInt64, glyphs: Glyphs,
    changing change: (ProcessNode) -> ProcessNode = { $0 }
  ) {
    chain = cause.chain.compactMap { step in tree[step.id].map { (step, change($0)) } }
    digits = chain.reduce(5) { max($0, $1.node.id.pid.decimalDigits) }
    killer = chain.last.flatMap { DisplayText(killerOf: $0.node) }
    output = tree.lastLines(of: cause.cause).map(\.text)
    self.now = now
    self.glyphs = glyphs
  }

  /// The shell command that runs the cause again, from a shell with the environment of the process that was asked
  /// about; nil where the command is unknown.
  package var rerun: CopiedText? {
    guard let image = chain.last?.node.image else { return nil }
    return ShellCommand.brief(image, beside: chain.first?.node.image).map {
      CopiedText($0.text, name: "the command", omissions: $0.omissions)
    }
  }

  /// All lines.
  package var lines: [StyledText] {
    guard let cause = chain.last?.node else { return [] }
    var lines = [head]
    lines += chain.indices.map { line(at: $0) }
    lines.append(StyledText())
    lines += fact("cause", ending(of: cause) + whenItEnded(cause))
    if chain.dropFirst().contains(where: { $0.step.link == .reaction }) {
      lines += fact("", "a status above is not the one below it: these programs report failures in their own way")
    }
    if let killer { lines += fact("killed", killer) }
    if let failure = cause.lastFailure, failure.time >= cause.images.last?.time ?? 0 {
      lines += fact("exec", failed(failure))
    }
    if let cwd = cause.image?.cwd, !cwd.isEmpty { lines += fact("where", DisplayText.argument(cwd.bytes)) }
    for (index, line) in output.enumerated() { lines += fact(index == 0 ? "output" : "", line) }
    if let rerun {
      lines += fact("run again", DisplayText(untrustedLines: rerun.bytes))
      if !rerun.omissions.isEmpty { lines += fact("", "but: \(rerun.omissions.joined(separator: ", "))") }
    }
    return lines
  }

  /// What ended without a failure, in one line.
  package static func success(of node: ProcessNode?) -> StyledText {
    guard let node else { return StyledText("no process failed") }
    let name = DisplayText.argument(node.facts.comm.bytes)
    if node.isRunning { return StyledText("\(name) (\(node.id.pid)) is still running: it has not failed") }
    guard node.end?.status != nil else { return StyledText("the exit of \(name) (\(node.id.pid)) was lost") }
    return StyledText("\(name) (\(node.id.pid)) exited 0: it has not failed")
  }

  private var head: StyledText {
    StyledText("\(DisplayText(own: "PID").paddedLeft(to: digits))    TIME  STATUS     COMMAND", Style(.label))
  }

  private func line(at index: Int) -> StyledText {
    let node = chain[index].node
    var line = StyledText()
    line.append(DisplayText(number: node.id.pid).paddedLeft(to: digits))
    let time: DisplayText = node.isTimed ? .duration(node.runTime(now: now), glyphs) : "?"
    line.append("  \(time.paddedLeft(to: TreeColumn.time.standardWidth))  ")
    let status = StatusText(of: node, now: .max, scopeStart: nil, glyphs: glyphs)
    line.append("\(status.sign) \(status.word.padded(to: TreeColumn.status.standardWidth)) ", Style(status.role))
    if index > 0 {
      let levels = min(index - 1, Self.mostLevels)
      line.append(DisplayText.spaces(2 * levels) + glyphs.guideLast + " ", Style(.treeGuide))
    }
    line.append(CommandText.line(of: node, limit: .max, shortening: .max, scopeStart: nil, glyphs: glyphs))
    return line
  }

  /// The deepest indentation.
  private static let mostLevels = 32
  private static let labelWidth = 11

  private func fact(_ label: DisplayText, _ text: DisplayText) -> [StyledText] {
    var line = StyledText(label.padded(to: Self.labelWidth), Style(.label))
    line.append(text)
    return [line]
  }

  /// `cc1 (4714) exited 1 after 1.0s`
  private func ending(of node: ProcessNode) -> DisplayText {
    let name = DisplayText.argument(node.facts.comm.bytes)
    let time: DisplayText = node.isTimed ? .duration(node.runTime(now: now), glyphs) : "?"
    guard let status = node.end?.status else { return "\(name) (\(node.id.pid))" }
    let how: DisplayText =
      status.signal == 0
      ? "exited \(status.code)"
      : "was killed by \(DisplayText(signalName: status.signal))\(status.dumpedCore ? " (core dumped)" : "")"
    return "\(name) (\(node.id.pid)) \(how) after \(time)"
  }

  /// How long before the process that was asked about, or that no child explains its end.
  private func whenItEnded(_ cause: ProcessNode) -> DisplayText {
    guard chain.count > 1, let root = chain.first?.node, let end = root.end?.time, let own = cause.end?.time else {
      return cause.childCount > 0 ? "; no child's failure explains it" : ""
    }
    let name = DisplayText.argument(root.facts.comm.bytes)
    return ", \(.duration(end > own ? end - own : 0, glyphs)) before the end of \(name)"
  }

  private func failed(_ failure: ExecFailure) -> DisplayText {
    let file: DisplayText =
      failure.image.marks.contains(.fileUnreadable)
      ? "(file unreadable)" : DisplayText.argument(failure.image.file.bytes)
    return "\(glyphs.failed) \(DisplayText(errnoName: failure.errno)) \(file)"
  }
}

extension DisplayText {
  /// What a shell reads, in one line: the newlines that it has inside of quotes become escapes.
  fileprivate init(untrustedLines bytes: [UInt8]) { self = Escaper.escape(bytes, doublingBackslash: false) }
}
