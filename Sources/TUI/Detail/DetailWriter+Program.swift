internal import ProcessTree

extension DetailWriter {
  /// The files behind the program, with what is less than perfect about each.
  mutating func writeProgram() {
    guard let image = node.image else { return }
    let marks = image.marks
    title("Program", note: node.imageIsInherited ? "its parent's: it has not exec'd" : "")
    field("comm", DisplayText(node.facts.comm))
    path(
      "exe", image.exe,
      notes: [
        (marks.contains(.exeCut), "cut, its end is shown"), (marks.contains(.exeUnreadable), "unreadable"),
        (marks.contains(.exeDeleted), "deleted"),
        (marks.contains(.exeMemfd), "in memory (memfd)"),
      ])
    if image.file != image.exe || marks.contains(.fileUnreadable) {
      path(
        "file", image.file,
        notes: [(marks.contains(.fileCut), "cut"), (marks.contains(.fileUnreadable), "unreadable")])
    }
    if let interpreter = image.interpreter { field("interp", DisplayText(interpreter)) }
    path(
      "cwd", image.cwd,
      notes: [(marks.contains(.cwdCut), "cut, its end is shown"), (marks.contains(.cwdUnreadable), "unreadable")])
    if marks.contains(.privilegeChanged) {
      field("setuid", "\(glyphs.setuid) the exec changed user or group", style: Style(.setuid))
    }
  }

  private mutating func path(
    _ label: DisplayText, _ path: RawBytes, notes: [(isTrue: Bool, text: DisplayText)]
  ) {
    let note = notes.filter(\.isTrue).map(\.text).joined(separator: ", ")
    if path.isEmpty {
      if !note.isEmpty { field(label, note, style: Style(.warning)) }
    } else {
      field(label, DisplayText(path), note: note)
    }
  }

  /// The arguments, one a line, numbered from 0 as a program counts them.
  mutating func writeArguments() {
    guard let image = node.image, !node.isKernelThread else { return }
    let arguments = Array(image.argv)
    if image.argvIsUnknown {
      title("Arguments")
      return text(image.marks.contains(.argvUnreadable) ? "unreadable" : "not known", style: Style(.warning))
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

  /// How many there are, and what is missing of them.
  static func note(
    on vector: StringVector, _ marks: Marks, cut: Marks, unreadable: Marks
  ) -> DisplayText {
    var note = DisplayText.count(vector.reduce(0) { count, _ in count + 1 })
    if marks.contains(cut) || vector.isCut {
      note += ", cut: \(.bytes(UInt64(vector.bytes.count))) of \(.bytes(UInt64(vector.trueLength)))"
    }
    if marks.contains(unreadable) { note += ", some unreadable" }
    return note
  }
}
