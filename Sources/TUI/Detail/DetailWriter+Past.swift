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

  /// The exec history of this process, and its failed execs.
  mutating func writeHistory() {
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
    guard node.failedExecCount > 0, let failure = node.lastFailure else { return }
    title(
      "Failed execs",
      note: node.failedExecCount == 1 ? "" : "(\(.count(node.failedExecCount))), the last one:")
    let time = moment(failure.time, milliseconds: false)
    dated(
      time, "\(DisplayText(errnoName: failure.errno)) \(commandLine(failure.image))", style: Style(.failed),
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
