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
    if node.id.isHost {
      let isCut = node.image?.marks.contains(.incomplete) ?? false
      self.init(
        sign: isCut ? glyphs.failed : glyphs.running, word: isCut ? "cut off" : "host", role: isCut ? .failed : .dim)
    } else if let end = node.end {
      self.init(ended: end.status, glyphs: glyphs)
    } else if node.isPlaceholder {
      self.init(sign: "?", word: node.isOutside(ofScopeSince: scopeStart) ? "outside" : "unseen", role: .dim)
    } else if node.endIsUnknown {
      self.init(sign: "?", word: "end ?", role: .exited)
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
    guard node.isRunning, !node.isPlaceholder, !node.isKernelThread, !node.id.isHost else { return nil }
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

/// How far the row of an exited process has faded: in steps, with the styles of its name and of the rest.
enum Fade: Hashable {
  case recent, older, old

  /// Nil for a running process, and for one that was seen only as a parent.
  ///
  /// - Parameter now: the moment that is shown, nanoseconds since boot.
  init?(of node: ProcessNode, now: UInt64) {
    guard !node.isRunning else { return nil }
    guard let end = node.end?.time, now >= end else {
      self = .recent
      return
    }
    self = now < Self.step(0, ofEnd: end) ? .recent : now < Self.step(1, ofEnd: end) ? .older : .old
  }

  /// When the styles change, in seconds after the exit.
  private static let steps: [UInt64] = [10, 60]
  private static let second: UInt64 = 1_000_000_000

  /// The moment of a change, in nanoseconds since boot: a whole second, so that all processes that exited within it
  /// change in one frame. `UInt64.max` for never.
  private static func step(_ index: Int, ofEnd end: UInt64) -> UInt64 {
    let seconds = end / second + (end.isMultiple(of: second) ? 0 : 1) + steps[index]
    let (time, overflows) = seconds.multipliedReportingOverflow(by: second)
    return overflows ? .max : time
  }

  /// When a row changes only because time passes, strictly after `now`; nil if it does not change any more.
  static func nextChange(ofEnd end: UInt64, after now: UInt64) -> UInt64? {
    steps.indices.lazy.map { step($0, ofEnd: end) }.first { $0 > now && $0 < .max }
  }

  var name: Role {
    switch self {
    case .recent: .exited
    case .older: .fading
    case .old: .faded
    }
  }

  var rest: Role { self == .recent ? .dim : name }
}

extension ProcessNode {
  /// Whether the process is outside the trace scope and seen only as a parent. A process in the scope that started
  /// before the tracing was read from /proc, so it is not a placeholder.
  ///
  /// - Parameter scopeStart: when tracing with a scope started, nanoseconds since boot; nil without a scope, or if
  ///   that is unknown, as in a recording.
  func isOutside(ofScopeSince scopeStart: UInt64?) -> Bool {
    isPlaceholder && (scopeStart.map { startTime < $0 } ?? false)
  }
}
