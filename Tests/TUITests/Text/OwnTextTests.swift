import Testing

@testable import TUI

@Suite struct OwnTextTests {
  @Test func `Literals take numbers and display text`() {
    let name = DisplayText(untrusted: [0x1b])
    let text: DisplayText = "\(name): \(-7) of \(number: 1_234_567, grouped: true)"
    #expect(text.string == "\\x1b: -7 of 1,234,567")
    #expect(text.width == text.string.utf8.count)
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (-1000, "-1,000"), (-999, "-999"), (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func `Groups digits`(number: Int, expected: String) {
    #expect(DisplayText(number: number, grouped: true).string == expected)
  }

  @Test func `Hexadecimal`() { #expect(DisplayText(hexadecimal: UInt(0xbeef)).string == "beef") }

  @Test func `Joins and repeats`() {
    #expect((["a", "b", "c"] as [DisplayText]).joined(separator: ", ").string == "a, b, c")
    #expect(("ab" as DisplayText).repeated(3).string == "ababab")
    #expect(("ab" as DisplayText).repeated(-1).isEmpty)
  }

  @Test func `Every sign is of its stated width`() {
    for glyphs in [Glyphs.utf8, Glyphs.ascii] {
      let signs = Array(Mirror(reflecting: glyphs.table).children) + Array(Mirror(reflecting: glyphs.span).children)
      for (label, value) in signs {
        for text in (value as? [DisplayText]) ?? (value as? DisplayText).map({ [$0] }) ?? [] {
          let isWide = label?.hasPrefix("guide") == true || ["=>", "+-"].contains(text.string)
          #expect(text.width == (isWide ? 2 : 1), "\(label ?? "")")
        }
      }
    }
    let ascii =
      Array(Mirror(reflecting: Glyphs.ascii.table).children) + Array(Mirror(reflecting: SpanGlyphs.ascii).children)
    for (label, value) in ascii where label != "span" {
      let texts = (value as? [DisplayText]) ?? (value as? DisplayText).map { [$0] } ?? []
      #expect(!texts.isEmpty && texts.allSatisfy(\.isASCII), "\(label ?? "")")
    }
  }

  @Test func `Sparkline bars span their range`() {
    #expect(Glyphs.utf8.bar(0, highest: 10) == " ")
    #expect(Glyphs.utf8.bar(1, highest: 1000) == "▁")
    #expect(Glyphs.utf8.bar(1000, highest: 1000) == "█")
    #expect(Glyphs.utf8.bar(5000, highest: 1000) == "█")
    #expect(Glyphs.ascii.bar(3, highest: 3) == "|")
  }
}
