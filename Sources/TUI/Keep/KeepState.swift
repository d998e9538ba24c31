/// Whether anything of what the view has gathered will be there after its end.
struct KeepState: Hashable, Sendable {
  /// When the gathering started, in nanoseconds since boot.
  var since: UInt64 = 0
  /// Whether it was saved or recorded, as a whole or in part.
  var isKept = false
  /// The recording that is being written.
  var recording: RecordingSign?
}

/// A recording beside a live view, for the top line.
package struct RecordingSign: Hashable, Sendable {
  /// Its size, rounded.
  package var size: DisplayText
  /// Whether its last events are being written.
  package var isEnding: Bool

  package init(bytes: Int, isEnding: Bool) {
    size = .size(ofBytes: bytes)
    self.isEnding = isEnding
  }
}

extension DisplayText {
  /// A size: `812 B`, `1.5 MiB`.
  package static func size(ofBytes bytes: Int) -> DisplayText {
    DisplayText(typed: Format.bytes(UInt64(max(bytes, 0))))
  }
}

// Recording from the view.
extension AppState {
  /// Asks for a file to record to, or ends the recording.
  mutating func toggleRecording(on key: Key) -> [Effect] {
    guard mode == .live else {
      showError("only a live view can record: \(keyName(.write)) saves what this one shows")
      return []
    }
    guard let recording = keeping.recording else {
      askForPath(.recording)
      return []
    }
    if recording.isEnding {
      showError("the recording is being completed: wait for its message")
      return []
    }
    return [.stopRecording]
  }

  mutating func startRecording(to path: String) -> [Effect] {
    if let form = SaveForm(path: path), form != .database {
      showError(
        "a recording is an SQLite database: name it .db (\(keyName(.write)) writes .\(DisplayText(typed: form.rawValue)))"
      )
      return []
    }
    copying.writtenPaths.insert(path)
    return [.startRecording(path: path)]
  }
}

// Quitting.
extension AppState {
  /// How long a view gathers until `quit` asks, in nanoseconds.
  private static let unasked: UInt64 = 60_000_000_000

  /// Leaves the details, or quits, or asks first where that would lose what nobody has saved. ^C never asks.
  mutating func quit(on key: Key) -> [Effect] {
    if detail.full != nil, key != KeyMap.alwaysQuits {
      closeDetails()
      return []
    }
    let gathered = now > keeping.since ? now - keeping.since : 0
    guard mode == .live, settings.askToQuit, key != KeyMap.alwaysQuits, !keeping.isKept, keeping.recording == nil,
      gathered > Self.unasked
    else { return [.quit] }
    help.top = nil
    copying.question = .quit
    return []
  }

  /// How long the view has gathered.
  var gatheredTime: DisplayText {
    .duration(now > keeping.since ? now - keeping.since : 0, glyphs)
  }

  mutating func answerQuit(_ key: Key) -> [Effect] {
    switch key {
    case .character("y"), .character("Y"), .enter: return [.quit]
    case _ where settings.keys.command(on: key)?.id == .quit: return [.quit]
    case _ where settings.keys.command(on: key)?.id == .write: askForPath(.shown)
    case .character("n"), .character("N"): copying.question = nil
    default:
      copying.question = nil
      show("not quit (\(keyName(.quit)) asks again)")
    }
    return []
  }
}
