import Events
import TestSupport
import Testing

@testable import TUI

/// Bytes of a command become the lines that a terminal would show.
@Suite
struct OutputDecoderTests {
  /// The texts of all lines; the last one has not ended.
  private func lines(_ text: String) -> [String] { lines(Array(text.utf8)) }

  private func lines(_ bytes: [UInt8]) -> [String] {
    var decoder = OutputDecoder(.output)
    var lines: [OutputLine] = []
    decoder.write(bytes, at: 1) { lines.append($0) }
    if let open = decoder.openLine { lines.append(open) }
    return lines.map { String(decoding: $0.utf8, as: UTF8.self) }
  }

  private func only(_ text: String) throws -> StyledText {
    var decoder = OutputDecoder(.output)
    var lines: [OutputLine] = []
    decoder.write(Array(text.utf8), at: 1) { lines.append($0) }
    return try #require((decoder.openLine ?? lines.last)?.text)
  }

  @Test(
    arguments: [
      ("a\nb\n", ["a", "b"]), ("a\n\nb", ["a", "", "b"]), ("a\r\nb\r\n", ["a", "b"]),
      // Carriage returns overwrite, as on a terminal.
      ("10 %\r20 %\r100 %\n", ["100 %"]), ("longer\rab\n", ["abnger"]), ("longer\r\u{1b}[Kab\n", ["ab"]),
      ("old\u{1b}[2K\rnew\n", ["new"]), ("abc\u{1b}[2Dx\n", ["axc"]), ("abc\u{1b}[1Gx\n", ["xbc"]),
      ("a\u{1b}[2Cb\n", ["a  b"]), ("abc\u{1b}[1K\n", ["   "]),
      // Backspaces.
      ("ab\u{8}c\n", ["ac"]), ("|\u{8}/\u{8}-\n", ["-"]), ("\u{8}a\n", ["a"]),
      // Tabs.
      ("a\tb\n", ["a       b"]), ("\t\tx\n", ["                x"]), ("1234567\tx\n", ["1234567 x"]),
      // Text of several bytes and columns.
      ("é漢\u{8}x\n", ["é x"]), ("漢\rx\n", ["x "]), ("e\u{301}\n", ["e\u{301}"]),
      // A backslash is one.
      ("C:\\x1b\n", ["C:\\x1b"]),
    ] as [(String, [String])])
  func `Lines`(text: String, expected: [String]) {
    #expect(lines(text) == expected)
  }

  @Test(
    arguments: [
      ("a\u{7}b\n", "a\\x07b"), ("\u{0}\n", "\\x00"), ("\u{c}\n", "\\x0c"), ("\u{7f}\n", "\\x7f"),
      ("\u{1b}]0;title\u{7}\n", "\\x1b]0;title\\x07"), ("\u{1b}[2J\n", "\\x1b[2J"), ("\u{1b}[6n\n", "\\x1b[6n"),
      ("\u{1b}c\n", "\\x1bc"), ("\u{1b}[?25l\n", "\\x1b[?25l"), ("\u{1b}[>4;2m\n", "\\x1b[>4;2m"),
      ("\u{1b}\u{1b}[31m\n", "\\x1b"), ("\u{202e}a\n", "\\u{202e}a"), ("\u{9b}31m\n", "\\u{9b}31m"),
      ("\u{200b}\n", "\\u{200b}"), (" \u{301}\n", " \\u{301}"), ("\u{1b}[3", ""), ("\u{1b}[3\n", "\\x1b[3"),
      ("a\u{5d0}\n", "a\\u{5d0}"),
    ] as [(String, String)])
  func `All else is escaped`(text: String, expected: String) {
    #expect(lines(text).first ?? "" == expected)
  }

  @Test(
    arguments: [
      ([0xff, 0x0a], "\\xff"), ([0xc0, 0x80, 0x0a], "\\xc0\\x80"), ([0xed, 0xa0, 0x80, 0x0a], "\\xed\\xa0\\x80"),
      ([0xe2, 0x82, 0x41, 0x0a], "\\xe2\\x82A"), ([0xf4, 0x90, 0x80, 0x80, 0x0a], "\\xf4\\x90\\x80\\x80"),
      ([0xe2, 0x0a], "\\xe2"), ([0xe2, 0xe2, 0x82, 0xac, 0x0a], "\\xe2€"),
    ] as [([UInt8], String)])
  func `Bytes that are not UTF-8`(bytes: [UInt8], expected: String) {
    #expect(lines(bytes) == [expected])
  }

  @Test func `Escapes look different from text like them`() throws {
    let text = try only("\u{7}\\x07\n")
    #expect(text.runs.map(\.style) == [Style(.text, .reverse), .text])
    #expect(text.runs.map(\.text.string) == ["\\x07", "\\x07"])
  }

