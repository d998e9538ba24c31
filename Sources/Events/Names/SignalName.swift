/// The symbolic names of signals, such as `SIGKILL` for 9.
///
/// The numbers are those of Linux's generic ABI (`asm-generic/signal.h`). Real-time signals are numbered as in glibc
/// and shells: from 34, because the thread library uses 32 and 33.
public enum SignalName {
  /// The name with its `SIG`; nil for 0 and for numbers that are not signals. 34 to 49 are `SIGRTMIN` to `SIGRTMIN+15`,
  /// 50 to 64 are `SIGRTMAX-14` to `SIGRTMAX`. - Complexity: O(1).
  public static func name(of signal: Int32) -> String? {
    switch signal {
    case 1...31: "SIG" + classic[Int(signal) &- 1]
    case 32, 33: "SIG\(signal)"
    case minimum: "SIGRTMIN"
    case 35...49: "SIGRTMIN+\(signal &- minimum)"
    case 50...63: "SIGRTMAX-\(maximum &- signal)"
    case maximum: "SIGRTMAX"
    default: nil
    }
  }

  /// The signal of a name in any case, with or without `SIG`: `KILL`, `SIGKILL`, `sigrtmin+2`. The second names `IOT`,
  /// `POLL` and `CLD` are accepted. Nil for any other text.
  public static func value(of name: some StringProtocol) -> Int32? {
    var wanted = Substring(name.uppercased())
    if wanted.hasPrefix("SIG") { wanted.removeFirst(3) }
    if let index = classic.firstIndex(where: { $0 == wanted }) { return Int32(truncatingIfNeeded: index) &+ 1 }
    switch wanted {
    case "IOT": return 6
    case "CLD": return 17
    case "POLL": return 29
    case "32": return 32
    case "33": return 33
    case "RTMIN": return minimum
    case "RTMAX": return maximum
    default: break
    }
    if wanted.hasPrefix("RTMIN+") { return realTime(minimum, plus: wanted.dropFirst(6), sign: 1) }
    if wanted.hasPrefix("RTMAX-") { return realTime(maximum, plus: wanted.dropFirst(6), sign: -1) }
    return nil
  }

  private static let minimum: Int32 = 34
  private static let maximum: Int32 = 64

  private static func realTime(_ base: Int32, plus digits: Substring, sign: Int32) -> Int32? {
    guard digits.first?.isNumber == true, let offset = Int32(digits), offset <= maximum - minimum else { return nil }
    return base &+ sign &* offset
  }

  /// 1 to 31, without `SIG`.
  private static let classic = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
    "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
    "PWR", "SYS",
  ]
}
