internal import Events
internal import Tree

extension DetailWriter {
  /// The whole command line, wrapped.
  mutating func writeCommand() {
    blank()
    if node.isKernelThread {
      text("[\(DisplayText(node.facts.comm))]", style: Style(.commandName))
    } else if node.isPlaceholder {
      if node.isOutside(ofScopeSince: scopeStart) {
        text("outside the trace scope; seen only as a parent", style: Style(.dim))
      } else {
        text("seen only as a parent", style: Style(.dim))
      }
    } else if let image = node.image {
      writeCommandLine(image)
    } else {
      text(.argument(node.facts.comm.bytes), style: Style(.commandName))
    }
    if node.marks.union(node.image?.marks ?? []).contains(.fromProc), !node.isPlaceholder, !node.isKernelThread {
      text("arguments from /proc (the process can change them)", style: Style(.dim))
    }
  }

  /// The maximum number of lines of the command: what follows should stay in view, and all arguments are below.
  private static let commandLines = 6

  private mutating func writeCommandLine(_ image: ProcessImage) {
    if node.id.isHost, let title = image.title { return text(DisplayText(title), style: Style(.commandName)) }
    if let title = image.title {
      return text("(title) \(DisplayText(title, upTo: Self.commandLines * width))", style: Style(.commandName))
    }
    guard !image.argv.bytes.isEmpty else {
      text(.argument(image.comm.bytes), style: Style(.commandName))
      if image.argvIsUnknown, let note = DisplayText.commandNote(on: image) { text(note, style: Style(.dim)) }
      return
    }
    // One line more than the maximum, to find out whether the text is longer.
    let wrapped = DisplayText.commandLine(image.argv, upTo: (Self.commandLines + 1) * width).wrapped(to: width)
    let isAll = wrapped.count <= Self.commandLines
    for (index, part) in wrapped.prefix(isAll ? Self.commandLines : Self.commandLines - 1).enumerated() {
      line(StyledText(part, Style(.commandName)), continuesAt: index > 0 ? 0 : nil)
    }
    if !isAll { text("\(glyphs.ellipsis) continues; all arguments are below", style: Style(.dim)) }
  }

  /// How the process ended, or that it runs; then the cause, as far as it is known, and what was lost.
  mutating func writeStatus() {
    if let end = node.end {
      let status = StatusText(ended: end.status, glyphs: glyphs)
      let core: DisplayText = end.status?.dumpedCore ?? false ? ", core dumped" : ""
      field(
        "status", "\(status.sign) \(status.word)\(core)", style: Style(status.role),
        note: end.status == nil ? "its exit was lost" : "")
      if let killer = DisplayText(killerOf: node) {
        field("killed", killer, style: node.killer == .lost ? Style(.warning) : .text)
      }
      writeLastLines()
    } else if node.isPlaceholder {
      // The process was seen only as a parent: nothing tells whether it runs.
      let status = StatusText(of: node, now: node.startTime, scopeStart: scopeStart, glyphs: glyphs)
      field("status", "\(status.sign) \(status.word)", style: Style(status.role))
    } else if node.endIsUnknown {
      field("status", "? end unknown", style: Style(.dim), note: "the trace has no exits")
    } else {
      field("status", "\(glyphs.running) running", style: Style(.running))
    }
    writeGaps()
    if node.imageIsInherited { writeFailedExecs() }
  }

  mutating func writeTimes() {
    guard !node.isPlaceholder else { return }
    title("Times")
    field("started", moment(node.startTime))
    guard let end = node.end else { return piece(.age) }
    field("exited", moment(end.time))
    field("ran", node.isTimed ? .duration(node.runTime(now: end.time), glyphs) : "unknown")
  }

  mutating func writeResources() {
    guard let usage = node.end?.usage else { return }
    title("Resources")
    let user = DisplayText.duration(usage.userTime, glyphs)
    let system = DisplayText.duration(usage.systemTime, glyphs)
    field("CPU", "\(.duration(usage.cpuTime, glyphs))  user \(user), system \(system)")
    field("memory", "\(.bytes(usage.peakMemory)) peak")
    field("faults", "\(.count(usage.minorFaults)) minor, \(.count(usage.majorFaults)) major")
    field("I/O", "\(.bytes(usage.readBytes)) read, \(.bytes(usage.writtenBytes)) written")
  }

