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
  /// Continue unfinished work for a few milliseconds: sent while `hasWork`, between keys and frames.
  case work
  /// The wall clock was set, or the time zone changed.
  case clock(WallClock)
  /// How much of the recording is read; nil after all is read.
  case reading(Reading?)
  /// A message from the shell, shown until the next key or `messageIsOver`.
  case message(DisplayText, isError: Bool)
  /// The message was shown long enough: the key bar comes back.
  case messageIsOver
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
  /// overwritten.
  case write(CopiedText, path: String)
}
