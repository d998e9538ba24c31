internal import ProcessTree

/// The command of a process in one line: its arguments quoted one by one, with the directory dim, the name bold.
enum CommandText {
  /// - Parameters:
  ///   - limit: stop once this many columns are full, so that an endless argv costs no more than a screen.
  ///   - shortening: the columns there are: a directory that would fill more than half of them becomes `…/`, or nothing
  ///     where the name alone fills them, since the name is what one looks for.
  ///   - scopeStart: as `isOutside(ofScopeSince:)` has it.
  static func line(
    of node: ProcessNode, limit: Int, shortening: Int, scopeStart: UInt64?, glyphs: Glyphs
  ) -> StyledText {
    var line = StyledText()
    if !node.gaps.isEmpty { line.append("\(glyphs.incomplete) ", Style(.warning)) }
    if node.isPlaceholder {
      line.append(node.isOutside(ofScopeSince: scopeStart) ? "(not traced)" : "(not seen)", Style(.dim))
      return line
    }
    if node.isKernelThread {
      line.append("[\(DisplayText(node.facts.comm))]", Style(.dim))
      return line
    }
    guard let image = node.image else {
      line.append(DisplayText(node.facts.comm), Style(.commandName))
      return line
    }
    if image.marks.contains(.privilegeChanged) { line.append("\(glyphs.setuid) ", Style(.setuid)) }
    if image.marks.contains(.exeMemfd) || image.marks.contains(.exeDeleted) {
      line.append("\(glyphs.deleted) ", Style(.deleted))
    }
    if node.imageIsInherited { line.append("(forked) ", Style(.dim)) }
    line.append(self.line(of: image, limit: limit, shortening: (shortening - line.width, glyphs.ellipsis)))
    return line
  }

  /// The arguments; where there are none to show, the file that was asked for, or the comm. Behind them what is missing.
  ///
  /// - Parameter shortening: the columns there are, and what stands for a directory that would fill most of them; nil
  ///   shows every directory whole.
  static func line(
    of image: ProcessImage, limit: Int, shortening: (columns: Int, mark: DisplayText)? = nil
  ) -> StyledText {
    var line = StyledText()
    var arguments = image.argv.makeIterator()
    guard let program = arguments.next() else {
      let name = image.file.isEmpty ? DisplayText(image.comm) : DisplayText.argument(image.file.bytes, upTo: limit)
      line.append(name, Style(.commandName))
      append(noteOn: image, to: &line)
      return line
    }
    if program.count <= longestProgram {
      var (directory, name) = DisplayText.programWord(program)
      if let shortening, isLong(directory, name, in: shortening.columns) {
        // A quote that opens before the directory stays in view.
        let isQuoted = directory.columns(count: 1) == "'"
        let mark: DisplayText = name.width + 2 <= shortening.columns ? "\(shortening.mark)/" : ""
        directory = "\(isQuoted ? "'" : "")\(mark)"
      }
      line.append(directory, Style(.commandDirectory))
      line.append(name, Style(.commandName))
    } else {
      line.append(DisplayText.argument(program, upTo: limit), Style(.commandName))
    }
    while line.width < limit, let argument = arguments.next() {
      line.append(" ", Style(.commandArguments))
      line.append(DisplayText.argument(argument, upTo: max(limit - line.width, 1)), Style(.commandArguments))
    }
    append(noteOn: image, to: &line)
    return line
  }

  private static func append(noteOn image: ProcessImage, to line: inout StyledText) {
    if let note = DisplayText.commandNote(on: image) { line.append(" \(note)", Style(.dim)) }
  }

  /// The longest path (`PATH_MAX`); an argv[0] beyond it is no path, and is not taken apart.
  private static let longestProgram = 4096

  /// Whether argv[0] of an exec that failed leaves open which file was tried: a search through PATH tries many.
  static func needsFile(_ image: ProcessImage) -> Bool {
    guard !image.file.isEmpty else { return false }
    var arguments = image.argv.makeIterator()
    return arguments.next().map { !$0.elementsEqual(image.file.bytes) } ?? false
  }

  private static func isLong(_ directory: DisplayText, _ name: DisplayText, in columns: Int) -> Bool {
    directory.width > 3 && (directory.width > columns / 2 || directory.width + name.width > columns)
  }
}
