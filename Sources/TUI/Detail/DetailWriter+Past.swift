internal import Events
internal import Tree

extension DetailWriter {
  /// The number of ancestors that are listed; a chain may be thousands deep.
  static let lineageLimit = 100

  /// The original ancestors up to the root, and the reaper if the process was adopted.
  mutating func writeLineage() {
    let lineage = tree.lineage(of: node.id)
    title("Parents", note: lineage.isEmpty ? "none" : "")
    for id in lineage.prefix(Self.lineageLimit) {
      var line = StyledText("\(DisplayText(number: id.pid).paddedLeft(to: 7)) ", Style(.label))
      if let parent = tree[id] {
        let comm: DisplayText =
          !parent.isPlaceholder
          ? .argument(parent.facts.comm.bytes)
          : parent.isOutside(ofScopeSince: scopeStart) ? "(not traced)" : "(not seen)"
        line.append(comm, Style(.text, .underline))
        if let end = parent.end {
          line.append("  \(StatusText(ended: end.status, glyphs: glyphs).word)", Style(.dim))
        }
        link(to: id)
      }
      self.line(line)
    }
    if lineage.count > Self.lineageLimit {
      text("and \(.count(lineage.count - Self.lineageLimit)) more above", style: Style(.dim))
    }
    if let present = node.presentParent, present != node.parent {
      let comm = tree[present].map { DisplayText.argument($0.facts.comm.bytes) } ?? ""
      if tree[present] != nil { link(to: present) }
      field("reaper", "\(glyphs.reparented) \(present.pid) \(comm)")
    }
  }

  /// The exec history of this process. Failed execs of a process that has run no program of its own are the cause of
  /// its end, and are beside its status.
  mutating func writeHistory() {
    defer { if !node.imageIsInherited { writeFailedExecs() } }
    let images = node.images
    if images.count > 1 || node.droppedImages > 0 {
      title("Exec history", note: "(\(.count(images.count + node.droppedImages)))")
      if node.droppedImages > 0 {
        text("\(.count(node.droppedImages)) older execs are forgotten", style: Style(.dim))
      }
      let times = images.map { $0.marks.contains(.fromProc) ? "earlier" : moment($0.time, milliseconds: false) }
      let indent = times.reduce(8) { max($0, $1.width) }
      for (time, image) in zip(times, images) { dated(time, commandLine(image), indent: indent) }
    }
  }

  mutating func writeFailedExecs() {
    guard node.failedExecCount > 0, let failure = node.lastFailure else { return }
    let (tries, failures) = (node.failedExecCount, node.execFailures)
    if failures == 0 {
      title(
        "Search for a program",
        note: "(\(TreeListing.tries(tries, isFound: true)))\(tries == 1 ? "" : ", last:")")
    } else {
      let note: DisplayText = tries == failures ? "" : " in \(TreeListing.tries(tries, isFound: false))"
      let noun: DisplayText = failures == 1 ? "exec" : "execs"
      title(tries == 1 ? "1 failed exec" : "\(.count(failures)) failed \(noun)\(note), last:")
    }
    let time = moment(failure.time, milliseconds: false)
    dated(
      time, "\(DisplayText(errnoName: failure.errno)) \(commandLine(failure.image))",
      style: Style(failures > 0 && node.lastFailureCounts ? .failed : .dim),
      indent: max(8, time.width))
  }

  /// A time and a text: beside it, or below it if a date leaves too little room.
  private mutating func dated(_ time: DisplayText, _ text: DisplayText, style: Style = .text, indent: Int) {
    guard indent > 8, indent > width / 2 else { return item(time, text, style: style, indent: indent) }
    line(StyledText(time, Style(.label)))
    item("", text, style: style, indent: 1)
  }

  private func commandLine(_ image: ProcessImage) -> DisplayText {
    if let title = image.title { return "(title) \(DisplayText(title))" }
    let file = image.file.isEmpty ? DisplayText(image.comm) : DisplayText.argument(image.file.bytes)
    var line = file
    if !image.argv.bytes.isEmpty {
      let arguments = DisplayText.commandLine(image.argv)
      line = CommandText.needsFile(image) ? "\(file): \(arguments)" : arguments
    }
    return DisplayText.commandNote(on: image).map { "\(line) \($0)" } ?? line
  }
}

extension DetailWriter {
  /// The lines beside the status of a process that failed.
  private static let linesOfFailure = 5
  /// The lines of the section, unless the detail has the whole screen.
  private static let linesOfSection = 20

  /// The last lines that a process printed which failed.
  mutating func writeLastLines() {
    guard let end = node.end, end.status?.isSuccess == false else { return }
    var label: DisplayText = "printed"
    for line in tree.lastLines(of: node.id, Self.linesOfFailure, upTo: 3 * width) {
      field(label, line.text, style: Style(line.stream == .error ? .failed : .text))
      label = ""
    }
  }

  /// What the process printed to its standard output and error. Without --output there is nothing.
  mutating func writeWritten() {
    guard let text = tree.writtenText(of: node.id), !text.isEmpty else { return }
    let moment = tree.moment ?? .max
    let lines = WrittenLine.lines(of: text, until: moment)
    let missing = text.missing(until: moment)
    guard !lines.isEmpty || missing != 0 else { return }
    let shown = showsAll ? lines.count : min(lines.count, Self.linesOfSection)
    let words: DisplayText = lines.count == 1 ? "line" : "lines"
    title(
      "Output",
      note: shown == lines.count
        ? "\(.count(lines.count)) \(words)" : "the last \(.count(shown)) of \(.count(lines.count)) lines")
    for line in lines.suffix(shown) {
      item(line.stream == .error ? "err" : "out", line.text, indent: 3)
    }
    if let missing {
      if missing > 0 { self.text("\(glyphs.ellipsis) \(.bytes(missing)) more not kept", style: Style(.warning)) }
    } else {
      self.text("\(glyphs.ellipsis) more not kept", style: Style(.warning))
    }
  }
}
