/// The state of copying and writing.
struct CopyState: Hashable, Sendable {
  /// The open copy menu or write prompt.
  var question: Question?
  /// The paths that were written.
  var writtenPaths: Set<String> = []
}

/// The menu or prompt of copying and writing, in place of the key bar.
enum Question: Hashable, Sendable {
  /// What to copy; or, where that is wanted, what to write to a file.
  case copy(toFile: Bool)
  /// Where to write.
  case path(PathPrompt)
}

/// The path of a file to write, being typed.
struct PathPrompt: Hashable, Sendable {
  var editor: LineEditor
  /// What is to be written; nil for the rows of the pane with the focus, which are made when the path is complete.
  var text: CopiedText?
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
