import Testing

@testable import TUI

@Suite struct ColumnsTests {
  @Test(arguments: [
    (0, 2, "日"), (0, 3, "日 "), (1, 3, " 本"), (1, 2, "  "), (2, 100, "本語x"), (6, 5, "x"), (7, 5, ""), (0, 0, ""),
    (-3, 2, "日"),
    (0, Int.max, "日本語x"), (3, Int.max, " 語x"),
  ])
  func `A window never splits a wide glyph`(start: Int, count: Int, expected: String) {
    let text = DisplayText(untrusted: "日本語x".utf8)
    #expect(text.columns(from: start, count: count).string == expected)
  }

  @Test func `Windows keep marks with their base`() {
    let text = DisplayText(untrusted: "e\u{301}o\u{308}x".utf8)
    #expect(Array(text.columns(from: 1, count: 1).utf8) == Array("o\u{308}".utf8))
  }

  @Test func `Every window has its width`() {
    for bytes in HostileText.corpus {
      let text = DisplayText(untrusted: bytes)
      for start in 0...min(text.width, 10) {
        for count in 0...10 {
          let window = text.columns(from: start, count: count)
          #expect(window.width == min(count, text.width - start))
          #expect(window.glyphs.reduce(0) { $0 + $1.width } == window.width)
        }
      }
    }
  }

  @Test func `Fits and pads`() {
    let text: DisplayText = "abcdef"
    #expect(text.fitted(to: 6, mark: "~").string == "abcdef")
    #expect(text.fitted(to: 4, mark: "~").string == "abc~")
    #expect(text.fitted(to: 1, mark: "~").string == "a")
    #expect(text.fitted(to: 0, mark: "~").string == "")
    #expect(text.padded(to: 8).string == "abcdef  ")
    #expect(text.paddedLeft(to: 8).string == "  abcdef")
  }
}
