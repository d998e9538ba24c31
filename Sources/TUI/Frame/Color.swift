/// A colour as a theme names it. A colour that the terminal does not have is replaced by the nearest one that it has.
package enum Color: Hashable, Sendable {
  /// 0 to 7 are the ANSI colours and 8 to 15 their bright ones, both of which the terminal's own palette defines;
  /// 16 to 231 are a cube of six steps a side, 232 to 255 greys.
  case indexed(UInt8)
  case rgb(UInt8, UInt8, UInt8)

  package static let black = Color.indexed(0)
  package static let red = Color.indexed(1)
  package static let green = Color.indexed(2)
  package static let yellow = Color.indexed(3)
  package static let blue = Color.indexed(4)
  package static let magenta = Color.indexed(5)
  package static let cyan = Color.indexed(6)
  package static let white = Color.indexed(7)

  /// The names of the ANSI colours in their order; `bright-` before one makes the bright one of it.
  package static let names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]

  /// Reads `red`, `bright-red`, `#d70000` or a number from 0 to 255; nil for anything else.
  package init?(settingText text: String) {
    if let index = Self.names.firstIndex(of: text) {
      self = .indexed(UInt8(index))
    } else if text.hasPrefix("bright-"), let index = Self.names.firstIndex(of: String(text.dropFirst(7))) {
      self = .indexed(UInt8(index + 8))
    } else if text.hasPrefix("#"), text.utf8.count == 7, text.dropFirst().allSatisfy(\.isHexDigit),
      let value = UInt32(text.dropFirst(), radix: 16)
    {
      self = .rgb(UInt8(value >> 16 & 0xff), UInt8(value >> 8 & 0xff), UInt8(value & 0xff))
    } else if let number = UInt8(text), text == "\(number)" {
      self = .indexed(number)
    } else {
      return nil
    }
  }
}

extension Color {
  /// The same colour, or the nearest one that a terminal with this many colours has.
  ///
  /// - Parameter colors: 8, 16, 256, or more where any red, green and blue may be had.
  package func nearest(of colors: Int) -> Color {
    switch self {
    case .indexed(let index):
      if colors >= 256 || Int(index) < colors { return self }
      // The bright ones are lighter shades of the first eight.
      return index < 16 ? .indexed(index - 8) : .indexed(Self.nearestANSI(to: Self.components(of: index), of: colors))
    case .rgb(let red, let green, let blue):
      if colors > 256 { return self }
      let wanted = (Int(red), Int(green), Int(blue))
      if colors < 256 { return .indexed(Self.nearestANSI(to: wanted, of: colors)) }
      // The terminal's palette defines the first sixteen: their actual look is unknown.
      let candidates = (16...255).map { (index: UInt8($0), color: Self.components(of: UInt8($0))) }
      let best = candidates.min { Self.distance($0.color, wanted) < Self.distance($1.color, wanted) }
      return .indexed(best?.index ?? 0)
    }
  }

  /// Red, green and blue of a colour by its number, the first sixteen as xterm has them.
  package static func components(of index: UInt8) -> (Int, Int, Int) {
    let index = Int(index)
    if index >= 232 {
      let grey = 8 + 10 * (index - 232)
      return (grey, grey, grey)
    }
    if index >= 16 {
      let steps = [0, 95, 135, 175, 215, 255]
      let cube = index - 16
      return (steps[cube / 36], steps[cube / 6 % 6], steps[cube % 6])
    }
    let value = index == 8 ? 127 : index == 7 ? 229 : index < 8 ? 205 : 255
    let bits = index == 8 ? 7 : index % 8
    return (bits & 1 == 0 ? 0 : value, bits & 2 == 0 ? 0 : value, bits & 4 == 0 ? 0 : value)
  }

  /// The ANSI colour with the nearest hue: a dark red becomes red, not black, because the hue carries the meaning.
  private static func nearestANSI(to color: (Int, Int, Int), of colors: Int) -> UInt8 {
    let (high, low) = (max(color.0, color.1, color.2), min(color.0, color.1, color.2))
    if high - low < 48 {
      if colors >= 16, (64..<160).contains(high) { return 8 }
      return high < 96 ? 0 : 7
    }
    let middle = (high + low) / 2
    let hue = UInt8((color.0 > middle ? 1 : 0) + (color.1 > middle ? 2 : 0) + (color.2 > middle ? 4 : 0))
    return colors >= 16 && high > 230 ? hue + 8 : hue
  }

  /// Green counts most to the eye, blue least.
  private static func distance(_ a: (Int, Int, Int), _ b: (Int, Int, Int)) -> Int {
    let (red, green, blue) = (a.0 - b.0, a.1 - b.1, a.2 - b.2)
    return 3 * red * red + 6 * green * green + blue * blue
  }
}
