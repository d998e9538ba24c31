internal import Events
public import Tree

/// The processes of a tree as rows of a table, for a spreadsheet: what they ran, when, for how long, and how they exited.
///
/// The numbers have no units: times are seconds, amounts are bytes. `start` and `end` are UTC, in the form that
/// spreadsheets read. A value that is not known, or not known yet, is an empty field.
public struct ProcessTable: Sendable {
  /// The names of the columns, in their order.
  public static let columns = [
    "pid", "ppid", "start", "end", "duration", "status", "user", "command", "cwd", "exe", "name", "uid", "cpu",
    "memory", "read", "written", "execs", "failed_execs", "container", "cgroup", "depth", "match",
  ]

  /// Complete rows, the first of which has the names of the columns.
  public var bytes: [UInt8] { writer.bytes }
  /// The offset from nanoseconds since boot to nanoseconds since 1970 UTC; nil leaves the times out.
  public var wallOffset: Int64?
  private var writer = CSVWriter()

  /// A table with the names of its columns.
  public init() {
    for name in Self.columns { writer.append(name) }
    writer.endRow()
  }

  /// Removes the rows, and keeps their memory.
  public mutating func removeAll() { writer.removeAll() }

  /// Appends the row of a process.
  ///
  /// - Parameters:
  ///   - depth: how many of its ancestors are in the table.
  ///   - isMatch: false for a process that is there only because a descendant matches the filter.
  ///   - now: nanoseconds since boot; a running process has run until then.
  /// - Complexity: O(bytes written).
  public mutating func append(_ node: ProcessNode, depth: Int, isMatch: Bool, now: UInt64) {
    let facts = node.facts
    writer.append(number: node.id.pid)
    if let parent = node.parent { writer.append(number: parent.pid) } else { writer.append(number: 0) }
    append(time: node.startTime)
    if let end = node.end { append(time: end.time) } else { writer.appendEmpty() }
    if node.isPlaceholder { writer.appendEmpty() } else { writer.append(seconds: node.runTime(now: now)) }
    writer.append(Self.status(of: node))
    if node.isPlaceholder {
      // Only its identity is known.
      for _ in 0..<6 { writer.appendEmpty() }
    } else {
      writer.append(text: facts.user?.bytes ?? [])
      writer.append(text: Self.command(of: node))
      writer.append(text: node.image?.cwd.bytes ?? [])
      writer.append(text: node.image?.exe.bytes ?? [])
      writer.append(text: facts.comm.bytes)
      writer.append(number: facts.uid)
    }
    if let usage = node.end?.usage {
      writer.append(seconds: usage.cpuTime)
      for amount in [usage.peakMemory, usage.readBytes, usage.writtenBytes] { writer.append(number: amount) }
    } else {
      for _ in 0..<4 { writer.appendEmpty() }
    }
    writer.append(number: node.execCount)
    writer.append(number: node.failedExecCount)
    writer.append(text: facts.cgroup.flatMap { CgroupOwner(of: $0).container } ?? [])
    writer.append(text: facts.cgroup?.bytes ?? [])
    writer.append(number: depth)
    writer.append(number: isMatch ? 1 : 0)
    writer.endRow()
  }

  /// `running`, the exit code, or the name of the signal; `exited` if its exit was lost.
  private static func status(of node: ProcessNode) -> String {
    guard let end = node.end else { return node.isPlaceholder ? "" : "running" }
    guard let status = end.status else { return "exited" }
    if status.signal == 0 { return "\(status.code)" }
    return SignalName.name(of: status.signal).map { $0.hasPrefix("SIG") ? $0 : "SIG\($0)" } ?? "signal \(status.signal)"
  }

  /// The title or the arguments, with a space between two.
  private static func command(of node: ProcessNode) -> [UInt8] {
    if let title = node.title { return Array(title.bytes) }
    guard let image = node.image else { return [] }
    let arguments = Array(image.argv.joined(separator: [UInt8(ascii: " ")]))
    return arguments.isEmpty ? Array(image.file.bytes) : arguments
  }

  /// `2026-03-01 18:05:18.123`.
  private mutating func append(time: UInt64) {
    guard let wallOffset, let boot = Int64(exactly: time) else { return writer.appendEmpty() }
    let (wall, overflows) = boot.addingReportingOverflow(wallOffset)
    // The times of lines, 1970 to 2099.
    guard !overflows, wall >= 0, wall < 4_102_444_800_000_000_000 else { return writer.appendEmpty() }
    let (seconds, rest) = wall.flooredDivision(by: 1_000_000_000)
    let time = CivilTime(secondsFromEpoch: seconds)
    func digits(_ number: Int64, _ count: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(count &- text.utf8.count, 0)) + text
    }
    writer.append(
      "\(digits(time.date.year, 4))-\(digits(time.date.month, 2))-\(digits(time.date.day, 2)) "
        + "\(digits(time.hour, 2)):\(digits(time.minute, 2)):\(digits(time.second, 2)).\(digits(rest / 1_000_000, 3))")
  }
}
