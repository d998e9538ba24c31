internal import ProcessTree

/// The state of a process as every pane shows it: a sign, a word and a role, so that none is told by colour alone.
struct StatusText {
  var sign: DisplayText
  /// `exit 1`, `SIGKILL`, `ENOENT`; empty of a process that simply runs.
  var word: DisplayText
  var role: Role

  init(of node: ProcessNode, now: UInt64, glyphs: Glyphs) {
    if let end = node.end {
      self.init(ended: end.status, glyphs: glyphs)
    } else if node.isPlaceholder {
      self.init(sign: "?", word: "unseen", role: .dim)
    } else if node.isKernelThread {
      self.init(sign: glyphs.running, word: "kernel", role: .dim)
    } else if let failure = node.lastFailure, failure.time >= node.image?.time ?? 0, !isOld(failure.time, now) {
      self.init(sign: glyphs.failed, word: DisplayText(errnoName: failure.errno), role: .failed)
    } else if !node.marks.contains(.fromProc), !isOld(node.startTime, now) {
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

/// Whether a moment is no longer worth a sign: the same ten seconds after which an age stops being `<10s`, so that
/// both change in one frame.
private func isOld(_ time: UInt64, _ now: UInt64) -> Bool {
  now >= time && now - time >= 10_000_000_000
}
