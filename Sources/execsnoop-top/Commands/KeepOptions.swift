import ArgumentParser
import Tree

/// The options for how much is remembered.
struct KeepOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Number of processes to remember in memory (a recording has all); those that exited first are forgotten first. "
        + "(default: \(Limits().processes))",
      valueName: "count"),
    transform: Self.count)
  var keep = Limits().processes

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Memory limit for what is remembered (not for a recording), a number with K, M or G. "
        + "(default: \(ByteSize(bytes: Limits().memory)))",
      valueName: "size"),
    transform: Self.size)
  var memory = ByteSize(bytes: Limits().memory)

  /// The limits of these options.
  /// - Parameter logLines: the number of log lines to keep.
  func limits(logLines: Int = Limits().logLines) -> Limits {
    Limits(processes: keep, memory: memory.bytes, logLines: logLines, output: memory.bytes / 8)
  }

  private static func count(_ text: String) throws -> Int {
    guard let count = Int(text), count > 0 else { throw ValidationError("expected a number of processes, at least 1") }
    return count
  }

  /// Reads a limit of memory.
  static func size(_ text: String) throws -> ByteSize {
    guard let size = ByteSize(text), size.bytes >= 1 << 20 else {
      throw ValidationError("expected a size of at least 1M, such as 256M or 2G")
    }
    return size
  }
}

/// A size in bytes as a user types it: a number, and `K`, `M` or `G` for units of 1024, as in `256M` or `256MiB`.
struct ByteSize: CustomStringConvertible, Sendable {
  let bytes: Int

  init(bytes: Int) { self.bytes = bytes }

  init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let shift: Int
    switch text.dropFirst(digits.count).lowercased() {
    case "": shift = 0
    case "k", "kb", "kib": shift = 10
    case "m", "mb", "mib": shift = 20
    case "g", "gb", "gib": shift = 30
    default: return nil
    }
    guard let number = Int(digits), number <= Int.max >> shift else { return nil }
    bytes = number << shift
  }

  /// The size in the largest unit that gives a whole number.
  var description: String {
    for (shift, unit) in [(30, "G"), (20, "M"), (10, "K")] where bytes > 0 && bytes & ((1 << shift) - 1) == 0 {
      return "\(bytes >> shift)\(unit)"
    }
    return "\(bytes)"
  }
}
