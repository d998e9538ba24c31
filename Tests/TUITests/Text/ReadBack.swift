/// Reads escaped text back to the bytes it was made from: the proof that nothing of them was lost.
enum ReadBack {
  struct Malformed: Error { let offset: Int }

  static func bytes(_ text: [UInt8]) throws(Malformed) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < text.count {
      let byte = text[index]
      guard byte == UInt8(ascii: "\\") else {
        result.append(byte)
        index += 1
        continue
      }
      index += 1 + (try escape(text[(index + 1)...], into: &result))
    }
    return result
  }

  /// Reads what follows a backslash. Returns how many bytes that was.
  private static func escape(_ rest: ArraySlice<UInt8>, into result: inout [UInt8]) throws(Malformed) -> Int {
    switch rest.first {
    case UInt8(ascii: "\\"), UInt8(ascii: "'"):
      result.append(rest[rest.startIndex])
      return 1
    case UInt8(ascii: "x"):
      guard let value = UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16) else { break }
      result.append(value)
      return 3
    case UInt8(ascii: "u"):
      guard let close = rest.firstIndex(of: UInt8(ascii: "}")) else { break }
      let digits = rest[(rest.startIndex + 2)..<close]
      guard let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(value)
      else { break }
      result.append(contentsOf: Array(String(Character(scalar)).utf8))
      return close - rest.startIndex + 1
    default: break
    }
    throw Malformed(offset: rest.startIndex)
  }

  /// Splits a command line into its arguments and reads each of them back.
  static func arguments(_ line: [UInt8]) throws(Malformed) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var index = 0
    while index < line.count {
      if index > 0 {
        guard line[index] == UInt8(ascii: " ") else { throw Malformed(offset: index) }
        index += 1
      }
      let quoted = index < line.count && line[index] == UInt8(ascii: "'")
      var end = quoted ? index + 1 : index
      while end < line.count, line[end] != (quoted ? UInt8(ascii: "'") : UInt8(ascii: " ")) {
        end += line[end] == UInt8(ascii: "\\") ? 2 : 1
      }
      guard end <= line.count, !quoted || end < line.count else { throw Malformed(offset: index) }
      result.append(try bytes(Array(line[(quoted ? index + 1 : index)..<end])))
      index = quoted ? end + 1 : end
    }
    return result
  }
}
