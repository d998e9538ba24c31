import TestSupport
import Testing

@testable import TUI

/// UTF-8.
@Suite
struct UTF8ScannerTests {
  /// Well-formed sequences come out whole, and of what is between them each byte by itself.
  @Test func `Any bytes`() {
    var generator = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0 ... .max, using: &generator)
    var random = SeededGenerator(seed: seed)
    let pieces: [[UInt8]] = [
      Array("aé€😀".utf8), [0x80], [0xbf], [0xc0, 0x80], [0xc3], [0xe2, 0x82], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80],
      [0xf0, 0x9f, 0x98], [0xf4, 0x90, 0x80, 0x80], [0xf5], [0xff],
    ]
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...6, using: &random)).flatMap { _ in
        Bool.random(using: &random)
          ? pieces.randomElement(using: &random) ?? [] : [UInt8.random(in: 0 ... .max, using: &random)]
      }
      var scanner = UTF8Scanner(bytes)
      var whole: [UInt8] = []
      var scalars: [Unicode.Scalar] = []
      while let element = scanner.next() {
        switch element {
        case .scalar(let scalar, let length):
          #expect(Array(String(Character(scalar)).utf8) == Array(bytes[whole.count..<(whole.count + length)]))
          scalars.append(scalar)
          whole += Array(String(Character(scalar)).utf8)
        case .badByte(let byte): whole.append(byte)
        }
      }
      #expect(whole == bytes, "seed \(seed): \(bytes)")
      let decoded = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { $0 != "\u{fffd}" }
      #expect(scalars.filter { $0 != "\u{fffd}" } == Array(decoded), "seed \(seed): \(bytes)")
    }
  }
}
