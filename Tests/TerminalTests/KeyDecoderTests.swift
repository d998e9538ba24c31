import TUI
import Testing

@testable import Terminal

@Suite struct KeyDecoderTests {
  private func decode(_ bytes: some Sequence<UInt8>) -> [Input] {
    var decoder = KeyDecoder()
    return decoder.decode(bytes.map(Int32.init))
  }

  @Test(
    arguments: [
      ("a", [.character("a")]), (" ~", [.character(" "), .character("~")]), ("\t\r\n", [.tab, .enter, .enter]),
      ("\u{7f}\u{8}", [.backspace, .backspace]), ("\u{1b}", [.escape]), ("\u{3}\u{1a}", [.ctrl("c"), .ctrl("z")]),
      ("\0\u{1c}\u{1f}", [.ctrl("@"), .ctrl("\\"), .ctrl("_")]),
      ("é日😀", [.character("é"), .character("日"), .character("😀")]),
      ("\u{1b}x", [.escape, .character("x")]), ("\u{1b}[1;5Aq", [.up, .character("q")]), ("\u{1b}[3;2~", [.delete]),
      ("\u{1b}OH\u{1b}OF", [.home, .end]), ("\u{1b}[?1;2c", []), ("\u{1b}[6;1R!", [.character("!")]),
      ("\u{1b}[5~\u{1b}[6~\u{1b}[Z", [.pageUp, .pageDown, .backTab]), ("\u{1b}[", [.escape, .character("[")]),
      ("\u{1b}\u{1b}[D", [.escape, .left]),
    ] as [(String, [Key])])
  func `Bytes become keys`(text: String, keys: [Key]) {
    #expect(decode(text.utf8) == keys.map(Input.key))
  }

  /// After a pause within the sequence ncurses gives its bytes, and not what they are defined as.
  @Test(arguments: 1..<6)
  func `The end of a paste may arrive in pieces`(length: Int) {
    let end = Array("\u{1b}[201~".utf8).map(Int32.init)
    var decoder = KeyDecoder()
    var inputs = decoder.decode([KeyDecoder.pasteStarts] + "abc\u{1b}[20x".utf8.map(Int32.init) + end.prefix(length))
    inputs += decoder.decode(Array(end.dropFirst(length)))
    inputs += decoder.decode([0x71])
    #expect(inputs == [.paste(Array("abc\u{1b}[20x".utf8)), .key(.character("q"))])
  }

  @Test func `Ctrl-C twice ends a paste without end`() {
    var decoder = KeyDecoder()
    #expect(decoder.decode([KeyDecoder.pasteStarts, 0x61]).isEmpty && decoder.decode([0x03]).isEmpty)
    #expect(decoder.decode([0x03]) == [.paste([0x61, 0x03]), .key(.ctrl("c"))])
    #expect(decoder.decode([0x71]) == [.key(.character("q"))])
  }

  @Test func `Characters may arrive in pieces`() {
    var decoder = KeyDecoder()
    var inputs: [Input] = []
    for byte in "é日😀".utf8 { inputs += decoder.decode([Int32(byte)]) }
    #expect(inputs == [.key(.character("é")), .key(.character("日")), .key(.character("😀"))])
  }

  @Test(arguments: [([0xff], 1), ([0x80], 1), ([0xe2, 0x41], 2), ([0xc0, 0x80], 2)] as [([UInt8], Int)])
  func `Invalid UTF-8 is still a key`(bytes: [UInt8], count: Int) {
    let inputs = decode(bytes + [0x41, 0x41])
    #expect(inputs.contains(.key(.character("\u{fffd}"))))
    #expect(inputs.suffix(2) == [.key(.character("A")), .key(.character("A"))])
  }

  @Test func `A paste is one input in any pieces`() {
    let pasted = Array("rm -rf /\n\u{3}日\u{1b}[A".utf8)
    let codes = [KeyDecoder.pasteStarts] + pasted.map(Int32.init) + [KeyDecoder.pasteEnds, 0x71]
    var whole = KeyDecoder()
    #expect(whole.decode(codes) == [.paste(pasted), .key(.character("q"))])
    var pieces = KeyDecoder()
    #expect(codes.flatMap { pieces.decode([$0]) } == [.paste(pasted), .key(.character("q"))])
  }

  /// Answers of a terminal to an earlier program.
  @Test(arguments: [
    "\u{1b}]11;rgb:1e1e/1e1e/2e2e\u{7}", "\u{1b}]11;rgb:1e1e/1e1e/2e2e\u{1b}\\", "\u{1b}P>|xterm(390)\u{1b}\\",
    "\u{1b}P1$r0m\u{1b}\\", "\u{1b}_Gi=31;OK\u{1b}\\", "\u{1b}]52;c;cXE=\u{1b}\\",
  ])
  func `An answer of the terminal gives no keys`(answer: String) {
    #expect(decode("a\(answer)b".utf8) == [.key(.character("a")), .key(.character("b"))])
  }

  @Test(arguments: ["\u{1b}]11;rgb:1e1e/1e1e/2e2e\u{7}", "\u{1b}]11;rgb:1e1e/1e1e/2e2e\u{1b}\\", "\u{1b}[?62;22c"])
  func `A late answer in pieces gives no keys`(answer: String) {
    let codes = answer.utf8.map { Int32($0) }
    for cut in 2..<codes.count {
      var decoder = KeyDecoder()
      decoder.awaitsAnswer = true
      #expect(decoder.decode(Array(codes[..<cut])).isEmpty, "\(cut)")
      #expect(decoder.decode(codes[cut...] + [0x71]) == [.key(.character("q"))], "\(cut)")
    }
  }

  @Test(arguments: ["\u{1b}]1", "\u{1b}]11;rgb:1e1e/", "\u{1b}]11;rgb:1e1e/1e1e/2e2e\u{1b}", "\u{1b}[?62"])
  func `An answer without an end takes no key with it`(start: String) {
    var decoder = KeyDecoder()
    decoder.awaitsAnswer = true
    #expect(decoder.decode(start.utf8.map { Int32($0) }).isEmpty)
    #expect(decoder.decode([0x71]) == [.key(.character("q"))])
    #expect(decoder.decode([0x66]) == [.key(.character("f"))])
  }

  @Test(arguments: ["]", "P", "_", "^", "X"]) func `Alt and a letter stay keys`(letter: Character) {
    #expect(decode("\u{1b}\(letter)q".utf8) == [.key(.escape), .key(.character(letter)), .key(.character("q"))])
    let long = String(repeating: "x", count: 5000)
    #expect(decode("\u{1b}\(letter)\(long)\u{1b}\\".utf8).count == 5004)
  }

  @Test func `An empty paste gives no input`() {
    var decoder = KeyDecoder()
    #expect(decoder.decode([KeyDecoder.pasteStarts, KeyDecoder.pasteEnds]).isEmpty)
  }

  @Test func `A huge paste is returned in pieces of complete characters`() {
    let text = String(repeating: "日本語x", count: 100_000)
    var decoder = KeyDecoder()
    let codes = [KeyDecoder.pasteStarts] + text.utf8.map(Int32.init) + [KeyDecoder.pasteEnds]
    var joined: [UInt8] = []
    for input in decoder.decode(codes) {
      guard case .paste(let piece) = input else {
        Issue.record("\(input)")
        continue
      }
      #expect(piece.count <= KeyDecoder.pastePiece + 4)
      #expect(Array(String(decoding: piece, as: UTF8.self).utf8) == piece)
      joined += piece
    }
    #expect(joined == Array(text.utf8))
  }
}
