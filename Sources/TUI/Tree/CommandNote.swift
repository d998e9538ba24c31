package import Events

extension DisplayText {
  /// A note after a command that has unknown or missing parts, so that unknown never looks empty. Nil if nothing is
  /// missing. No argument looks like the note: an argument with a parenthesis is shown in quotes.
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
      return isFileUnreadable ? "(file and some arguments unreadable)" : "(some arguments unreadable)"
    }
    return isFileUnreadable ? "(file unreadable)" : nil
  }
}
