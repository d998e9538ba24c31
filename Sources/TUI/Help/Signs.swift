/// The legend: every sign that the panes draw, with its meaning. The help, the README, docs/KEYS.md and the manual list it.
enum Signs {
  /// One row of the legend.
  struct Sign {
    /// The sign, or an example that shows its place.
    let sign: DisplayText
    /// The role that the help draws it in.
    let role: Role
    /// A phrase without a full stop.
    let meaning: DisplayText

    init(_ sign: DisplayText, _ role: Role, _ meaning: DisplayText) {
      self.sign = sign
      self.role = role
      self.meaning = meaning
    }
  }

  /// - Parameter keys: the keys that the meanings name.
  static func all(_ glyphs: Glyphs, keys: KeyMap = .standard) -> [Sign] {
    let sideways = [CommandID.scrollLeft, .scrollRight].compactMap { id in
      keys.keys(of: id).first?.name(arrows: glyphs.showsArrows)
    }
    let goesOn: DisplayText =
      sideways.count == 2 ? "continues; \(sideways[0]) and \(sideways[1]) scroll sideways" : "continues"
    let bars = glyphs.bars
    return [
      Sign(glyphs.running, .running, "running; log: exec"),
      Sign(glyphs.new, .new, "started within the last two seconds; log: fork"),
      Sign(glyphs.exited, .exited, "exited with status 0"),
      Sign(glyphs.failed, .failed, "exited nonzero, killed by a signal, or its last exec failed"),
      Sign("?", .dim, "seen only as a parent (not traced, or outside the scope), or its exit was lost"),
      Sign(glyphs.incomplete, .warning, "some of its events were lost; the detail shows which"),
      Sign(glyphs.setuid, .setuid, "setuid: the exec changed user, group or capabilities"),
      Sign(glyphs.deleted, .deleted, "the executable has no file: deleted, or a memfd"),
      Sign(glyphs.reparented, .dim, "adopted: the pid of the present parent follows"),
      Sign(glyphs.folded, .new, "folded; +12 at the right: number of hidden descendants"),
      Sign(glyphs.ellipsis, .dim, goesOn),
      Sign("\(glyphs.ellipsis) 12 exited", .exited, "one row for exited children; Enter shows them"),
      Sign(glyphs.chain, .dim, "between processes on one row, each the only child of the one before; Right shows each"),
      Sign(glyphs.became, .dim, "between programs that the process ran one after another"),
      Sign(glyphs.pointer, .text, "selected"),
      Sign(glyphs.mark, .marked, "marked"),
      Sign(glyphs.markedPointer, .marked, "marked and selected"),
      Sign(glyphs.unknown, .dim, "unknown; CPU and memory are known after the exit"),
      Sign(
        "\(glyphs.arrowUp) \(glyphs.arrowDown)", .label,
        "top table: sort order; \(glyphs.arrowUp) in the timeline: the moment shown"),
      Sign("!", .error, "timeline: events were lost; output: a line of standard error"),
      Sign("\(bars[0]) \(bars[bars.count - 1])", .sparkline, "timeline: few to many execs, or nonzero exits"),
      Sign(
        "\(glyphs.span.before) \(glyphs.span.throughout) \(glyphs.span.onward)", .running,
        "run time: began before the axis, spans it, goes on beyond it"),
      Sign(
        "\(glyphs.span.left[7]) \(glyphs.span.waiting) \(glyphs.span.unknown)", .text,
        "run time: share of CPU time, of waiting; unknown until the exit"),
      Sign(glyphs.critical, .critical, "a step of the critical path"),
    ]
  }
}
