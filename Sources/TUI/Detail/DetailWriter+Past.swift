internal import ProcessTree

extension DetailWriter {
  /// Ancestors that are listed; a chain may be thousands deep.
  static let lineageLimit = 100

  /// The original parents up to the root, and who is the parent now where that is another.
  mutating func writeLineage() {
    let lineage = tree.lineage(of: node.id)
    title("Parents", note: lineage.isEmpty ? "none" : "")
    for id in lineage.prefix(Self.lineageLimit) {
      var line = StyledText("\(DisplayText(number: id.pid).paddedLeft(to: 7)) ", Style(.label))
      if let parent = tree[id] {
        let comm: DisplayText =
          !parent.isPlaceholder
          ? DisplayText(parent.facts.comm) : parent.isOutside(ofScopeSince: scopeStart) ? "(not traced)" : "(not seen)"
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
      let comm = tree[present].map { DisplayText($0.facts.comm) } ?? ""
      if tree[present] != nil { link(to: present) }
      field("now below", "\(glyphs.reparented) \(present.pid) \(comm)")
    }
  }

  /// What else this pid ran, and what it failed to run.
  mutating func writeHistory() {
    let images = node.images
    if images.count > 1 || node.droppedImages > 0 {
      title("Programs", note: .count(images.count + node.droppedImages))
      if node.droppedImages > 0 {
        text("\(.count(node.droppedImages)) older ones are forgotten", style: Style(.dim))
      }
      for image in images {
        let time: DisplayText = image.marks.contains(.fromProc) ? "before" : .timeOfDay(clock.moment(at: image.time))
        item(time, commandLine(image), indent: 8)
      }
    }
    guard node.failedExecCount > 0, let failure = node.lastFailure else { return }
    title(
      "Failed execs",
      note: node.failedExecCount == 1 ? "" : "\(.count(node.failedExecCount)), the last one:")
    item(
      .timeOfDay(clock.moment(at: failure.time)),
      "\(DisplayText(errnoName: failure.errno)) \(commandLine(failure.image))", style: Style(.failed), indent: 8)
  }

  private func commandLine(_ image: ProcessImage) -> DisplayText {
    let file = image.file.isEmpty ? DisplayText(image.comm) : DisplayText.argument(image.file.bytes)
    var line = file
    if !image.argv.bytes.isEmpty {
      let arguments = DisplayText.commandLine(image.argv)
      line = CommandText.needsFile(image) ? "\(file): \(arguments)" : arguments
    }
    return DisplayText.commandNote(on: image).map { "\(line) \($0)" } ?? line
  }
}