  @Test(
    arguments: [
      ("31", Style(Ink(foreground: 1))), ("91", Style(Ink(foreground: 9))), ("44", Style(Ink(background: 4))),
      ("103", Style(Ink(background: 11))), ("38;5;208", Style(Ink(foreground: 208))),
      ("48;5;17", Style(Ink(background: 17))), ("38;2;255;0;0", Style(Ink(foreground: 196))),
      ("38:2::255:0:0", Style(Ink(foreground: 196))), ("38:5:208", Style(Ink(foreground: 208))),
      ("1;31", Style(Ink(foreground: 1), .bold)), ("01;32;41", Style(Ink(foreground: 2, background: 1), .bold)),
      ("2", Style(.text, .dim)), ("4", Style(.text, .underline)), ("4:3", Style(.text, .underline)),
      ("7", Style(.text, .reverse)), ("1;22", .text), ("31;39", .text), ("31;0", .text), ("", .text), ("4;4:0", .text),
      ("1;2;4;7", Style(.text, [.bold, .dim, .underline, .reverse])), ("8", .text), ("38;5", .text), ("38;9;1", .text),
      ("999999999999", .text), ("38;5;300", .text),
    ] as [(String, Style)])
  func `Colours and emphasis`(sequence: String, style: Style) throws {
    #expect(try only("\u{1b}[\(sequence)mx\n").runs.first?.style == style)
  }

  /// What gcc prints with colours.
  @Test func `Colours of a compiler`() throws {
    let text = try only("\u{1b}[01m\u{1b}[Km7.c:1:\u{1b}[m\u{1b}[K \u{1b}[01;31m\u{1b}[Kerror: \u{1b}[m\u{1b}[Kno\n")
    #expect(text.runs.map(\.text.string) == ["m7.c:1:", " ", "error: ", "no"])
    #expect(
      text.runs.map(\.style) == [Style(.text, .bold), .text, Style(Ink(foreground: 1), .bold), .text])
  }

  @Test func `Overstriking`() throws {
    let text = try only("N\u{8}NA\u{8}A _\u{8}f_\u{8}o\n")
    #expect(text.runs.map(\.text.string) == ["NA", " ", "fo"])
    #expect(text.runs.map(\.style) == [Style(.text, .bold), .text, Style(.text, .underline)])
    // A counter that is overwritten is not bold.
    #expect(try only("10%\u{8}\u{8}\u{8}11%\n").runs.map(\.style) == [.text])
  }

  @Test func `A look goes on over lines, for its own stream`() {
    var store = OutputStore()
    store.append(.written(.init(process: nil, stream: .output, time: 1, bytes: Array("\u{1b}[31mred\n".utf8))))
    store.append(.written(.init(process: nil, stream: .error, time: 2, bytes: Array("plain\n".utf8))))
    store.append(.written(.init(process: nil, stream: .output, time: 3, bytes: Array("still\n".utf8))))
    #expect(
      (0..<3).map { store.line($0)?.text.runs[0].style } == [
        Style(Ink(foreground: 1)), .text, Style(Ink(foreground: 1)),
      ])
  }

  @Test func `A long line has several rows`() {
    let columns = OutputDecoder.mostColumns
    for count in [columns - 1, columns, columns + 1, 3 * columns] {
      let rows = lines(String(repeating: "x", count: count) + "\n")
      #expect(rows.map(\.count).reduce(0, +) == count)
      #expect(rows.count == (count + columns - 1) / columns)
    }
    var decoder = OutputDecoder(.error)
    var rows: [OutputLine] = []
    decoder.write(Array((String(repeating: "x", count: 2 * columns) + "\ny\n").utf8), at: 1) { rows.append($0) }
    #expect(rows.map(\.isContinuation) == [false, true, false])
  }

  /// Pieces of any size, within characters and sequences, give the same lines as all bytes at once.
  @Test(arguments: 0..<40)
  func `Pieces do not matter`(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let parts: [[UInt8]] =
      [
        "a", "word ", "\n", "\n", "\r", "\r\n", "\t", "\u{8}", "\u{1b}[31m", "\u{1b}[K", "\u{1b}[0;1m", "\u{1b}[2K",
        "\u{1b}]0;t\u{7}", "\u{1b}", "\u{1b}[", "漢", "é", "e\u{301}", "_\u{8}x", "\u{202e}", "\\x1b",
        String(repeating: "long ", count: 900), "\u{1b}[38;5;9m", "\u{1b}[7C",
      ].map { Array($0.utf8) }
      + [[0xff], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0x00]]
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 1...300, using: &random) { bytes += parts.randomElement(using: &random) ?? [] }
    var whole = OutputStore(), pieces = OutputStore()
    whole.append(.written(.init(process: nil, stream: .output, time: 7, bytes: bytes)))
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(.random(in: 1...(Bool.random(using: &random) ? 3 : 200), using: &random))
      rest = rest.dropFirst(piece.count)
      pieces.append(.written(.init(process: nil, stream: .output, time: 7, bytes: Array(piece))))
    }
    #expect(whole.rowCount == pieces.rowCount)
    for row in 0..<whole.rowCount { #expect(whole.line(row) == pieces.line(row), "seed \(seed), row \(row)") }
  }
}
