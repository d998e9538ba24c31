internal import Glibc

/// Output settings from the environment. Use them only after privileges are dropped.
package enum OutputSettings {
  /// NO_COLOR, set and not empty: see no-color.org.
  package static var colorIsRefused: Bool { getenv("NO_COLOR").map { $0.pointee != 0 } ?? false }

  /// COLORTERM says that the terminal shows any red, green and blue, whatever its terminfo type says.
  static var directColorsArePromised: Bool {
    let value = getenv("COLORTERM").map { String(cString: $0).lowercased() }
    return value == "truecolor" || value == "24bit"
  }

  /// Takes character classes from the environment's locale, which ncurses needs to write UTF-8. An environment that
  /// names a UTF-8 locale which is not installed gets the C library's own. In any other encoding only ASCII is drawn:
  /// for that the C locale will do, and a static program need not load the machine's converters (gconv), which belong
  /// to another C library. Returns whether the encoding is UTF-8.
  package static func adoptLocale() -> Bool {
    if setlocale(LC_CTYPE, "") == nil { _ = setlocale(LC_CTYPE, namesUTF8Locale ? "C.UTF-8" : "C") }
    if String(cString: nl_langinfo(CInt(CODESET))) == "UTF-8" { return true }
    _ = setlocale(LC_CTYPE, "C")
    return false
  }

  /// Whether the variable that decides on character classes ends in `.UTF-8` or `.utf8`: locale(7).
  private static var namesUTF8Locale: Bool {
    let names: [String] = ["LC_ALL", "LC_CTYPE", "LANG"]
    let values = names.map { name in getenv(name).map { String(cString: $0) } ?? "" }
    let name = (values.first { !$0.isEmpty } ?? "").lowercased()
    return name.hasSuffix(".utf-8") || name.hasSuffix(".utf8")
  }
}
