/// The look in which a command prints: what its control sequences for colours and emphasis have set (SGR of ECMA-48).
struct OutputPen: Hashable, Sendable {
  private var ink = Ink()
  private var emphasis: Emphasis = []

  /// The style of the next letter.
  var style: Style { Style(ink, emphasis) }

  /// Applies the parameters of `CSI … m`: numbers between semicolons, with parts between colons.
  /// - Returns: false if they are something else, as those of private sequences; then nothing has changed.
  mutating func apply(_ bytes: ArraySlice<UInt8>) -> Bool {
    var groups: [[Int]] = [[]]
    var number: Int?
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): number = min((number ?? 0) * 10 + Int(byte & 0xf), 100_000)
      case UInt8(ascii: ":"):
        groups[groups.count - 1].append(number ?? -1)
        number = nil
      case UInt8(ascii: ";"):
        groups[groups.count - 1].append(number ?? -1)
        groups.append([])
        number = nil
      default: return false
      }
    }
    groups[groups.count - 1].append(number ?? -1)
    var rest = groups[...]
    while let group = rest.popFirst() {
      let code = max(group[0], 0)
      switch code {
      case 38, 48:
        let color = group.count > 1 ? Self.color(parts: group.dropFirst()) : Self.color(of: &rest)
        if code == 38 { ink.foreground = color ?? ink.foreground } else { ink.background = color ?? ink.background }
      case 4 where group.count > 1:
        // 4:0 is none, and 4:3 a wavy line.
        if group[1] == 0 { emphasis.remove(.underline) } else { emphasis.insert(.underline) }
      default: apply(code)
      }
    }
    return true
  }

  private mutating func apply(_ code: Int) {
    switch code {
    case 0: self = OutputPen()
    case 1: emphasis.insert(.bold)
    case 2: emphasis.insert(.dim)
    case 4, 21: emphasis.insert(.underline)
    case 7: emphasis.insert(.reverse)
    case 22: emphasis.subtract([.bold, .dim])
    case 24: emphasis.remove(.underline)
    case 27: emphasis.remove(.reverse)
    case 30...37: ink.foreground = UInt8(code - 30)
    case 39: ink.foreground = nil
    case 40...47: ink.background = UInt8(code - 40)
    case 49: ink.background = nil
    case 90...97: ink.foreground = UInt8(code - 90 + 8)
    case 100...107: ink.background = UInt8(code - 100 + 8)
    // The others change what cells cannot show: italics, blinking, fonts. Hidden text stays visible.
    default: break
    }
  }

  /// `5;N` or `2;R;G;B`, as the numbers after 38 and 48. After another kind nothing more is read: how many numbers
  /// belong to it is unknown.
  private static func color(of rest: inout ArraySlice<[Int]>) -> UInt8? {
    guard let kind = rest.popFirst()?[0] else { return nil }
    switch kind {
    case 5: return rest.popFirst().flatMap { indexed($0[0]) }
    case 2:
      let parts = rest.prefix(3).map { $0[0] }
      rest = rest.dropFirst(3)
      return rgb(parts)
    default:
      rest = []
      return nil
    }
  }

  /// `5:N`, `2:R:G:B` or `2:SPACE:R:G:B`.
  private static func color(parts: ArraySlice<Int>) -> UInt8? {
    let parts = Array(parts)
    switch parts[0] {
    case 5 where parts.count > 1: return indexed(parts[1])
    case 2 where parts.count == 4: return rgb(Array(parts[1...]))
    case 2 where parts.count > 4: return rgb(Array(parts[2...4]))
    default: return nil
    }
  }

  private static func indexed(_ number: Int) -> UInt8? { UInt8(exactly: max(number, 0)) }

  /// The nearest of the 256 colours.
  private static func rgb(_ parts: [Int]) -> UInt8? {
    guard parts.count == 3 else { return nil }
    let values = parts.compactMap { UInt8(exactly: max($0, 0)) }
    guard values.count == 3, case .indexed(let number) = Color.rgb(values[0], values[1], values[2]).nearest(of: 256)
    else { return nil }
    return number
  }
}
