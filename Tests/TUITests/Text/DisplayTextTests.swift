import Events
import TestSupport
import Testing

@testable import TUI

@Suite struct DisplayTextTests {
  private func shown(_ bytes: some Sequence<UInt8>) -> String { DisplayText(untrusted: bytes).string }
  private func shown(_ text: String) -> String { shown(text.utf8) }

  @Test func `Plain text stands for itself`() {
    let text = DisplayText(untrusted: "git status --short".utf8)
    #expect(text.string == "git status --short")
    #expect(text.width == 18)
    #expect(text.isASCII)
    #expect(shown("naïve café 日本語 ☃") == "naïve café 日本語 ☃")
  }

  @Test(arguments: [
    ("\u{1b}[2J", "\\x1b[2J"), ("\u{1b}]0;x\u{7}", "\\x1b]0;x\\x07"), ("a\rb", "a\\x0db"), ("a\nb", "a\\x0ab"),
    ("\t\u{8}\u{7f}\0", "\\x09\\x08\\x7f\\x00"), ("\u{9b}31m", "\\u{9b}31m"), ("\\", "\\\\"),
    ("\\x1b[31m", "\\\\x1b[31m"), ("exe.\u{202e}gpj", "exe.\\u{202e}gpj"), ("\u{2066}", "\\u{2066}"),
    ("\u{61c}\u{200e}\u{200f}", "\\u{61c}\\u{200e}\\u{200f}"), ("in\u{200b}it", "in\\u{200b}it"),
    ("\u{2028}\u{2029}", "\\u{2028}\\u{2029}"), ("\u{feff}\u{ad}", "\\u{feff}\\u{ad}"), ("\u{e0041}", "\\u{e0041}"),
    ("\u{e000}", "\\u{e000}"), ("\u{378}", "\\u{378}"), ("\u{ffff}", "\\u{ffff}"), ("a\u{a0}b", "a\\u{a0}b"),
    ("\u{3000}", "\\u{3000}"), ("\u{1f468}\u{200d}\u{1f469}", "\u{1f468}\\u{200d}\u{1f469}"),
    ("\u{fdfd}", "\\u{fdfd}"), ("\u{1f44d}\u{1f3fd}", "\u{1f44d}\\u{1f3fd}"), ("\u{1f1e9}", "\\u{1f1e9}"),
    ("\u{2764}\u{fe0f}", "\u{2764}\\u{fe0f}"), ("\u{1161}", "\\u{1161}"), ("\u{2800}", "\\u{2800}"),
    ("\u{5e9}\u{5dc}\u{5d5}\u{5dd}", "\\u{5e9}\\u{5dc}\\u{5d5}\\u{5dd}"), ("a\u{627}b", "a\\u{627}b"),
    ("\u{662}", "\\u{662}"), ("\u{fefc}", "\\u{fefc}"), ("\u{1e900}", "\\u{1e900}"),
    ("\u{5d1}\u{5bc}", "\\u{5d1}\\u{5bc}"),
    ("\u{301}a", "\\u{301}a"), (" \u{301}", " \\u{301}"), ("\u{1b}\u{301}", "\\x1b\\u{301}"),
  ])
  func `What is not a printable glyph becomes an escape`(text: String, escaped: String) {
    #expect(Array(shown(text).utf8) == Array(escaped.utf8))
  }

  @Test(
    arguments: [
      ([0x9b, 0x6d], "\\x9bm"), ([0xc0, 0x80], "\\xc0\\x80"), ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"),
      ([0xf4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"), ([0x61, 0xe2, 0x82], "a\\xe2\\x82"),
      ([0xe2, 0x28, 0xa1], "\\xe2(\\xa1"), ([0xe2, 0xc3, 0xa9], "\\xe2é"),
      ([0xf0, 0x9f, 0xe2, 0x98, 0x83], "\\xf0\\x9f☃"),
    ] as [([UInt8], String)])
  func `Bytes that are not UTF-8 become escapes one by one`(bytes: [UInt8], escaped: String) {
    #expect(shown(bytes) == escaped)
  }

  @Test func `Stacked marks are capped`() {
    let text = DisplayText(untrusted: ("e" + String(repeating: "\u{301}", count: 500)).utf8)
    #expect(text.string.unicodeScalars.filter { $0 == "\u{301}" }.count == Glyph.maximumMarks)
    #expect(text.width == 1 + (500 - Glyph.maximumMarks) * 7)
    #expect(text.glyphs[0].marks == ["\u{301}", "\u{301}", "\u{301}"])
  }

  @Test func `Equality is exact`() {
    #expect(DisplayText(untrusted: "é".utf8) != DisplayText(untrusted: "e\u{301}".utf8))
  }

  @Test(arguments: HostileText.corpus)
  func `Every text of the corpus reads back`(bytes: [UInt8]) throws {
    let text = DisplayText(untrusted: bytes)
    #expect(try ReadBack.bytes(text.utf8) == bytes)
    expectSafe(text)
  }

  @Test func `Fuzzed bytes read back`() throws {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<20_000 {
      let bytes = HostileText.fuzz(using: &random)
      let text = DisplayText(untrusted: bytes)
      #expect(try ReadBack.bytes(text.utf8) == bytes)
      expectSafe(text)
    }
  }

  @Test func `Every scalar reads back and none is a control`() throws {
    for value in UInt32(0)...0x10ffff {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let bytes = Array(String(Character(scalar)).utf8)
      let text = DisplayText(untrusted: bytes)
      if try ReadBack.bytes(text.utf8) != bytes { Issue.record("\(scalar.escaped(asASCII: true)) does not read back") }
      let isControl = text.string.unicodeScalars.contains { $0.value < 0x20 || (0x7f..<0xa0).contains($0.value) }
      if isControl { Issue.record("\(scalar.escaped(asASCII: true)) shows a control") }
    }
  }

  /// A text never holds a control, a format character or half a sequence, and its width is the sum of its glyphs'.
  private func expectSafe(_ text: DisplayText) {
    #expect(Array(text.string.utf8) == text.utf8, "well-formed UTF-8")
    for scalar in text.string.unicodeScalars { #expect(![.unprintable, .rightToLeft].contains(GlyphClass.of(scalar))) }
    #expect(text.glyphs.reduce(0) { $0 + $1.width } == text.width)
    if let first = text.string.unicodeScalars.first { #expect(GlyphClass.of(first) != .mark) }
  }

  @Test func `A limit stops early without changing what is before`() {
    let bytes = Array(repeating: UInt8(ascii: "a"), count: 100_000) + [0x1b]
    #expect(DisplayText(untrusted: bytes, upTo: 80).width == 80)
    for input in HostileText.corpus {
      let whole = DisplayText(untrusted: input)
      for limit in 0...12 {
        let part = DisplayText(untrusted: input, upTo: limit)
        #expect(whole.utf8.starts(with: part.utf8))
        #expect(part.width >= min(limit, whole.width))
        #expect(part.columns(count: limit) == whole.columns(count: limit))
      }
    }
  }

  @Test func `Typed text keeps its backslash and no control`() {
    #expect(DisplayText(typed: "a\\d\u{1b}[0m").string == "a\\d\\x1b[0m")
  }

  @Test func `comm and raw bytes go the same way`() {
    #expect(DisplayText(Comm([0x1b, 0x5b, 0x41])).string == "\\x1b[A")
    #expect(DisplayText(RawBytes([0xff, 0x2f])).string == "\\xff/")
  }
}
