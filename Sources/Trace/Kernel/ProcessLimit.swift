internal import Glibc

/// The most processes that can run at a time, and so the most that can be in scope.
enum ProcessLimit {
  /// The kernel allows this many pids at the most (PID_MAX_LIMIT).
  private static let most: UInt32 = 4 << 20
  private static let least: UInt32 = 128 << 10

  static var current: UInt32 {
    let limits = ["pid_max", "threads-max"].compactMap { number(in: "/proc/sys/kernel/\($0)") }
    return min(max(limits.min() ?? least, least), most)
  }

  private static func number(in path: String) -> UInt32? {
    let digits = ProcFiles.contents(of: path)?.prefix { 0x30...0x39 ~= $0 } ?? []
    return UInt32(String(decoding: digits, as: UTF8.self))
  }
}
