internal import CNcurses
internal import TUI

/// What ncurses is told for each style: the theme's look, in what the terminal can show.
struct Palette {
  struct Attributes: Hashable {
    let bits: attr_t
    let pair: CShort
  }

  private let theme: Theme
  private let hasColors: Bool

  /// - Precondition: a screen is open.
  init(theme: Theme, colorWanted: Bool) {
    self.theme = theme
    var usable = false
    if colorWanted, has_colors(), start_color() == OK, use_default_colors() == OK,
      cn_colors() >= Theme.Color.allCases.count
    {
      usable = Theme.Color.allCases.allSatisfy { init_pair(Self.pair($0), CShort($0.rawValue), -1) == OK }
    }
    hasColors = usable
  }

  /// Pair 0 is the terminal's own, so colour n is pair n + 1. Theme colours are numbered as ANSI and ncurses do.
  private static func pair(_ color: Theme.Color) -> CShort { CShort(color.rawValue) + 1 }

  subscript(_ style: Style) -> Attributes {
    let look = theme[style.role]
    let emphasis = look.emphasis.union(style.emphasis)
    var bits = cn_a_normal
    if emphasis.contains(.bold) { bits |= cn_a_bold }
    if emphasis.contains(.dim) { bits |= cn_a_dim }
    if emphasis.contains(.underline) { bits |= cn_a_underline }
    if emphasis.contains(.reverse) { bits |= cn_a_reverse }
    return Attributes(bits: bits, pair: hasColors ? look.foreground.map(Self.pair) ?? 0 : 0)
  }
}
