internal import Events
internal import Tree

/// The state of a process as every pane shows it: a sign, a word and a role, so that no state is shown by colour
/// only.
struct StatusText {
  var sign: DisplayText
  /// `exit 1`, `SIGKILL`, `ENOENT`; empty for a process that simply runs.
  var word: DisplayText
  var role: Role

  /// - Parameter scopeStart: as `isOutside(ofScopeSince:)` has it.
  init(of node: ProcessNode, now: UInt64, scopeStart: UInt64?, glyphs: Glyphs) {
    if let end = node.end {
      self.init(ended: end.status, glyphs: glyphs)
    } else if node.isPlaceholder {
      self.init(sign: "?", word: node.isOutside(ofScopeSince: scopeStart) ? "outside" : "unseen", role: .dim)
    } else if node.isKernelThread {
      self.init(sign: glyphs.running, word: "kernel", role: .dim)
    } else if let failure = Self.failure(of: node), !Self.isOver(Self.failureLasts, since: failure.time, now) {
      self.init(sign: glyphs.failed, word: DisplayText(errnoName: failure.errno), role: .failed)
    } else if !node.marks.contains(.fromProc), !Self.isOver(Self.newLasts, since: node.startTime, now) {
      self.init(sign: glyphs.new, word: "new", role: .new)
    } else {
      self.init(sign: glyphs.running, word: "", role: .running)
    }
  }

  init(ended status: ExitStatus?, glyphs: Glyphs) {
    guard let status else {
      self.init(sign: "?", word: "exit ?", role: .exited)
      return
    }
    if status.signal != 0 {
      self.init(sign: glyphs.failed, word: DisplayText(signalName: status.signal), role: .failed)
    } else if status.code != 0 {
      self.init(sign: glyphs.failed, word: "exit \(status.code)", role: .failed)
    } else {
      self.init(sign: glyphs.exited, word: "exit 0", role: .exited)
    }
  }

  private init(sign: DisplayText, word: DisplayText, role: Role) {
    self.sign = sign
    self.word = word
    self.role = role
  }
}

/// The states that pass with time: the process is new, or its last exec failed.
extension StatusText {
  /// How long a process is new, in nanoseconds.
  private static let newLasts: UInt64 = 2_000_000_000
  /// How long a running process shows its failed exec, in nanoseconds.
  private static let failureLasts: UInt64 = 10_000_000_000

  /// The failed exec that no successful exec has followed.
  private static func failure(of node: ProcessNode) -> ExecFailure? {
    node.lastFailure.flatMap { $0.time >= node.image?.time ?? 0 ? $0 : nil }
  }

  private static func isOver(_ length: UInt64, since time: UInt64, _ now: UInt64) -> Bool {
    now >= time && now - time >= length
  }

  /// When the status of a process changes only because time passes, in nanoseconds since boot, strictly after `now`;
  /// nil if it does not change any more. The clocks of a recording may disagree: times in the future are ignored.
  static func nextChange(of node: ProcessNode, after now: UInt64) -> UInt64? {
    guard node.isRunning, !node.isPlaceholder, !node.isKernelThread else { return nil }
    func end(of length: UInt64, since time: UInt64) -> UInt64? {
      guard now >= time, now - time < length else { return nil }
      let (end, overflows) = time.addingReportingOverflow(length)
      return overflows ? nil : end
    }
    let ends = [
      failure(of: node).flatMap { end(of: failureLasts, since: $0.time) },
      node.marks.contains(.fromProc) ? nil : end(of: newLasts, since: node.startTime),
    ]
    return ends.compactMap(\.self).min()
  }
}
