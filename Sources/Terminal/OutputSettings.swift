internal import Glibc

/// Output settings from the environment. Read them only after privileges are dropped.
package enum OutputSettings {
  /// Whether NO_COLOR is set and not empty (no-color.org).
  package static var colorIsRefused: Bool { getenv("NO_COLOR").map { $0.pointee != 0 } ?? false }

  /// Whether COLORTERM promises direct colours (any red, green and blue), whatever the terminfo type is.
  static var directColorsArePromised: Bool {
    let value = getenv("COLORTERM").map { String(cString: $0).lowercased() }
    return value == "truecolor" || value == "24bit"
  }

  /// Sets the character classes of the environment's locale, which ncurses needs to write UTF-8. If the environment
  /// names a UTF-8 locale that is not installed, this sets C.UTF-8. In any other encoding only ASCII is drawn: the C
  /// locale is enough for that, and a static program does not load the system's converters (gconv), which belong to
  /// another C library.
  /// - Returns: whether the encoding is UTF-8.
  package static func adoptLocale() -> Bool {
    if setlocale(LC_CTYPE, "") == nil { _ = setlocale(LC_CTYPE, namesUTF8Locale ? "C.UTF-8" : "C") }
    if String(cString: nl_langinfo(CInt(CODESET))) == "UTF-8" { return true }
    _ = setlocale(LC_CTYPE, "C")
    return false
  }

  /// Whether the variable that selects the character classes (locale(7)) ends in `.UTF-8` or `.utf8`.
  private static var namesUTF8Locale: Bool {
    let names: [String] = ["LC_ALL", "LC_CTYPE", "LANG"]
    let values = names.map { name in getenv(name).map { String(cString: $0) } ?? "" }
    let name = (values.first { !$0.isEmpty } ?? "").lowercased()
    return name.hasSuffix(".utf-8") || name.hasSuffix(".utf8")
  }
}
