internal import CNcurses
internal import TUI

/// The ncurses attributes of each style: the look in the theme, in the colours of the terminal.
struct Palette {
  struct Attributes: Hashable {
    let bits: attr_t
    let pair: CShort
  }

  /// The number of colours of the terminal: 0, or at least 8; more than 256 with direct colours.
  let colors: Int

  private var looks: [Attributes] = []
  /// The colour pairs of the theme and of the output of commands.
  private let pairs = ColorPairs()
  /// Whether colours that a command chose are shown.
  private var showsInks = false

  /// Sets up the colours.
  /// - Precondition: a screen is open.
  init(theme: Theme, colorWanted: Bool) {
    let isUsable = colorWanted && has_colors() && start_color() == OK && use_default_colors() == OK && cn_colors() >= 8
    // terminfo has a few terminals with other numbers above 256; their first 256 colours are the usual ones.
    colors = !isUsable ? 0 : cn_colors() <= 256 || cn_has_direct_colors() ? Int(cn_colors()) : 256
    use(theme)
  }

  /// Makes a colour pair for each combination in the theme. Pair 0 is the terminal's default.
  mutating func use(_ theme: Theme) {
    showsInks = colors >= 8 && theme.hasColors
    let theme = theme.shown(in: colors)
    pairs.removeAll()
    looks = Role.allCases.map { role in
      let look = theme[role]
      return Attributes(bits: Self.bits(look.emphasis), pair: pair(look.foreground, look.background))
    }
  }

  /// The pair of two colours, made when it is first needed; 0, the terminal's own colours, if ncurses has no more.
  private func pair(_ foreground: Color?, _ background: Color?) -> CShort {
    pairs[[colorNumber(foreground), colorNumber(background)]]
  }

  /// The number of a colour in ncurses; -1 for the terminal's default.
  private func colorNumber(_ color: Color?) -> CInt {
    switch color {
    case nil: return -1
    case .indexed(let index):
      // With direct colours a number is the colour itself, except for the first eight.
      if colors <= 256 || index < 8 { return CInt(index) }
      let (red, green, blue) = Color.components(of: index)
      return Self.direct(red, green, blue)
    case .rgb(let red, let green, let blue): return Self.direct(Int(red), Int(green), Int(blue))
    }
  }

  private static func direct(_ red: Int, _ green: Int, _ blue: Int) -> CInt {
    // Numbers below 8 would be the ANSI colours.
    CInt(max(red << 16 | green << 8 | blue, 8))
  }

  private static func bits(_ emphasis: Emphasis) -> attr_t {
    var bits = cn_a_normal
    if emphasis.contains(.bold) { bits |= cn_a_bold }
    if emphasis.contains(.dim) { bits |= cn_a_dim }
    if emphasis.contains(.underline) { bits |= cn_a_underline }
    if emphasis.contains(.reverse) { bits |= cn_a_reverse }
    return bits
  }

  /// The attributes of a style.
  subscript(_ style: Style) -> Attributes {
    if showsInks, let ink = style.ink {
      func color(_ number: UInt8?) -> Color? { number.map { Color.indexed($0).nearest(of: colors) } }
      return Attributes(bits: Self.bits(style.emphasis), pair: pair(color(ink.foreground), color(ink.background)))
    }
    let look = looks[Int(style.role.rawValue)]
    return Attributes(bits: look.bits | Self.bits(style.emphasis), pair: look.pair)
  }
}

/// The colour pairs that were made, by the numbers of their colours.
private final class ColorPairs {
  /// Terminals have 64 pairs or more, and ncurses 32,767. A command that uses very many colours gets none for the rest.
  private static let most = 4096
  private var pairs: [[CInt]: CShort] = [:]

  func removeAll() { pairs = [[-1, -1]: 0] }

  subscript(_ colors: [CInt]) -> CShort {
    if let pair = pairs[colors] { return pair }
    let next = CShort(pairs.count)
    guard pairs.count < Self.most, init_extended_pair(CInt(next), colors[0], colors[1]) == OK else { return 0 }
    pairs[colors] = next
    return next
  }
}
