/// The signs that the panes draw, with what they mean: the legend of the help.
enum Signs {
  /// - Parameter keys: the keys that are named among them.
  static func all(
    _ glyphs: Glyphs, keys: KeyMap = .standard
  ) -> [(sign: DisplayText, role: Role, meaning: DisplayText)] {
    let sideways = [CommandID.scrollLeft, .scrollRight].compactMap { id in
      keys.keys(of: id).first?.name(arrows: glyphs.showsArrows)
    }
    let goesOn: DisplayText =
      sideways.count == 2 ? "goes on; \(sideways[0]) and \(sideways[1]) scroll sideways" : "goes on"
    return [
      (glyphs.running, .running, "runs; in the log: exec"),
      (glyphs.new, .new, "started within the last two seconds; in the log: fork"),
      (glyphs.exited, .exited, "ended with exit 0"),
      (glyphs.failed, .failed, "ended nonzero (another exit status, or a signal), or its last exec failed"),
      ("?", .dim, "known only as a parent: not seen, or outside of what is traced; or its end was lost"),
      (glyphs.folded, .new, "folded; +12 at the right: what the fold hides"),
      (glyphs.reparented, .dim, "its parent died: the pid of the present one"),
      (glyphs.setuid, .setuid, "its program changed the user or group (setuid)"),
      (glyphs.deleted, .deleted, "its program has no file (deleted, or a memfd)"),
      (glyphs.incomplete, .warning, "something of it was lost; the detail says what"),
      (glyphs.pointer, .text, "the selected process"),
      (glyphs.mark, .marked, "marked"),
      (glyphs.markedPointer, .marked, "marked, and selected"),
      (glyphs.ellipsis, .dim, goesOn),
    ]
  }
}
