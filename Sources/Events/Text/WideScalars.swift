/// The scalars with two columns: East Asian Width W and F of Unicode's annex 11, with emoji among them.
enum WideScalars {
  static func contains(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x1100 else { return false }
    if scalar.properties.isEmojiPresentation { return true }
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low &+ high) / 2
      if ranges[middle].upperBound < scalar.value { low = middle &+ 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(scalar.value)
  }

  /// Wide scalars that are not emoji, in order. Ranges include scalars that are not printable anyway.
  private static let ranges: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x2329...0x232a, 0x2e80...0x303e, 0x3041...0x4dbf, 0x4e00...0xa4c6, 0xa960...0xa97c,
    0xac00...0xd7a3, 0xf900...0xfad9, 0xfe10...0xfe6b, 0xff01...0xff60, 0xffe0...0xffe6, 0x16fe0...0x1b2fb,
    0x1f200...0x1f265, 0x20000...0x3fffd,
  ]
}
