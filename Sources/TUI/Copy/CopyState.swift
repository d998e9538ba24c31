internal import Events
internal import Tree

/// The state of copying and writing.
struct CopyState: Hashable, Sendable {
  /// The open copy menu or write prompt.
  var question: Question?
  /// The paths that were written.
  var writtenPaths: Set<String> = []
}

/// The menu or prompt of copying and writing, in place of the key bar.
enum Question: Hashable, Sendable {
  /// The menu of what to copy, or of what to write to a file.
  case copy(toFile: Bool)
  /// The prompt for the path of a file to write.
  case path(PathPrompt)
  /// Whether to quit although nothing is saved.
  case quit
}

/// The path of a file to write, being typed.
struct PathPrompt: Hashable, Sendable {
  /// What goes into the file.
  enum Purpose: Hashable, Sendable {
    /// A text.
    case text(CopiedText)
    /// What the name's ending says: the processes, or the rows of the focused pane.
    case shown
    /// All events from now on.
    case recording
  }

  var editor: LineEditor
  var purpose: Purpose
}

/// Text on its way out of the view.
package struct CopiedText: Hashable, Sendable {
  /// Printable text or, of commands, what a shell reads; never a control byte but newlines.
  package var bytes: [UInt8]
  /// Its name for messages: `the command`.
  package var name: DisplayText
  /// What it does not reproduce; empty if it is complete.
  package var omissions: [DisplayText]

  package init(_ bytes: [UInt8], name: DisplayText, omissions: [DisplayText] = []) {
    self.bytes = bytes
    self.name = name
    self.omissions = omissions
  }

  /// Its size and what it does not reproduce: `the command, 120 bytes; but: the arguments were cut`.
  package var summary: DisplayText {
    var text: DisplayText = "\(name), \(number: bytes.count, grouped: true) \(bytes.count == 1 ? "byte" : "bytes")"
    if !omissions.isEmpty { text += "; but: \(omissions.joined(separator: ", "))" }
    return text
  }
}

extension AppState {
  /// Handles a key while the copy menu or the write prompt is open.
  mutating func answer(_ key: Key) -> [Effect] {
    switch (copying.question, key) {
    case (_, .ctrl("l")): return [.redraw]
    case (_, .ctrl("z")): return [.suspend]
    case (.quit, KeyMap.alwaysQuits): return [.quit]
    case (_, .escape), (_, .ctrl("c")), (_, .ctrl("g")): copying.question = nil
    case (.path(let prompt), _): return typePath(key, prompt)
    case (.quit, _): return answerQuit(key)
    case (.copy(let toFile), .character(CopyForm.fileKey)): copying.question = .copy(toFile: !toFile)
    case (.copy(let toFile), .character(let letter)):
      if let form = CopyForm.allCases.first(where: { $0.key == letter }) { return copy(form, toFile: toFile) }
      copying.question = nil
      showError("\(key.name(arrows: glyphs.showsArrows)) is not in the copy menu")
    default: copying.question = nil
    }
    return []
  }

  private mutating func copy(_ form: CopyForm, toFile: Bool) -> [Effect] {
    copying.question = nil
    guard let text = text(of: form) else {
      if isInTop, form != .line {
        showError(
          "only the line of a group can be copied (\(Key.character(CopyForm.line.key).name(arrows: glyphs.showsArrows)))"
        )
        return []
      }
      switch form {
      case .line: showError("no row is selected")
      case .inPlace where imageToCopy != nil: showError("the environment was not captured")
      case .pid: showError("no process is selected")
      default: showError("the command of this process is unknown")
      }
      return []
    }
    if !toFile { return [.copy(text)] }
    askForPath(.text(text))
    return []
  }

  /// Nil if the selected process has no text of this form.
  private func text(of form: CopyForm) -> CopiedText? {
    if isInTop, form != .line { return nil }
    func text(_ command: ShellCommand?, _ name: DisplayText) -> CopiedText? {
      command.map { CopiedText($0.text, name: name, omissions: $0.omissions) }
    }
    switch form {
    case .command: return text(imageToCopy.flatMap { ShellCommand($0) }, "the command")
    case .arguments:
      return text(
        imageToCopy.flatMap { $0.argv.bytes.isEmpty || $0.title != nil ? nil : ShellCommand(arguments: $0) },
        "the arguments")
    case .inPlace: return text(imageToCopy.flatMap { .inPlace($0) }, "the command with its directory and environment")
    case .pid:
      guard let pid = entryToCopy?.id?.pid ?? selectedNode?.id.pid else { return nil }
      return CopiedText(Array(String(pid).utf8), name: "the pid")
    case .line: return shownLine.map { CopiedText($0, name: "the line") }
    }
  }

