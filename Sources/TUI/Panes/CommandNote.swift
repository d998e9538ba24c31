package import ProcessTree

extension DisplayText {
  /// What of a command is not known, or not there, to stand behind it: so that what is unknown never looks empty. Nil where
  /// nothing is missing. No argument looks like it: one with a parenthesis is shown in quotes.
  package static func commandNote(on image: ProcessImage) -> DisplayText? {
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
      return isFileUnreadable ? "(file and more arguments unreadable)" : "(more arguments unreadable)"
    }
    return isFileUnreadable ? "(file unreadable)" : nil
  }
}
