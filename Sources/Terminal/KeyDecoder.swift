internal import CNcurses
internal import TUI

/// Turns the results of `wgetch`, bytes and key codes, into input: assembles UTF-8, collects pastes, and recognises
/// escape sequences that terminfo does not know.
struct KeyDecoder {
  /// The code of the sequence before a paste; larger than all codes of ncurses.
  static let pasteStarts: Int32 = 0x2000
  /// The code of the sequence after a paste.
  static let pasteEnds: Int32 = 0x2001

  /// A paste is returned in pieces of this many bytes, so that its memory is bounded.
  static let pastePiece = 64 * 1024

  /// The bytes of the present paste; nil outside of pastes.
  private var pasted: [UInt8]?
  /// The sequence after a paste. ncurses does not recognise it if its bytes arrive in two reads with a pause.
  private static let pasteEnd = Array("\u{1b}[201~".utf8)
  /// How many bytes of that sequence are at the end of `pasted`.
  private var pasteEndLength = 0
  /// The number of times that a single Ctrl-C was read in succession.
  private var interrupts = 0
  /// The bytes of an incomplete character in UTF-8.
  private var sequence: [UInt8] = []
  private var sequenceLength = 0
  /// The start of an incomplete mouse report, or of an incomplete answer of the terminal.
  private var unfinished: [Int32] = []
  /// Whether the terminal was asked something and has not answered all of it: then its answer may arrive in pieces.
  var awaitsAnswer = false

  /// Decodes the codes of one read. An incomplete character or paste is kept for the next call.
  mutating func decode(_ codes: [Int32]) -> [Input] {
    var result: [Input] = []
    var index = 0
    // The rest of an answer that never came: it is not what somebody typed.
    if PartialAnswer.isStart(unfinished[...]), !PartialAnswer.canGoOn(unfinished + codes) { unfinished = [] }
    let codes = unfinished + codes
    unfinished = []
    // Ctrl-C twice, each in a read of its own, ends a paste whose end did not arrive.
    interrupts = codes == [0x03] ? interrupts + 1 : 0
    if interrupts > 1 { endPaste(into: &result) }
    while index < codes.count {
      let code = codes[index]
      if pasted == nil, let sequence = EscapeSequence(codes[index...]) {
        if let input = sequence.input { result.append(input) }
        index += sequence.length
        continue
      }
      if pasted == nil,
        MouseReport.isUnfinished(codes[index...]) || awaitsAnswer && PartialAnswer.isStart(codes[index...])
      {
        unfinished = Array(codes[index...])
        break
      }
      decode(code, into: &result)
      index += 1
    }
    return result
  }

  private mutating func decode(_ code: Int32, into result: inout [Input]) {
    switch code {
    case Self.pasteStarts:
      pasted = pasted ?? []
    case Self.pasteEnds: endPaste(into: &result)
    case 0..<256:
      let byte = UInt8(truncatingIfNeeded: code)
      if pasted == nil {
        decode(byte, into: &result)
      } else {
        paste(byte, into: &result)
      }
    default:
      if pasted == nil, let key = Self.functionKey(code) { result.append(.key(key)) }
    }
  }

  private mutating func paste(_ byte: UInt8, into result: inout [Input]) {
    // A piece ends before the first byte of a character, and not within a possible end of the paste.
    if let piece = pasted, piece.count >= Self.pastePiece, pasteEndLength == 0,
      byte & 0xc0 != 0x80 || piece.count >= Self.pastePiece + 4
    {
      result.append(.paste(piece))
      pasted = []
    }
    pasted?.append(byte)
    pasteEndLength = byte == Self.pasteEnd[pasteEndLength] ? pasteEndLength + 1 : byte == Self.pasteEnd[0] ? 1 : 0
    if pasteEndLength == Self.pasteEnd.count {
      pasted?.removeLast(pasteEndLength)
      endPaste(into: &result)
    }
  }

  private mutating func endPaste(into result: inout [Input]) {
    if let piece = pasted, !piece.isEmpty { result.append(.paste(piece)) }
    pasted = nil
    pasteEndLength = 0
  }

  private mutating func decode(_ byte: UInt8, into result: inout [Input]) {
    if !sequence.isEmpty {
      if byte & 0xc0 == 0x80 {
        sequence.append(byte)
        if sequence.count == sequenceLength { finishSequence(into: &result) }
        return
      }
      finishSequence(into: &result)
    }
    switch byte {
    case 0x20..<0x7f: result.append(.key(.character(Character(Unicode.Scalar(byte)))))
    case 0xc0...0xff:
      sequence = [byte]
      sequenceLength = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
    case 0x80..<0xc0: result.append(.key(.character("\u{fffd}")))
    default: result.append(.key(Self.controlKey(byte)))
    }
  }

  /// Ends a character. Invalid UTF-8 becomes the replacement character, because some key was pressed.
  private mutating func finishSequence(into result: inout [Input]) {
    for character in String(decoding: sequence, as: UTF8.self) { result.append(.key(.character(character))) }
    sequence = []
  }

  private static func controlKey(_ byte: UInt8) -> Key {
    switch byte {
    case 0x08, 0x7f: .backspace
    case 0x09: .tab
    case 0x0a, 0x0d: .enter
    case 0x1b: .escape
    case 0x00, 0x1c...0x1f: .ctrl(Character(Unicode.Scalar(byte + 0x40)))
    default: .ctrl(Character(Unicode.Scalar(byte + 0x60)))
    }
  }

  private static func functionKey(_ code: Int32) -> Key? {
    switch code {
    case KEY_UP: .up
    case KEY_DOWN: .down
    case KEY_LEFT: .left
    case KEY_RIGHT: .right
    case KEY_HOME: .home
    case KEY_END: .end
    case KEY_PPAGE: .pageUp
    case KEY_NPAGE: .pageDown
    case KEY_IC: .insert
    case KEY_DC: .delete
    case KEY_BACKSPACE: .backspace
    case KEY_ENTER: .enter
    case KEY_BTAB: .backTab
    case KEY_F0 + 1...KEY_F0 + 63: .f(Int(code - KEY_F0))
    default: nil
    }
  }
}