  /// In the log, the entry under the cursor, which may be a failed exec.
  private var entryToCopy: LogEntry? {
    guard focus == .log, !log.isFollowing, let cursor = log.cursor else { return nil }
    return shown.logEntry(atRow: shown.logRow(of: cursor))
  }

  private var imageToCopy: ProcessImage? {
    if let entry = entryToCopy { return entry.image }
    guard let node = selectedNode, !node.isKernelThread else { return nil }
    return node.image
  }

  /// The selected row of the focused pane, as it is on the screen; in the detail, the first row in view.
  private var shownLine: [UInt8]? {
    guard let box = layout[focus] else { return nil }
    let count: Int
    let line: Int
    switch focus {
    case .tree where top.isOpen: (line, count) = (top.row - top.first, top.rows.count)
    case .tree: (line, count) = (tree.line, shown.outline.rowCount)
    case .log: (line, count) = (log.isFollowing ? min(box.rows, shown.logCount) - 1 : log.line, shown.logCount)
    case .detail: (line, count) = (0, detailLines.count)
    }
    guard count > 0, (0..<box.rows).contains(line) else { return nil }
    return rowText(line)
  }
}

extension AppState {
  /// Asks where to write.
  ///
  /// - Parameter purpose: what to write.
  mutating func askForPath(_ purpose: PathPrompt.Purpose) {
    help.top = nil
    let path = proposedPath(purpose == .recording ? "db" : "txt")
    copying.question = .path(PathPrompt(editor: LineEditor(path), purpose: purpose))
  }

  /// A name that is usually free: `execsnoop-top-20260314-180518.txt`, with the time that is shown, and a number if
  /// this view has already written such a file.
  private func proposedPath(_ ending: String) -> String {
    let moment = clock.moment(at: shownTime)
    let date = "\(moment.year)\(Format.twoDigits(moment.month))\(Format.twoDigits(moment.day))"
    let time = [moment.hour, moment.minute, moment.second].map { Format.twoDigits($0) }.joined()
    let name = "execsnoop-top-\(date)-\(time)"
    var path = "\(name).\(ending)"
    var number = 2
    while copying.writtenPaths.contains(path) {
      path = "\(name)-\(number).\(ending)"
      number += 1
    }
    return path
  }

  mutating func typePath(_ key: Key, _ prompt: PathPrompt) -> [Effect] {
    var prompt = prompt
    if key == .enter {
      guard !prompt.editor.isEmpty else {
        showError("no file name given")
        return []
      }
      return write(to: prompt.editor.text, prompt.purpose)
    }
    _ = prompt.editor.handle(key)
    copying.question = .path(prompt)
    return []
  }

  private mutating func write(to path: String, _ purpose: PathPrompt.Purpose) -> [Effect] {
    copying.question = nil
    var text: CopiedText
    switch purpose {
    case .recording: return startRecording(to: path)
    case .shown:
      if let form = SaveForm(path: path) {
        copying.writtenPaths.insert(path)
        return [.saveProcesses(form, path: path)]
      }
      text = PaneText.of(self)
    case .text(let copied): text = copied
    }
    copying.writtenPaths.insert(path)
    if text.bytes.last != UInt8(ascii: "\n") { text.bytes.append(UInt8(ascii: "\n")) }
    return [.write(text, path: path, keeps: purpose == .shown)]
  }

  /// Pasted bytes are part of a path, and never an answer to a menu.
  mutating func pasteIntoQuestion(_ bytes: [UInt8]) {
    guard case .path(var prompt) = copying.question else { return }
    prompt.editor.insert(String(decoding: bytes.prefix(4 * LineEditor.limit), as: UTF8.self))
    copying.question = .path(prompt)
  }
}
