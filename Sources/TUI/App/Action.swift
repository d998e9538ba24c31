package import Events

/// An action: everything that can change the view.
package enum Action: Sendable {
  /// Input of the user.
  case input(Input)
  /// A batch of events from the kernel, /proc or a recording, in order; `now` is in nanoseconds since boot.
  case events([ProcessEvent], now: UInt64)
  /// A part of a batch whose rest follows at once: the view is updated with the last part, which comes as `events`.
  case someEvents(ArraySlice<ProcessEvent>, now: UInt64)
  /// Time passed. Sent at the moment that `nextChange(after:)` returned; harmless at any other.
  case tick(now: UInt64)
  /// The shell's clock in nanoseconds since boot. Sent while something plays, at the moment that `nextPlay` returned;
  /// harmless at any other.
  case play(clock: UInt64)
  /// Continue unfinished work for a few milliseconds: sent while `hasWork`, between keys and frames.
  case work
  /// The wall clock was set, or the time zone changed.
  case clock(WallClock)
  /// How much of the recording is read; nil after all is read.
  case reading(Reading?)
  /// A message from the shell, shown until the next key or `messageExpired`.
  case message(DisplayText, isError: Bool)
  /// The message was shown long enough: the key bar comes back.
  case messageExpired
  /// The paths that begin with a text, which Tab asked for; see `Effect.completePath`.
  case paths([String], of: String)
  /// A file could not be made: why. Its name can be changed then.
  case notWritten(DisplayText)
  /// What the recording of a live view has become; nil after it has ended, or failed.
  case recording(RecordingSign?)
  /// What the view shows, or has gathered, is in a file now.
  case kept
  /// Output of the traced command, in order.
  case output([OutputNews])
  /// The traced command has ended.
  case commandEnded(CommandEnd)
}

/// An effect that the shell performs because of an action. The reducer itself only returns the next state.
package enum Effect: Hashable, Sendable {
  /// Leave the program.
  case quit
  /// Give the terminal back and stop, as `SIGTSTP` does; afterwards redraw everything.
  case suspend
  /// Draw every cell, even if it should already be on the screen.
  case redraw
  /// Use this theme from now on.
  case restyle(Theme)
  /// Write the settings to their file, and report where, or why not.
  case save(Settings)
  /// Put text on the clipboard, and report what was sent, or why not.
  case copy(CopiedText)
  /// Write text to a new file at a path, as the user typed it, and report that, or why not. Nothing may be
  /// overwritten. `keeps`: it is what the view shows, and no longer lost when the view ends.
  case write(CopiedText, path: String, keeps: Bool = false)
  /// Find the paths that begin with a text, and report them with `Action.paths`.
  case completePath(String)
  /// Write `AppState.processesToSave` to a new file at a path, as the user typed it, while the view goes on, and report
  /// that, or why not.
  case saveProcesses(SaveForm, path: String)
  /// Write the output of the traced command, byte for byte, to a new file at a path, as the user typed it, and report
  /// that, or why not.
  case saveOutput(path: String)
  /// Record all events from now on, and what is known of the running processes, to a new file, and report why not.
  case startRecording(path: String)
  /// Complete the recording, and report what was recorded.
  case stopRecording
}

/// What comes from the person at the terminal.
package enum Input: Hashable, Sendable {
  case key(Key)
  /// The terminal has another size now.
  case resize(Size)
  /// Bytes pasted in one go (bracketed paste); a very long paste comes in several pieces. They are untrusted.
  case paste([UInt8])
  /// A mouse event in a cell. The point may be outside the screen.
  case mouse(MouseEvent)

  /// Whether it is a movement or a release of the mouse. Movements come as fast as the hand is, so they ask for no frame
  /// at once, as other input does.
  package var isOfHeldButton: Bool {
    guard case .mouse(let event) = self else { return false }
    return event.kind == .drag || event.kind == .release
  }
}

/// An event of the left mouse button or the wheel. The terminal is asked to report no other.
package struct MouseEvent: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case press
    /// It came to another cell while the button was held.
    case drag
    case release
    /// A notch of the wheel.
    case wheelUp, wheelDown
  }

  package var kind: Kind
  package var point: Point

  package init(_ kind: Kind, at point: Point) {
    self.kind = kind
    self.point = point
  }
}

/// One key press.
package enum Key: Hashable, Sendable {
  /// A key that types: a letter, a digit, a space.
  case character(Character)
  /// Control with a letter (in lower case) or with one of `@ [ \ ] ^ _`. Tab, Enter, Escape and Backspace have their
  /// own cases, so `ctrl("i")`, `ctrl("m")`, `ctrl("j")` and `ctrl("h")` never come.
  case ctrl(Character)
  /// A function key, from 1.
  case f(Int)
  case up, down, left, right
  case home, end, pageUp, pageDown
  case insert, delete, backspace
  case tab, backTab, enter, escape
}

/// How far a recording is read, while it is being read.
package struct Reading: Hashable, Sendable {
  /// In percent; nil if the length is unknown, as for a pipe.
  package let percent: Int?
  /// The events that were read; nil where `percent` says more.
  package let events: Int?
  /// Whether the events are those of now, of other machines.
  package let isLive: Bool

  /// - Parameters:
  ///   - bytes: that were read.
  ///   - length: of the whole, where that is known.
  ///   - events: that were read.
  package init(bytes: Int, of length: Int?, events: Int = 0, isLive: Bool = false) {
    self.isLive = isLive
    self.events = length == nil ? events : nil
    percent = length.map { min(Int(Double(bytes) * 100 / Double(max($0, 1))), 100) }
  }
}
