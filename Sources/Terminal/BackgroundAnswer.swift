internal import Glibc
internal import TUI

/// The answers of a terminal to two questions: for the colour of its background (OSC 11), and for its attributes (DA1),
/// which every terminal answers. So a terminal that does not know the first is not waited for.
struct BackgroundAnswer {
  /// `OSC 11 ; ? ST`, then `CSI c`.
  static let questions = Array("\u{1b}]11;?\u{1b}\\\u{1b}[c".utf8)

  /// The red, green and blue of the background, each from 0 to 1; nil if there is no answer.
  private(set) var color: (red: Double, green: Double, blue: Double)?
  /// Whether the second answer is here: no other follows.
  private(set) var isComplete = false
  /// All other bytes, in order: what the user typed meanwhile.
  private(set) var others: [UInt8] = []

  /// Separates the answers from other input. Bytes that only look like an answer stay among the others.
  init(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while let byte = rest.first {
      if byte == 0x1b, let length = Self.attributes(rest) {
        isComplete = true
        rest = rest.dropFirst(length)
      } else if byte == 0x1b, let (length, answer) = Self.background(rest) {
        color = answer ?? color
        rest = rest.dropFirst(length)
      } else {
        others.append(byte)
        rest = rest.dropFirst()
      }
    }
  }

  /// Whether the background is dark or light; nil if it is unknown.
  var background: TerminalTraits.Background? {
    guard let color else { return nil }
    // The relative luminance of WCAG 2, with a power of 2 in place of 2.4: black and white text have the same contrast
    // on about 0.18.
    let luminance =
      0.2126 * color.red * color.red + 0.7152 * color.green * color.green + 0.0722 * color.blue * color.blue
    return luminance < 0.2 ? .dark : .light
  }

  /// The length of `CSI ? numbers c`.
  private static func attributes(_ bytes: ArraySlice<UInt8>) -> Int? {
    let head = Array("\u{1b}[?".utf8)
    guard bytes.starts(with: head) else { return nil }
    let numbers = bytes.dropFirst(head.count).prefix(64).prefix { 0x30...0x39 ~= $0 || $0 == UInt8(ascii: ";") }
    guard bytes.dropFirst(head.count + numbers.count).first == UInt8(ascii: "c") else { return nil }
    return head.count + numbers.count + 1
  }

  /// The length of `OSC 11 ; rgb:RRRR/GGGG/BBBB` and its end, BEL or ST, and the colour.
  private static func background(
    _ bytes: ArraySlice<UInt8>
  ) -> (length: Int, color: (red: Double, green: Double, blue: Double)?)? {
    let head = Array("\u{1b}]11;".utf8)
    guard bytes.starts(with: head) else { return nil }
    let text = bytes.dropFirst(head.count).prefix(64).prefix { 0x20..<0x7f ~= $0 }
    let end = bytes.dropFirst(head.count + text.count)
    let endLength = end.first == 0x07 ? 1 : end.starts(with: [0x1b, UInt8(ascii: "\\")]) ? 2 : 0
    guard endLength > 0 else { return nil }
    return (head.count + text.count + endLength, color(of: String(decoding: text, as: UTF8.self)))
  }

  /// The colour of `rgb:R/G/B` with one to four hexadecimal digits each, or of `rgba:` with a fourth part.
  private static func color(of text: String) -> (red: Double, green: Double, blue: Double)? {
    guard let head = ["rgb:", "rgba:"].first(where: text.hasPrefix) else { return nil }
    let parts = text.dropFirst(head.count).split(separator: "/", omittingEmptySubsequences: false)
    let values = parts.prefix(3).compactMap { part -> Double? in
      guard (1...4).contains(part.count), let value = UInt32(part, radix: 16) else { return nil }
      return Double(value) / Double((1 << (4 * part.count)) - 1)
    }
    guard parts.count == (head == "rgb:" ? 3 : 4), values.count == 3 else { return nil }
    return (values[0], values[1], values[2])
  }
}

/// The start of an answer to `BackgroundAnswer.questions`, as a slow line delivers it.
enum PartialAnswer {
  /// The longest answer, in codes.
  private static let longest = 64
  private static let starts = ["\u{1b}]11;", "\u{1b}[?"].map { $0.utf8.map { Int32($0) } }

