internal import ProcessTree

extension AppState {
  /// Asks where to write.
  ///
  /// - Parameter text: what; nil for the rows of the pane with the focus.
  mutating func askForPath(toWrite text: CopiedText?) {
    help = nil
    question = .path(PathPrompt(editor: LineEditor(proposedPath), text: text))
  }

  /// A name that is free as a rule: `execsnoop-top-20260314-180518.txt`, with the time that is shown; a number behind
  /// that where this view has written such a file.
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
        complain("a file needs a name")
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

  /// Pasted bytes are part of a path, and no answer to anything else.
  mutating func pasteIntoQuestion(_ bytes: [UInt8]) {
    guard case .path(var prompt) = question else { return }
    prompt.editor.insert(String(decoding: bytes.prefix(4 * LineEditor.limit), as: UTF8.self))
    question = .path(prompt)
  }
}
