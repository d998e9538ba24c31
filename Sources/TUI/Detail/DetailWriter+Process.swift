internal import ProcessTree

extension DetailWriter {
  /// The whole command line, wrapped.
  mutating func writeCommand() {
    if node.isKernelThread {
      text("[\(DisplayText(node.facts.comm))]", style: Style(.commandName))
    } else if node.isPlaceholder {
      if node.isOutside(ofScopeSince: scopeStart) {
        text("outside of what is traced; known only as the parent of others", style: Style(.dim))
      } else {
        text("known only as the parent of others", style: Style(.dim))
      }
    } else if let image = node.image {
      writeCommandLine(image)
    } else {
      text(DisplayText(node.facts.comm), style: Style(.commandName))
    }
  }

  /// The lines that a command may take here: the state below it should stay in view, and the arguments follow anyway.
  private static let commandLines = 6

  private mutating func writeCommandLine(_ image: ProcessImage) {
    guard !image.argv.bytes.isEmpty else {
      text(DisplayText(image.comm), style: Style(.commandName))
      if image.argvIsUnknown, let note = DisplayText.commandNote(on: image) { text(note, style: Style(.dim)) }
      return
    }
    // One line more than there is room for, to know whether that is all.
    let wrapped = DisplayText.commandLine(image.argv, upTo: (Self.commandLines + 1) * width).wrapped(to: width)
    let isAll = wrapped.count <= Self.commandLines
    for (index, part) in wrapped.prefix(isAll ? Self.commandLines : Self.commandLines - 1).enumerated() {
      line(StyledText(part, Style(.commandName)), continuesAt: index > 0 ? 0 : nil)
    }
    if !isAll { text("\(glyphs.ellipsis) goes on, all arguments are below", style: Style(.dim)) }
  }

  mutating func writeState() {
    blank()
    if let end = node.end {
      let status = StatusText(ended: end.status, glyphs: glyphs)
      let core: DisplayText = end.status?.dumpedCore ?? false ? ", core dumped" : ""
      field(
        "status", "\(status.sign) \(status.word)\(core)", style: Style(status.role),
        note: end.status == nil ? "its exit was lost" : "")
    } else if node.isPlaceholder {
      // Nobody told that it runs.
      let status = StatusText(of: node, now: node.startTime, scopeStart: scopeStart, glyphs: glyphs)
      field("status", "\(status.sign) \(status.word)", style: Style(status.role))
    } else {
      field("status", "\(glyphs.running) running", style: Style(.running))
    }
    if !node.isPlaceholder {
      field("started", moment(node.startTime))
    }
    if let end = node.end {
      field("ended", moment(end.time))
      field("ran", .duration(node.runTime(now: end.time), glyphs))
    } else if !node.isPlaceholder {
      piece(.age)
    }
    if let usage = node.end?.usage {
      let user = DisplayText.duration(usage.userTime, glyphs)
      let system = DisplayText.duration(usage.systemTime, glyphs)
      field("CPU", "\(.duration(usage.cpuTime, glyphs))  user \(user), system \(system)")
      field("memory", "\(.bytes(usage.peakMemory)) peak")
      field("faults", "\(.count(usage.minorFaults)) minor, \(.count(usage.majorFaults)) major")
      field("I/O", "\(.bytes(usage.readBytes)) read, \(.bytes(usage.writtenBytes)) written")
    }
    writeSource()
    writeGaps()
  }

  mutating func writeAge() { field("ran", .age(node.runTime(now: now))) }

  /// The time of day, with the date where that is another day.
  private func moment(_ time: UInt64) -> DisplayText {
    let moment = clock.moment(at: time)
    return moment.isSameDay(as: today) ? .timeOfDay(moment, milliseconds: true) : .date(moment)
  }

  /// Where the knowledge comes from.
  private mutating func writeSource() {
    let marks = node.marks.union(node.image?.marks ?? [])
    let source: DisplayText =
      if marks.contains(.fromProc) {
        "/proc, which it can rewrite"
      } else if node.marks.contains(.inferred) {
        "what others told of it: its beginning was not seen"
      } else {
        "the kernel"
      }
    field("known by", source, style: Style(.dim))
  }

  mutating func writeIdentity() {
    guard !node.isPlaceholder else { return }
    let facts = node.facts
    title("Process")
    let inner: DisplayText =
      facts.innerPID == facts.id.pid ? "" : "  \(facts.innerPID) in its namespace"
    field("pid", "\(facts.id.pid)\(inner)")
    let user = facts.user.map { DisplayText($0) }
    field("user", user.map { "\($0) (\(facts.uid))" } ?? DisplayText(number: facts.uid))
    if facts.euid != facts.uid { field("runs as", "uid \(facts.euid)", note: "not the user who started it") }
    field("group", DisplayText(number: facts.gid))
    if let login = facts.auditUID, login != facts.uid { field("login", "uid \(login)") }
    field("session", DisplayText(number: facts.session))
    field("pgroup", DisplayText(number: facts.processGroup))
    field("terminal", facts.tty.map { DisplayText($0) } ?? "none", style: facts.tty == nil ? Style(.dim) : .text)
    if let cgroup = facts.cgroup { writeCgroup(cgroup) }
  }

  /// The path, and whose it is as far as that tells.
  private mutating func writeCgroup(_ path: RawBytes) {
    let owner = CgroupOwner(of: path)
    field("cgroup", DisplayText(path))
    if let unit = owner.unit { field("unit", DisplayText(untrusted: unit)) }
    if let container = owner.container {
      let runtime = owner.runtime.map { " (\(DisplayText(own: $0)))" as DisplayText } ?? ""
      field("container", DisplayText(untrusted: container) + runtime)
    }
  }
}
