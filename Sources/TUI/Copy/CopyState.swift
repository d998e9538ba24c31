internal import Events
internal import Tree

/// The state of copying and writing.
struct CopyState: Hashable, Sendable {
  /// The open copy menu or write prompt.
  var question: Question?
  /// The paths that were written.
  var writtenPaths: Set<String> = []
  /// The last path, to be changed where no file could be made there.
  var lastPath: PathPrompt?
}

/// The menu or prompt of copying and writing, in place of the key bar.
enum Question: Hashable, Sendable {
  /// The menu of what to copy, or of what to write to a file.
  case copy(toFile: Bool)
  /// The prompt for the path of a file to write.
  case path(PathPrompt)
  /// Whether to quit although nothing is saved.
  case quit
  /// The menu of orders.
  case sort(SortMenu)
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
    /// The output of the command, byte for byte.
    case output
  }

  var editor: LineEditor
  var purpose: Purpose
  /// Whether the name is the proposed one: typing replaces it, and any key of the line editor keeps it for editing.
  var isProposed = false

  /// Inserts typed or pasted text.
  fileprivate mutating func insert(_ edit: (inout LineEditor) -> Void) {
    if isProposed { editor = LineEditor() }
    isProposed = false
    edit(&editor)
  }
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
    case (_, .escape), (_, .ctrl("c")), (_, .ctrl("g")):
      if case .sort(let menu)? = copying.question { restoreOrder(of: menu) }
      copying.question = nil
    case (.path(let prompt), _): return typePath(key, prompt)
    case (.quit, _): return answerQuit(key)
    case (.copy(let toFile), .character(CopyForm.fileKey)): copying.question = .copy(toFile: !toFile)
    case (.copy(let toFile), .character(let letter)):
      if let form = CopyForm.allCases.first(where: { $0.key == letter }) { return copy(form, toFile: toFile) }
      if isAgain(key, of: .copy) { return copy(.line, toFile: toFile) }
      copying.question = nil
      let letters = DisplayText(typed: CopyForm.allCases.map { String($0.key) }.joined(separator: " "))
      showError("\(key.name(arrows: glyphs.showsArrows)) is not in the copy menu (\(letters))")
    case (.copy(let toFile), _) where isAgain(key, of: .copy): return copy(.line, toFile: toFile)
    case (.sort(let menu), _): typeInSortMenu(key, menu)
    default: copying.question = nil
    }
    return []
  }

  /// Whether a key is one of the command's own: pressed a second time, as in `yy`.
  func isAgain(_ key: Key, of id: CommandID) -> Bool { settings.keys.command(on: key)?.id == id }

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
    case .line where isInOutput:
      return outputLine.map { CopiedText($0.utf8, name: "the line of the output") }
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
    case .tree: (line, count) = (tree.line, shown.rowCount)
    // All of the line is copied, see `text(of:)`.
    case .log where output.isOpen: return nil
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
    copying.question = .path(PathPrompt(editor: LineEditor(path), purpose: purpose, isProposed: true))
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
    if key == .tab { return [.completePath(prompt.editor.text)] }
    if key == .enter {
      guard !prompt.editor.isEmpty else {
        showError("no file name given")
        return []
      }
      copying.lastPath = prompt
      return write(to: prompt.editor.text, prompt.purpose)
    }
    if case .character = key {
      prompt.insert { _ = $0.handle(key) }
    } else if prompt.editor.handle(key) {
      prompt.isProposed = false
    }
    copying.question = .path(prompt)
    return []
  }

  /// Opens the prompt for a path again, with the text that was typed, unless something else is typed now.
  mutating func askAgain(_ reason: DisplayText) {
    guard let path = copying.lastPath, prompt == nil, copying.question == nil, settingsScreen == nil else {
      return showLater(reason, isError: true)
    }
    copying.lastPath = nil
    help.top = nil
    copying.question = .path(path)
    showError(reason)
  }

  private mutating func write(to path: String, _ purpose: PathPrompt.Purpose) -> [Effect] {
    copying.question = nil
    var text: CopiedText
    switch purpose {
    case .recording: return startRecording(to: path)
    case .output:
      copying.writtenPaths.insert(path)
      return [.saveOutput(path: path)]
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
    prompt.insert { $0.insert(String(decoding: bytes.prefix(4 * LineEditor.limit), as: UTF8.self)) }
    copying.question = .path(prompt)
  }

  /// Tab in the prompt for a path: completes the common part of the names that begin like the text, and lists them if
  /// there is nothing to complete.
  ///
  /// - Parameters:
  ///   - text: what the shell was asked to complete; the answer is too late if another text is there now.
  ///   - paths: all paths that begin with it, those of directories with a `/` at their end.
  mutating func complete(path text: String, with paths: [String]) {
    guard case .path(var prompt)? = copying.question, prompt.editor.text == text else { return }
    guard let first = paths.first else { return showError("no file begins like this") }
    let common = paths.dropFirst().reduce(first) { common, path in
      String(zip(common, path).prefix { $0 == $1 }.map(\.0))
    }
    if common.count > text.count {
      prompt.editor.set(common)
      copying.question = .path(prompt)
    } else if paths.count == 1 {
      show("this file exists")
    } else {
      let names = paths.prefix(20).map { path in
        DisplayText(
          typed: String(
            path.dropFirst(
              path.dropLast().lastIndex(of: "/").map { path.distance(from: path.startIndex, to: $0) + 1 } ?? 0)))
      }
      let more: DisplayText = paths.count > names.count ? " and \(paths.count - names.count) more" : ""
      show(names.joined(separator: "  ") + more)
    }
  }
}
