/// The terminal's private modes (DECSET, `CSI ? n h`) that terminfo has no names for.
struct Modes {
  /// Pastes come between marks (bracketed paste).
  static let paste = Modes([2004])
  /// Presses, releases and the wheel are reported (1000), movements while a button is held where the terminal can
  /// (1002, which takes the place of 1000), in decimal (1006).
  static let mouse = Modes([1000, 1002, 1006])
  /// Drawing becomes visible when the mode is switched off (synchronized update).
  static let frame = Modes([2026])

  /// Switches all of them off, whether they were on or not; the synchronized update first, because nothing is visible
  /// until it ends.
  static let allOff = frame.off + mouse.off + paste.off

  /// The bytes that switch them on, and off.
  let on: [UInt8]
  let off: [UInt8]

  private init(_ numbers: [Int]) {
    on = numbers.flatMap { Array("\u{1b}[?\($0)h".utf8) }
    off = numbers.reversed().flatMap { Array("\u{1b}[?\($0)l".utf8) }
  }
}
