extension AppState {
  /// Asks where to write.
  ///
  /// - Parameter text: the text to write; nil for the rows of the focused pane.
  mutating func askForPath(toWrite text: CopiedText?) {
    help = nil
    question = .path(PathPrompt(editor: LineEditor(proposedPath), text: text))
  }

  /// A name that is usually free: `execsnoop-top-20260314-180518.txt`, with the time that is shown, and a number if
  /// this view has already written such a file.
  private var proposedPath: String {
    let moment = clock.moment(at: shownTime)
    let date = "\(moment.year)\(Format.twoDigits(moment.month))\(Format.twoDigits(moment.day))"
    let time = [moment.hour, moment.minute, moment.second].map { Format.twoDigits($0) }.joined()
    let name = "execsnoop-top-\(date)-\(time)"
    var path = "\(name).txt"
    var number = 2
    while writtenPaths.contains(path) {
      path = "\(name)-\(number).txt"
      number += 1
    }
    return path
  }

  mutating func typePath(_ key: Key, _ prompt: PathPrompt) -> [Effect] {
    var prompt = prompt
    if key == .enter {
      guard !prompt.editor.isEmpty else {
        complain("no file name given")
        return []
      }
      question = nil
      var text = prompt.text ?? PaneText.of(self)
      if text.bytes.last != UInt8(ascii: "\n") { text.bytes.append(UInt8(ascii: "\n")) }
      writtenPaths.insert(prompt.editor.text)
      return [.write(text, path: prompt.editor.text)]
    }
    _ = prompt.editor.handle(key)
    question = .path(prompt)
    return []
  }

  /// Pasted bytes are part of a path, and never an answer to a menu.
  mutating func pasteIntoQuestion(_ bytes: [UInt8]) {
    guard case .path(var prompt) = question else { return }
    prompt.editor.insert(String(decoding: bytes.prefix(4 * LineEditor.limit), as: UTF8.self))
    question = .path(prompt)
  }
}
