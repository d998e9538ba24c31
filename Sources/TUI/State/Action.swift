package import ProcessTree

/// What can happen to the view.
package enum Action: Sendable {
  /// From the person at the terminal.
  case input(Input)
  /// A batch of events from the kernel, /proc or a recording, in order; `now` is in nanoseconds since boot.
  case events([ProcessEvent], now: UInt64)
  /// Some of a batch whose rest follows before anything else is done: the view is put right with the last of it, which
  /// comes as `events`.
  case someEvents(ArraySlice<ProcessEvent>, now: UInt64)
  /// Time went by. Due at the moment that `nextChange(after:)` named; harmless at any other.
  case tick(now: UInt64)
  /// Go on with what is not finished, for a few milliseconds: as long as `hasWork`, between keys and frames.
  case work
  /// The wall clock was set, or the time zone changed.
  case clock(WallClock)
  /// How far the recording is read; nil once it is read whole.
  case reading(Reading?)
  /// Something for the person to read, from the shell: until the next key or `messageIsOver`.
  case message(DisplayText, isError: Bool)
  /// The message was shown long enough: the key bar comes back.
  case messageIsOver
}

/// What the shell is to do because of an action. The reducer itself does nothing but return the next state.
package enum Effect: Hashable, Sendable {
  /// Leave the program.
  case quit
  /// Give the terminal back and stop, as `SIGTSTP` does; afterwards draw everything anew.
  case suspend
  /// Draw every cell, whatever is believed to be on the screen.
  case redraw
  /// Show the roles in these looks from now on.
  case restyle(Theme)
  /// Write the settings to their file, and say where or why not.
  case save(Settings)
  /// Put text on the clipboard, and say what was sent or why not.
  case copy(CopiedText)
  /// Write text to a new file at a path, as the user typed it, and say so or why not. Nothing may be overwritten.
  case write(CopiedText, path: String)
}
