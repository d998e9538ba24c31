package import TUI

extension TerminalSession {
  /// What the terminal can show: by its locale, by terminfo, and by NO_COLOR.
  package var traits: TerminalTraits {
    TerminalTraits(isUTF8: isUTF8, colors: palette.colors, refusesColor: refusesColor)
  }

  /// Has roles look otherwise from the next `present` on, which sends the whole frame.
  package func use(_ theme: Theme) {
    palette.use(theme)
    redraw()
  }
}
