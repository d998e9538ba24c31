/// Writes bytes in the filter language.
public enum FilterText {
  /// In quotes, with everything except plain ASCII as `\xNN`: `FilterParser` reads the same bytes again.
  public static func quoted(_ bytes: [UInt8]) -> String {
    var text = "\""
    for byte in bytes {
      switch byte {
      case 0x22, 0x5c:
        text += "\\" + String(UnicodeScalar(byte))
      case 0x20..<0x7f:
        text += String(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 16)
        text += "\\x" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return text + "\""
  }
}
