package import Events
internal import Tree

/// The command of a process in one line: its arguments quoted one by one, with the directory dim, the name bold.
enum CommandText {
  /// - Parameters:
  ///   - limit: stop once this many columns are full, so that an endless argv costs no more than a screen.
  ///   - shortening: the columns that are available; the greatest number shows every directory in full. Else the
  ///     directories of the system are left out, and a directory that would fill more than half of them becomes `…/`,
  ///     or nothing if the name fills them, because the name matters most.
  ///   - scopeStart: as `isOutside(ofScopeSince:)` has it.
  static func line(
    of node: ProcessNode, limit: Int, shortening: Int, scopeStart: UInt64?, glyphs: Glyphs
  ) -> StyledText {
    var line = StyledText()
    if node.id.isHost {
      let isCut = node.image?.marks.contains(.incomplete) ?? false
      line.append(DisplayText(node.image?.title ?? "", upTo: limit), Style(isCut ? .warning : .commandName))
      return line
    }
    if !node.gaps.isEmpty { line.append("\(glyphs.incomplete) ", Style(.warning)) }
    if node.isPlaceholder {
      line.append(
        node.isOutside(ofScopeSince: scopeStart) ? "parent \(node.id.pid) (outside)" : "(not seen)", Style(.dim))
      return line
    }
    if node.isKernelThread {
      line.append("[\(DisplayText(node.facts.comm))]", Style(.dim))
      return line
    }
    guard let image = node.image else {
      if node.facts.comm.isEmpty {
        line.append("(unknown)", Style(.dim))
        return line
      }
      line.append(DisplayText.argument(node.facts.comm.bytes), Style(.commandName))
      return line
    }
    if image.marks.contains(.privilegeChanged) { line.append("\(glyphs.setuid) ", Style(.setuid)) }
    let look = node.look
    if !image.marks.union(look?.marks ?? []).isDisjoint(with: [.exeMemfd, .exeDeleted]) {
      line.append("\(glyphs.deleted) ", Style(.deleted))
    }
    if node.imageIsInherited { line.append("(forked) ", Style(.dim)) }
    line.append(self.line(of: image, limit: limit, shortening: (shortening - line.width, glyphs.ellipsis)))
    // The present title follows the command that was started.
    if look != nil, line.width < limit, let title = node.title, title != image.title {
      line.append("  (title) ", Style(.dim))
      line.append(DisplayText(title, upTo: max(limit - line.width, 1)), Style(.dim))
    }
    return line
  }

  /// The arguments, or the title that the process wrote over them; if there are none, the file of the exec, or the
  /// comm. The same replaces an empty argv[0]. A note about missing parts follows.
  ///
  /// - Parameter shortening: the columns that are available, and what replaces a directory that would fill most of
  ///   them; nil shows every directory in full.
  static func line(
    of image: ProcessImage, limit: Int, shortening: (columns: Int, mark: DisplayText)? = nil
  ) -> StyledText {
    var line = StyledText()
    if let title = image.title {
      line.append("(title) ", Style(.dim))
      line.append(DisplayText(title, upTo: limit), Style(.commandName))
      return line
    }
    var arguments = image.argv.makeIterator()
    guard let program = arguments.next() else {
      let name = DisplayText.argument(image.file.isEmpty ? image.comm.bytes : image.file.bytes, upTo: limit)
      line.append(name, Style(.commandName))
      append(noteOn: image, to: &line)
      return line
    }
    if !program.isEmpty {
      append(program, to: &line, limit: limit, shortening: shortening)
    } else if !image.file.isEmpty {
      append(image.file.bytes, to: &line, limit: limit, shortening: shortening)
    } else {
      line.append(DisplayText(image.comm), Style(.commandName))
    }
    while line.width < limit, let argument = arguments.next() {
      line.append(" ", Style(.commandArguments))
      line.append(DisplayText.argument(argument, upTo: max(limit - line.width, 1)), Style(.commandArguments))
    }
    append(noteOn: image, to: &line)
    return line
  }

