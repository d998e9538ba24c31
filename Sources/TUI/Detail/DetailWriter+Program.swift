internal import Events
internal import Tree

extension DetailWriter {
  /// The files of the program, each with its marks (deleted, cut, unreadable).
  mutating func writeProgram() {
    guard let image = node.image else { return }
    let marks = image.marks
    title("Program", note: node.imageIsInherited ? "its parent's: it has not exec'd" : "")
    field("comm", node.facts.knownComm.map { .argument($0.bytes) } ?? "unknown")
    path(
      "exe", image.exe,
      notes: [
        (marks.contains(.exeCut), "cut: only the end is shown"), (marks.contains(.exeUnreadable), "unreadable"),
        (marks.contains(.exeDeleted), "deleted"),
        (marks.contains(.exeMemfd), "in memory (memfd)"),
      ])
    if image.file != image.exe || marks.contains(.fileUnreadable) {
      path(
        "file", image.file,
        notes: [(marks.contains(.fileCut), "cut"), (marks.contains(.fileUnreadable), "unreadable")])
    }
    if let interpreter = image.interpreter { field("interp", .argument(interpreter.bytes)) }
    path(
      "cwd", image.cwd,
      notes: [
        (marks.contains(.cwdCut), "cut: only the end is shown"), (marks.contains(.cwdUnreadable), "unreadable"),
        (marks.contains(.cwdDeleted), "deleted"),
      ])
    writeLook(beside: image)
    if marks.contains(.privilegeChanged) {
      field("setuid", "\(glyphs.setuid) exec changed the user or group", style: Style(.setuid))
    }
  }

  /// What changed without an event, as read from /proc later.
  private mutating func writeLook(beside image: ProcessImage) {
    guard let look = node.look else { return }
    let seen: DisplayText = "seen \(.timeOfDay(clock.moment(at: look.time)))"
    if let title = node.title, title != image.title { field("title", DisplayText(title), note: seen) }
    let isElsewhere = !look.cwd.isEmpty && !image.cwd.isEmpty && look.cwd != image.cwd
    if isElsewhere || look.marks.contains(.cwdDeleted) && !image.marks.contains(.cwdDeleted) {
      let deleted: DisplayText = look.marks.contains(.cwdDeleted) ? "deleted, " : ""
      field("cwd now", look.cwd.isEmpty ? DisplayText(image.cwd) : DisplayText(look.cwd), note: deleted + seen)
    }
    if look.marks.contains(.exeDeleted), !image.marks.contains(.exeDeleted) {
      field("exe now", "\(glyphs.deleted) deleted", style: Style(.deleted), note: seen)
    }
  }

  private mutating func path(
    _ label: DisplayText, _ path: RawBytes, notes: [(isTrue: Bool, text: DisplayText)]
  ) {
    let note = notes.filter(\.isTrue).map(\.text).joined(separator: ", ")
    if path.isEmpty {
      if !note.isEmpty { field(label, note, style: Style(.warning)) }
    } else {
      field(label, .argument(path.bytes), note: note)
    }
  }

  /// The arguments, one per line, numbered from 0 as in argv.
  mutating func writeArguments() {
    guard let image = node.image, !node.isKernelThread else { return }
    if let title = image.title {
      self.title("Title", note: "from /proc: the process overwrote its arguments, they are unknown")
      return text(DisplayText(title))
    }
    let arguments = Array(image.argv)
    if image.argvIsUnknown {
      title("Arguments")
      return text(image.marks.contains(.argvUnreadable) ? "unreadable" : "unknown", style: Style(.warning))
    }
    title("Arguments", note: Self.note(on: image.argv, image.marks, cut: .argvCut, unreadable: .argvUnreadable))
    if arguments.isEmpty { text("none", style: Style(.dim)) }
    let indent = max(DisplayText(number: arguments.count).width, 2)
    for (index, argument) in arguments.enumerated() {
      item(
        DisplayText(number: index), .argument(argument), style: index == 0 ? Style(.commandName) : .text,
        indent: indent)
    }
  }

  /// The number of strings, and how much of them is missing.
  static func note(
    on vector: StringVector, _ marks: Marks, cut: Marks, unreadable: Marks
  ) -> DisplayText {
    var note = DisplayText.count(vector.reduce(0) { count, _ in count + 1 })
    if vector.isCut {
      note += ", cut: \(.bytes(UInt64(vector.bytes.count))) of \(.bytes(UInt64(vector.trueLength)))"
    } else if marks.contains(cut) {
      note += ", cut"
    }
    if marks.contains(.reconstructed), cut == .argvCut { note += ", reconstructed from one string" }
    if marks.contains(unreadable) { note += ", some unreadable" }
    if marks.contains(.masked) { note += ", secrets may be masked" }
    return note
  }
}
