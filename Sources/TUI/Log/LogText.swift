package import Events
internal import Filtering
internal import Tree

/// What the log says of an entry.
struct LogText {
  let data: ViewData
  let search: Filter?
  let glyphs: Glyphs

  init(state: AppState) {
    data = state.shown
    search = state.typedSearch.filter
    glyphs = state.glyphs
  }

  /// The result of the event as execsnoop prints it: 0 or the negative errno of an exec; the code of an exit.
  static func result(of entry: LogEntry) -> Int32? {
    switch entry.kind {
    case .exec: 0
    case .failedExec: entry.searchErrno.map { 0 &- $0 }
    case .exit: entry.status.flatMap { $0.signal == 0 ? $0.code : nil }
    case .fork, .lost: nil
    }
  }

  /// The text of the last column, up to `limit` columns.
  func arguments(of entry: LogEntry, limit: Int) -> StyledText {
    var line = StyledText()
    switch entry.kind {
    case .exec, .fork: break
    case .failedExec: line = request(entry, limit: limit)
    case .exit:
      let status = StatusText(ended: entry.status, glyphs: glyphs)
      line.append(status.word, Style(status.role))
      if let runTime = entry.runTime { line.append(" after \(DisplayText.duration(runTime, glyphs))", Style(.dim)) }
      line.append(" ")
    case .lost:
      if let lost = entry.lost { line.append(LossText.line(lost), Style(.error)) }
      return line
    }
    guard let image = entry.image else { return line }
    let command = CommandText.line(of: image, limit: max(limit - line.width, 1))
    if entry.kind != .lost, let search, search.matches(entry, in: data.tree) {
      line.append(command.restyled { $0.role == .commandName ? Style(.match) : $0 })
      return line
    }
    switch entry.kind {
    case .exec: line.append(command)
    case .failedExec where !isFound(entry): line.append(command)
    default: line.append(command.restyled { _ in Style(.dim) })
    }
    return line
  }

  /// Whether the program that a failed exec asked for, or another one, was executed after it.
  func isFound(_ entry: LogEntry) -> Bool { (entry.firstTry.flatMap { data.tree.log[$0] } ?? entry).isFound }

  /// The errno of a failed exec, and the file, if the arguments do not tell it. A search that tried several directories
  /// has the name, and the number of tries.
  private func request(_ entry: LogEntry, limit: Int) -> StyledText {
    let isFound = isFound(entry)
    var line = StyledText()
    let style = Style(isFound ? .dim : .failed)
    line.append(entry.searchErrno.map { DisplayText(errnoName: $0) } ?? "failed", style)
    let note: DisplayText? = entry.tries > 1 || isFound ? TreeListing.tries(max(entry.tries, 1), isFound: isFound) : nil
    if let image = entry.image, CommandText.needsFile(image), !CommandText.isNamedByFile(image) {
      let file =
        entry.tries > 1 ? image.file.bytes.split(separator: UInt8(ascii: "/")).last ?? [] : image.file.bytes[...]
      line.append(" \(DisplayText.argument(file, upTo: limit))", style)
      if let note { line.append(", \(note)", Style(.dim)) }
      line.append(": ", style)
    } else {
      if let note { line.append(" (\(note))", Style(.dim)) }
      line.append(" ")
    }
    return line
  }

  /// The columns of the longest arguments of some rows.
  func longest(of rows: Range<Int>, limit: Int) -> Int {
    rows.reduce(0) { longest, row in
      guard let entry = data.logEntry(atRow: row) else { return longest }
      return max(longest, arguments(of: entry, limit: limit).width)
    }
  }

  /// The sign, the word and the roles of a kind of event.
  struct Look {
    var sign: DisplayText
    var word: DisplayText
    var role: Role
    var text: Style

    init(of entry: LogEntry, isFound: Bool, glyphs: Glyphs) {
      switch entry.kind {
      case .fork: (sign, word, role, text) = (glyphs.new, "fork", .dim, Style(.dim))
      case .exec: (sign, word, role, text) = (glyphs.running, "exec", .running, .text)
      case .failedExec where isFound: (sign, word, role, text) = (glyphs.failed, "fail", .dim, Style(.dim))
      case .failedExec: (sign, word, role, text) = (glyphs.failed, "fail", .failed, .text)
      case .exit:
        let isGood = entry.status?.isSuccess ?? true
        (sign, word, role, text) =
          (isGood ? glyphs.exited : glyphs.failed, "exit", isGood ? .dim : .failed, Style(.dim))
      case .lost: (sign, word, role, text) = ("!", "LOST", .error, Style(.error))
      }
    }
  }
}

/// What was lost, in words.
package enum LossText {
  /// `12 execs, 3 exits lost`.
  static func line(_ lost: LossCounts) -> DisplayText {
    lost.total == 0 ? "nothing lost" : "\(list(lost)) lost"
  }

  /// `12 execs, 3 exits`: each kind with a count above zero.
  package static func list(_ lost: LossCounts) -> DisplayText {
    var parts: [DisplayText] = []
    func add(_ count: UInt64, _ one: DisplayText, _ many: DisplayText) {
      if count > 0 { parts.append("\(number: count, grouped: true) \(count == 1 ? one : many)") }
    }
    add(lost.forks, "fork", "forks")
    add(lost.execs, "exec", "execs")
    add(lost.failedExecs, "failed exec", "failed execs")
    add(lost.exits, "exit", "exits")
    add(lost.missedRuns, "event the kernel skipped", "events the kernel skipped")
    add(lost.procRaces, "program gone before /proc was read", "programs gone before /proc was read")
    add(lost.outputs, "write", "writes")
    let list = parts.joined(separator: ", ")
    guard lost.overBudget > 0 else { return list }
    return "\(list) (\(number: lost.overBudget, grouped: true) beyond the memory limit)"
  }
}