  /// Appends the word for the program, with separate styles for its directory and its name.
  private static func append(
    _ program: some BidirectionalCollection<UInt8>, to line: inout StyledText, limit: Int,
    shortening: (columns: Int, mark: DisplayText)?
  ) {
    guard program.count <= longestProgram else {
      line.append(DisplayText.argument(program, upTo: limit), Style(.commandName))
      return
    }
    var (directory, name) = DisplayText.programWord(program)
    if let shortening, shortening.columns < .max, isUsual(program) {
      directory = directory.columns(count: 1) == "'" ? "'" : ""
    } else if let shortening, isLong(directory, name, in: shortening.columns) {
      // A quote that opens before the directory stays in view.
      let isQuoted = directory.columns(count: 1) == "'"
      let mark: DisplayText = name.width + 2 <= shortening.columns ? "\(shortening.mark)/" : ""
      directory = "\(isQuoted ? "'" : "")\(mark)"
    }
    line.append(directory, Style(.commandDirectory))
    line.append(name, Style(.commandName))
  }

  /// Whether a program is in a directory of the system, where its name tells enough.
  private static func isUsual(_ program: some BidirectionalCollection<UInt8>) -> Bool {
    guard let slash = program.lastIndex(of: UInt8(ascii: "/")) else { return false }
    let directory = program[..<slash]
    return usualDirectories.contains { $0.utf8.elementsEqual(directory) }
  }

  private static let usualDirectories: [String] = ["/bin", "/usr/bin", "/sbin", "/usr/sbin"]

  private static func append(noteOn image: ProcessImage, to line: inout StyledText) {
    if let note = DisplayText.commandNote(on: image) { line.append(" \(note)", Style(.dim)) }
  }

  /// The longest path (`PATH_MAX`); a longer argv[0] is not a path, and is not split.
  private static let longestProgram = 4096

  /// The file that an exec asked for.
  static func file(of image: ProcessImage) -> DisplayText {
    image.marks.contains(.fileUnreadable) || image.file.isEmpty
      ? "(file unreadable)" : DisplayText.argument(image.file.bytes)
  }

  /// Whether argv[0] of a failed exec does not tell which file was tried: a search through PATH tries many.
  static func needsFile(_ image: ProcessImage) -> Bool {
    guard !image.file.isEmpty else { return false }
    var arguments = image.argv.makeIterator()
    return arguments.next().map { !$0.elementsEqual(image.file.bytes) } ?? false
  }

  /// Whether the word for the program is already the file, because argv[0] is empty or missing.
  static func isNamedByFile(_ image: ProcessImage) -> Bool {
    var arguments = image.argv.makeIterator()
    return arguments.next()?.isEmpty ?? true
  }

  private static func isLong(_ directory: DisplayText, _ name: DisplayText, in columns: Int) -> Bool {
    directory.width > 3 && (directory.width > columns / 2 || directory.width + name.width > columns)
  }
}

extension DisplayText {
  /// A note after a command that has unknown, missing or masked parts, so that unknown never looks empty. Nil if nothing
  /// is missing. No argument looks like the note: an argument with a parenthesis is shown in quotes.
  package static func commandNote(on image: ProcessImage) -> DisplayText? {
    let notes = [missingNote(on: image), maskNote(on: image)].compactMap(\.self)
    return notes.isEmpty ? nil : notes.joined(separator: " ")
  }

  /// Whether a recorder replaced secrets in the arguments, so that `***` is not what ran.
  private static func maskNote(on image: ProcessImage) -> DisplayText? {
    guard image.marks.contains(.masked) else { return nil }
    let hasMask = image.withArgv { bytes in
      bytes.indices.dropLast(2).contains { index in bytes[index...].prefix(3).allSatisfy { $0 == UInt8(ascii: "*") } }
    }
    return hasMask ? "(masked)" : nil
  }

  private static func missingNote(on image: ProcessImage) -> DisplayText? {
    let isFileUnreadable = image.marks.contains(.fileUnreadable)
    let isUnreadable = image.marks.contains(.argvUnreadable)
    if image.withArgv(\.isEmpty) {
      if isUnreadable { return isFileUnreadable ? "(file and arguments unreadable)" : "(arguments unreadable)" }
      if image.argvIsUnknown {
        return isFileUnreadable ? "(file unreadable, arguments unknown)" : "(arguments unknown)"
      }
      return isFileUnreadable ? "(file unreadable, no arguments)" : "(no arguments)"
    }
    if isUnreadable {
      return isFileUnreadable ? "(file and some arguments unreadable)" : "(some arguments unreadable)"
    }
    return isFileUnreadable ? "(file unreadable)" : nil
  }
}