  /// Whether codes are the start of an answer, all but its end. ESC alone is a key.
  static func isStart(_ codes: ArraySlice<Int32>) -> Bool {
    guard codes.count > 1, codes.count < longest else { return false }
    return starts.contains { start in
      if codes.count <= start.count { return start.starts(with: codes) }
      return codes.starts(with: start) && codes.dropFirst(start.count).allSatisfy(isInside)
    }
  }

  /// Whether codes still are the start of an answer, or have all of it.
  static func canGoOn(_ codes: [Int32]) -> Bool {
    if isStart(codes[...]) { return true }
    guard let length = EscapeSequence(codes[...])?.length else { return false }
    return codes.starts(with: starts[0]) || codes[length - 1] == Int32(UInt8(ascii: "c"))
  }

  /// Whether a code stands inside of a colour or of numbers, or starts the end of the answer.
  private static func isInside(_ code: Int32) -> Bool {
    switch code {
    case 0x30...0x3b, 0x41...0x46, 0x61...0x66, 0x1b: true
    default: "rgb/".utf8.contains { Int32($0) == code }
    }
  }
}

extension TerminalSession {
  /// Asks the terminal for the colour of its background, and keeps the answer in `traits`. Without an answer, the hint of
  /// COLORFGBG is used, if there is one.
  ///
  /// Of terminals with fewer than 256 colours only those are asked whose name tells that they drop unknown questions: the
  /// Linux console may print them. It is black. An answer that comes too late is dropped, as all unknown sequences are, also one that
  /// comes in pieces (`PartialAnswer`).
  /// - Parameter milliseconds: how long to wait.
  package func askBackground(within milliseconds: Int) {
    guard state == .ours, palette.colors >= 8, acceptsOutput() else { return }
    let name = getenv("TERM").map { String(cString: $0) } ?? ""
    guard palette.colors >= 256 || Self.answers(name) else {
      background = Self.hint ?? (name.hasPrefix("linux") ? .dark : nil)
      return
    }
    screen.output.send(BackgroundAnswer.questions)
    let end = ContinuousClock.now + .milliseconds(milliseconds)
    var bytes: [UInt8] = []
    var answer = BackgroundAnswer([])
    while !answer.isComplete, bytes.count < Self.mostBytes {
      let left = (end - ContinuousClock.now) / .milliseconds(1)
      var entry = pollfd(fd: inputDescriptor, events: Int16(POLLIN), revents: 0)
      guard left > 0, poll(&entry, 1, CInt(left) + 1) == 1, entry.revents & Int16(POLLIN) != 0 else { break }
      var chunk = [UInt8](repeating: 0, count: 1024)
      let count = read(inputDescriptor, &chunk, chunk.count)
      guard count > 0 else { break }
      bytes += chunk.prefix(count)
      answer = BackgroundAnswer(bytes)
    }
    typedAhead = answer.others.map { Int32($0) }
    decoder.awaitsAnswer = !answer.isComplete
    background = answer.background ?? Self.hint
  }

  /// The most bytes to read for an answer.
  private static var mostBytes: Int { 64 << 10 }

  /// Whether a terminal with few colours is one that drops questions which it does not know.
  /// - Parameter name: its name for terminfo, such as `xterm` or `screen`.
  static func answers(_ name: String) -> Bool { ["xterm", "rxvt", "screen", "tmux"].contains { name.hasPrefix($0) } }

  /// The background by COLORFGBG, as rxvt and Konsole set it: the numbers of the colours of text and background.
  private static var hint: TerminalTraits.Background? {
    guard let value = getenv("COLORFGBG") else { return nil }
    return background(ofHint: String(cString: value))
  }

  /// - Parameter hint: such as `15;0` or `0;default;15`.
  static func background(ofHint hint: String) -> TerminalTraits.Background? {
    guard let last = hint.split(separator: ";").last, let number = Int(last), (0...15).contains(number) else {
      return nil
    }
    return (0...6).contains(number) || number == 8 ? .dark : .light
  }
}
