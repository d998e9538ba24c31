import CLinux
import Events
import Glibc
import Recording

/// How long it takes to open a recording.
struct Opening {
  var rounds: Int
  var processes: Int

  private struct Figures {
    var first = Samples(), whole = Samples(), memory = Samples()
  }

  func measure(in scratch: Scratch) throws -> Section {
    let database = scratch["opened.db"], lines = scratch["opened.ndjson"]
    defer { for path in [database, lines] { unlink(path) } }
    progress("opening: writing a recording of \(grouped(processes)) processes")
    try MadeRecording.write(processes: processes, toDatabase: database)
    let count = try MadeRecording.write(processes: processes / 4, toLines: lines)
    var quiet = Quiet()
    var all = Figures(), usual = Figures(), rate = Samples()
    for round in 0..<rounds {
      progress("opening, round \(round + 1) of \(rounds)")
      try quiet.measure { try open(database, keeping: ["--keep", "\(processes)", "--memory", "2G"], into: &all) }
      try quiet.measure { try open(database, keeping: [], into: &usual) }
      rate.add(try quiet.measure { try linesPerSecond(lines, expected: count) })
    }
    return Section(
      title: "Opening a recording",
      rows: [
        Row(title: "until the first screen", unit: .milliseconds, ours: all.first.median, target: .atMost(1e9)),
        Row(
          title: "until all of it is read, remembering all", unit: .milliseconds, ours: all.whole.median,
          target: .atMost(5e9)),
        Row(
          title: "resident at the peak, remembering all", unit: .mebibytes, ours: all.memory.median,
          target: .atMost(450 * 1_048_576)),
        Row(
          title: "until all of it is read, with the default limits", unit: .milliseconds, ours: usual.whole.median,
          target: .atMost(5e9)),
        Row(
          title: "resident at the peak, with the default limits", unit: .mebibytes, ours: usual.memory.median,
          target: .atMost(450 * 1_048_576)),
        Row(
          title: "nanoseconds for a line of JSON", unit: .nanoseconds, ours: 1e9 / rate.median, target: .atMost(2000)),
        Row(title: "lines of JSON read a second", unit: .count, ours: rate.median),
      ],
      isReliable: quiet.isReliable,
      meaning: [
        """
        `replay` on a database of \(grouped(processes)) processes (\(size(database))), in a terminal of 120 × 40, from its \
        start on; medians of \(rounds) rounds. The default limits remember 200,000 processes. Lines: `EventFile` alone, on \
        \(grouped(count)) lines (\(size(lines))) of \(grouped(processes / 4)) processes, without a tree.\(quiet.remark)
        """
      ])
  }

  private func size(_ path: String) -> String {
    fixed(Double(ProcFiles.size(path)) / 1_048_576, digits: 0) + " MiB"
  }

  /// Opens a recording in the view, until all of it is read.
  private func open(_ path: String, keeping limits: [String], into figures: inout Figures) throws {
    let terminal = try PseudoTerminal(columns: 120, rows: 40)
    terminal.screen = ScreenText(columns: 120, rows: 40)
    let child = try Child([Paths.program, "replay", path] + limits, terminal: terminal.path)
    var isFirst = true
    let end = child.startedAt + 120_000_000_000
    while lnx_boot_time() < end {
      guard terminal.read(within: 100), let screen = terminal.screen else { continue }
      let top = screen.text(row: 0)
      guard top.contains("REPLAY"), screen.text(row: 39).contains("Help") else { continue }
      if isFirst { figures.first.add(Double(terminal.readAt - child.startedAt)) }
      isFirst = false
      guard !top.contains("reading") else { continue }
      figures.whole.add(Double(terminal.readAt - child.startedAt))
      figures.memory.add(Double(ProcFiles.memory(pid: child.pid).peak))
      terminal.type("q")
      child.wait(reading: terminal)
      return
    }
    throw BenchError("the view does not read all of \(path)")
  }

  private func linesPerSecond(_ path: String, expected: Int) throws -> Double {
    let (count, rate) = try Self.eventsPerSecond(path)
    guard count == expected else { throw BenchError("\(grouped(count)) of \(grouped(expected)) lines were read") }
    return rate
  }

  /// Reads a recording, without a tree.
  static func eventsPerSecond(_ path: String) throws -> (count: Int, rate: Double) {
    let start = lnx_boot_time()
    var file = try EventFile(path: path)
    var count = 0
    while let events = try file.read() { count += events.count }
    return (count, Double(count) / Double(lnx_boot_time() - start) * 1e9)
  }
}
