/// Base64 as in RFC 4648: the standard alphabet, with padding.
public enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding = UInt8(ascii: "=")

  /// Appends the bytes in Base64. - Complexity: O(bytes).
  public static func append(_ bytes: ArraySlice<UInt8>, to output: inout [UInt8]) {
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let count = min(3, bytes.endIndex &- position)
      var group: UInt32 = 0
      for offset in 0..<3 {
        group = group << 8 | (offset < count ? UInt32(bytes[position &+ offset]) : 0)
      }
      for digit in 0..<4 {
        let value = Int(truncatingIfNeeded: group &>> UInt32(truncatingIfNeeded: 18 &- 6 &* digit) & 0x3f)
        output.append(digit <= count ? alphabet[value] : padding)
      }
      position &+= 3
    }
  }

  /// Decodes strictly: the whole input, padded, without white space or stray bits. Nil for anything else.
  /// - Complexity: O(bytes).
  public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count.isMultiple(of: 4) else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(text.count / 4 &* 3)
    var group: UInt32 = 0
    var digits = 0
    var padded = 0
    for byte in text {
      if byte == padding {
        padded &+= 1
        group <<= 6
      } else {
        guard padded == 0, let value = value(of: byte) else { return nil }
        group = group << 6 | UInt32(value)
      }
      digits &+= 1
      if digits == 4 {
        guard padded <= 2, group & (1 &<< UInt32(truncatingIfNeeded: 8 &* padded) &- 1) == 0 else { return nil }
        for index in 0..<(3 &- padded) {
          result.append(UInt8(truncatingIfNeeded: group &>> UInt32(truncatingIfNeeded: 16 &- 8 &* index)))
        }
        group = 0
        digits = 0
        // Padding ends the text: any later group fails the guard above, and so does a group of padding only.
        if padded > 0 { padded &+= 4 }
      }
    }
    return result
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit &- UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): digit &- UInt8(ascii: "a") &+ 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit &- UInt8(ascii: "0") &+ 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
