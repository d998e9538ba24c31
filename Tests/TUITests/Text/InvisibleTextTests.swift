import Events
import Recording
import Testing

@testable import TUI

/// What draws nothing, or acts on the text around it, is an escape in every output: in the view, in lines of text and in
/// JSON, by one table.
@Suite struct InvisibleTextTests {
  /// Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties, White_Space but for the space itself, the controls,
  /// and blanks that neither property has.
  private static let invisible: [ClosedRange<UInt32>] = [
    0x0...0x1f, 0x7f...0xa0, 0xad...0xad, 0x34f...0x34f, 0x61c...0x61c, 0x115f...0x1160, 0x1680...0x1680,
    0x17b4...0x17b5, 0x180b...0x180f, 0x2000...0x200f, 0x2028...0x202f, 0x205f...0x206f, 0x2800...0x2800,
    0x3000...0x3000, 0x3164...0x3164, 0xe000...0xf8ff, 0xfe00...0xfe0f, 0xfeff...0xfeff, 0xffa0...0xffa0,
    0xfff0...0xfffc, 0xfffe...0xffff, 0x110bd...0x110bd, 0x110cd...0x110cd, 0x13430...0x1343f, 0x1bca0...0x1bca3,
    0x1d159...0x1d159, 0x1d173...0x1d17a, 0xe0000...0xe0fff, 0xf0000...0x10ffff,
    // Marks that only join what stands beside them.
    0x1039...0x1039, 0x17d2...0x17d2, 0x1a60...0x1a60, 0x1bab...0x1bab, 0x2d7f...0x2d7f, 0xaaf6...0xaaf6,
    0x10a3f...0x10a3f, 0x1107f...0x1107f, 0x11133...0x11133, 0x1193e...0x1193e, 0x11a47...0x11a47, 0x11a99...0x11a99,
    0x11d45...0x11d45, 0x11d97...0x11d97, 0x16fe4...0x16fe4,
  ]

  private static func json(_ text: String) -> String {
    var encoder = JSONLineEncoder(wallOffset: nil)
    let image = ProcessImage(time: 1, comm: "x", argv: StringVector([text]))
    encoder.append(
      .exec(ExecEvent(process: ProcessFacts(id: ProcessID(pid: 1, startTime: 1), parent: nil, comm: "x"), image: image))
    )
    return String(decoding: encoder.bytes, as: UTF8.self)
  }

  @Test func `What draws nothing is escaped everywhere`() {
    var raw: [String] = []
    for range in Self.invisible {
      // Of the planes for private use a few will do.
      for value in stride(from: max(range.lowerBound, 1), through: range.upperBound, by: range.count > 4096 ? 997 : 1) {
        guard let scalar = Unicode.Scalar(value) else { continue }
        let text = "a\(scalar)b"
        let shown = DisplayText(untrusted: text.utf8).string.unicodeScalars
        let written = Self.json(text).dropLast().unicodeScalars
        if shown.contains(scalar) || written.contains(scalar) { raw.append(String(value, radix: 16)) }
      }
    }
    #expect(raw.isEmpty)
  }

  /// By the properties that the standard library knows, which are of a later Unicode than the list above may be.
  @Test func `Nothing that unicode calls invisible has a glyph`() {
    var shown: [String] = []
    for value in UInt32(0)...0x10_ffff {
      guard let scalar = Unicode.Scalar(value), scalar != " " else { continue }
      let properties = scalar.properties
      let isVisible: Bool =
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .privateUse, .unassigned: false
        default: !properties.isDefaultIgnorableCodePoint && !properties.isWhitespace
        }
      if isVisible { continue }
      let kind = GlyphClass.of(scalar)
      if kind != .unprintable && kind != .rightToLeft { shown.append(String(value, radix: 16)) }
    }
    #expect(shown.isEmpty)
  }

  /// Every scalar there is, a thousand in one text: JSON has as it is what the view has as it is.
  @Test func `Json and the view escape the same`() {
    for start in stride(from: UInt32(0xa0), to: 0x11_0000, by: 1000) {
      let scalars = (start..<start + 1000).compactMap { Unicode.Scalar($0) }
      let text = scalars.map { "a\($0)" }.joined()
      let shown = DisplayText(untrusted: text.utf8).string.unicodeScalars.filter { !$0.isASCII }
      let written = Self.json(text).unicodeScalars.filter { !$0.isASCII }
      #expect(shown.elementsEqual(written), "from \(String(start, radix: 16))")
    }
  }

  @Test(arguments: [
    ("e\u{301}\u{301}\u{301}\u{301}", "e\u{301}\u{301}\u{301}\\u0301"), ("\u{301}a", "\\u0301a"),
    (" \u{301}", " \\u0301"), ("\u{feff}\u{301}", "\\ufeff\\u0301"), ("\u{65e5}\u{301}", "\u{65e5}\u{301}"),
    ("\u{e0041}", "\\udb40\\udc41"), ("\u{3164}\u{ffa0}\u{115f}", "\\u3164\\uffa0\\u115f"),
    ("ok\u{fe0f}", "ok\\ufe0f"), ("\u{2800}", "\\u2800"), ("caf\u{e9} \u{2603}", "caf\u{e9} \u{2603}"),
  ])
  func `Marks and fillers in JSON`(text: String, written: String) {
    let all = Array(Self.json(text).utf8)
    let expected = Array("\"argv\":[\"\(written)\"]".utf8)
    #expect(all.indices.contains { all[$0...].starts(with: expected) }, "\(Self.json(text))")
  }

  @Test func `What is escaped reads back`() throws {
    let values = Self.invisible.filter { $0.count <= 4096 }.joined()
    let text = values.compactMap { $0 == 0 ? nil : Unicode.Scalar($0) }.map { "x\($0)\u{301}" }.joined()
    let line = Array(Self.json(text).utf8)
    guard case .exec(let exec)? = try JSONLineDecoder().decode(line[...], number: 1)?.event else {
      Issue.record("no exec")
      return
    }
    #expect(exec.image.argv == StringVector([text]))
  }
}
