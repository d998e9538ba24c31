import Glibc

/// The system that was measured.
enum Machine {
  static var markdown: String {
    """
    | | |
    |---|---|
    | date | \(date) |
    | processor | \(processor), \(sysconf(Int32(_SC_NPROCESSORS_ONLN))) cores |
    | memory | \(memory) MiB |
    | kernel | \(kernel) |
    | execsnoop-top | \(environment("BENCH_REVISION") ?? "unknown") |
    | peers | \(environment("BENCH_PEERS") ?? "unknown") |
    | load at the start | \(load) |
    | command | `\(command)` |
    | environment of traced processes | \(Child.environment.count) variables, \(environmentSize) bytes |

    """
  }

  private static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// The load averages of 1, 5 and 15 minutes before the first measurement.
  private static var load: String {
    ProcFiles.text("/proc/loadavg").split(separator: " ").prefix(3).joined(separator: ", ")
  }

  private static var command: String {
    "Benchmarks/run " + CommandLine.arguments.joined(separator: " ")
  }

  private static var environmentSize: Int { Child.environment.reduce(0) { $0 + $1.utf8.count + 1 } }

  private static var date: String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + "\(number)" }
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
  }

  private static var processor: String {
    let line = ProcFiles.lines("/proc/cpuinfo").first { $0.hasPrefix("model name") }
    return line.flatMap { $0.split(separator: ":").last }.map { String($0.drop { $0 == " " }) } ?? "unknown"
  }

  private static var memory: String {
    grouped(Int(ProcFiles.number("MemTotal", in: ProcFiles.lines("/proc/meminfo")) / 1024))
  }

  private static var kernel: String {
    var name = utsname()
    uname(&name)
    func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    return withUnsafeBytes(of: &name.release, text) + ", " + withUnsafeBytes(of: &name.machine, text)
  }
}
