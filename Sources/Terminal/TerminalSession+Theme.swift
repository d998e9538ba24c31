package import TUI

extension TerminalSession {
  /// The abilities of the terminal: from the locale, terminfo and NO_COLOR.
  package var traits: TerminalTraits {
    TerminalTraits(isUTF8: isUTF8, colors: palette.colors, refusesColor: refusesColor)
  }

  /// Changes the theme from the next `present` on, which sends the whole frame.
  package func use(_ theme: Theme) {
    palette.use(theme)
    redraw()
  }
}
