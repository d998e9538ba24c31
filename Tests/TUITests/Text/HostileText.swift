import TestSupport

/// Bytes as hostile processes choose them, and fuzzed mixtures of them.
enum HostileText {
  static let corpus: [[UInt8]] = [
    utf8("\u{1b}[2J"), utf8("\u{1b}]0;t\u{7}"), utf8("\u{1b}]52;c;Zm9v\u{7}"),
    utf8("\u{1b}]8;;http://x\u{1b}\\y\u{1b}]8;;\u{1b}\\"), utf8("\u{1b}P1$r\u{1b}\\"), utf8("\u{1b}[6n"),
    utf8("\u{9b}31m"), [0x9b, 0x33, 0x31, 0x6d], utf8("sshd: root\rinit"), utf8("abc\u{8}\u{8}\u{8}xyz"),
    utf8("one\nroot 1 init"), Array(repeating: 9, count: 1000), utf8("exe.\u{202e}gpj"), utf8("\u{2066}unclosed"),
    utf8("in\u{200b}it"), utf8("e" + String(repeating: "\u{301}", count: 500)), utf8("\u{301}lead"),
    utf8("\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}"), utf8("\u{fdfd}"), [0xc0, 0x80], [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xff, 0xfe], [0x61, 0xe2, 0x82], [0xe2], [0xf0, 0x9f, 0x98],
    [0xe2, 0x28, 0xa1], [0x80, 0x80, 0xbf], utf8("\\x1b[31m"), utf8("\\"), utf8("\\\\u{41}"), [], [0],
    utf8("a\u{ad}b"), utf8("a\u{feff}b"), utf8("\u{e0041}\u{e007f}"), utf8("\u{e000}\u{f0000}"), utf8("\u{378}"),
    utf8("\u{2028}\u{2029}"), utf8("\u{61c}\u{200e}\u{200f}"), utf8("a\u{a0}b\u{3000}c\u{2003}d"),
    utf8("\u{5e9}\u{5dc} 12 \u{5d5}"), utf8("\u{660}|\u{661}"), utf8("\u{627}\u{64b}x"),
    utf8("\u{1f1e9}\u{1f1ea}"), utf8("\u{1f44d}\u{1f3fd}"), utf8("\u{1100}\u{1161}\u{11a8}"),
    utf8(" \u{301}'\u{338}"), utf8("#\u{fe0f}\u{20e3}"), utf8("日本語"), utf8("naïve café"),
    utf8("न\u{92e}\u{938}\u{94d}"),
    utf8("[kworker/0:0]"), utf8(") R 1 ("), Array(repeating: 0x1b, count: 15),
  ]

  private static func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// Random bytes, some of them pieces of the corpus and any scalars, up to about 64 bytes.
  static func fuzz(using random: inout SeededGenerator) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.append(UInt8.random(in: 0...255, using: &random))
      case 1: bytes += (corpus.randomElement(using: &random) ?? []).prefix(8)
      case 2:
        let value = UInt32.random(in: 0...0x10ffff, using: &random)
        bytes += Array(String(Character(Unicode.Scalar(value) ?? "?")).utf8)
      case 3: bytes += [UInt8](" '\\~\"$".utf8.shuffled(using: &random))
      default: bytes += [UInt8](repeating: UInt8.random(in: 0x20...0x7e, using: &random), count: 3)
      }
    }
    return bytes
  }
}