  mutating func writeAge() { field("ran", node.isTimed ? .age(node.runTime(now: now)) : "unknown") }

  /// The time of day, with the date if it is another day.
  func moment(_ time: UInt64, milliseconds: Bool = true) -> DisplayText {
    if node.hasNoTimes { return "?" }
    let moment = clock.moment(at: time)
    return .dated(moment, moment.isSameDay(as: today) ? .none : .full, milliseconds: milliseconds)
  }

  mutating func writeIdentity() {
    guard !node.isPlaceholder, !node.id.isHost else { return }
    let facts = node.facts
    title("Process")
    let inner: DisplayText =
      facts.innerPID == facts.id.pid ? "" : "  \(facts.innerPID) in its namespace"
    if tree.hasHostRows, let host = tree.hostName(of: node.id) { field("host", DisplayText.argument(host.bytes)) }
    field("pid", "\(facts.id.pid)\(inner)")
    let user = facts.user.map { DisplayText.argument($0.bytes) }
    field(
      "user",
      user.map { "\($0) (\(facts.uid))" } ?? ProcessFacts.known(facts.uid).map { DisplayText(number: $0) } ?? "unknown")
    if facts.euid != facts.uid { field("runs as", "uid \(facts.euid)", note: "differs from the real user") }
    field("group", ProcessFacts.known(facts.gid).map { DisplayText(number: $0) } ?? "unknown")
    if let login = facts.auditUID, login != facts.uid { field("login", "uid \(login)") }
    field("session", ProcessFacts.known(session: facts.session).map { DisplayText(number: $0) } ?? "unknown")
    field("pgroup", ProcessFacts.known(session: facts.processGroup).map { DisplayText(number: $0) } ?? "unknown")
    field(
      "terminal",
      facts.tty.map { DisplayText.argument($0.bytes) }
        ?? (ProcessFacts.known(session: facts.session) == nil ? "unknown" : "none"),
      style: facts.tty == nil ? Style(.dim) : .text)
    if let cgroup = facts.cgroup { writeCgroup(cgroup) }
  }

  /// The path, with the container and the unit if it names them.
  private mutating func writeCgroup(_ path: RawBytes) {
    let owner = CgroupOwner(of: path)
    field("cgroup", DisplayText(path))
    if let unit = owner.unit { field("unit", DisplayText(untrusted: unit)) }
    if let container = owner.container {
      let runtime = owner.runtime.map { " (\(DisplayText(own: $0)))" as DisplayText } ?? ""
      field("container", DisplayText.argument(container) + runtime)
    }
  }
}

extension DetailWriter {
  /// Writes the sums over the descendants of the process.
  mutating func writeBelow() {
    let below = node.below
    title("Descendants", note: .count(below.processes))
    field("children", .count(node.childCount))
    field("running", .count(below.running))
    field("execs", .count(below.execs))
    if below.nonzero > 0 { field("nonzero", .count(below.nonzero), style: Style(.failed)) }
    if below.failedExecs > 0 {
      let execs: DisplayText = below.failedExecs == 1 ? "exec" : "execs"
      field("failed", "\(.count(below.failedExecs)) \(execs)", style: Style(.failed))
    }
    if below.cpuTime > 0 { field("CPU", "\(.duration(below.cpuTime, glyphs)) (exited)") }
    if let longest = node.longestRunBelow { field("longest", .duration(longest, glyphs)) }
  }
}

extension DetailWriter {
  /// Writes which data of the process is missing because events were lost.
  mutating func writeGaps() {
    let gaps = node.gaps
    let texts: [(gap: ProcessGaps, text: DisplayText)] = [
      (.fork, "its fork: initial values are copied from its parent"),
      (.exec, node.imageIsOutdated ? "an exec: the current program is unknown" : "an exec: programs may be missing"),
      (.failedExec, "a failed exec"),
      (.exit, "its exit: the exit status is unknown"),
      (.program, "its program: gone before /proc was read"),
      (.parents, "exited ancestors: forgotten to stay within the limits"),
    ]
    var label: DisplayText = "lost"
    for (gap, text) in texts where gaps.contains(gap) {
      field(label, "\(label.isEmpty ? "" : "\(glyphs.incomplete) ")\(text)", style: Style(.warning))
      label = ""
    }
    if tree.mayLackEvents(node.id) {
      field(label, "possibly more: some lost events belong to an unknown process", style: Style(.warning))
    }
  }
}
