import ArgumentParser
import Glibc

/// Measures execsnoop-top next to its peers, and prints a table.
@main
struct Bench: ParsableCommand {
  /// The parts of the table, in its order.
  enum Part: String, CaseIterable, ExpressibleByArgument {
    case scale, endurance, storm, view, viewKeys = "view-keys", viewShare = "view-share", slowDown = "slow-down"
    case calls, start, quiet, truth, starts, filter, record, opening, export, traces = "import", merge
  }

  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure execsnoop-top next to its peers. Start it with Benchmarks/run.")

  @Option(help: "How often each figure is measured.") var rounds = 3
  @Option(help: "Pairs of storms for the slow-down, and starts.") var pairs = 10
  @Option(help: "Processes in a storm.") var processes = 20_000
  @Option(help: "Events for the endurance part.") var endurance = 20_000_000
  @Option(help: "Processes for the correctness part.") var truth = 1_000_000
  @Option(parsing: .upToNextOption, help: "Only these parts: \(Part.allCases.map(\.rawValue).joined(separator: " ")).")
  var only: [Part] = Part.allCases
  @Option(help: "Only write a recording of 1,000,000 made-up processes to this file; one of lines if it ends so.")
  var make: String?
  @Option(help: "Only read this recording, without a tree, and print how many events a second.") var read: String?
  @Option(help: "Write the table to this file too.") var output: String?

  func validate() throws {
    guard min(rounds, pairs, processes, truth) > 0 else { throw ValidationError("a number must be at least 1") }
  }

  func run() throws {
    if let make {
      if make.hasSuffix(".db") { return try MadeRecording.write(processes: 1_000_000, toDatabase: make) }
      return print(try MadeRecording.write(processes: 250_000, toLines: make), "lines")
    }
    if let read { return print(fixed(try Opening.eventsPerSecond(read).rate, digits: 0), "events a second") }
    let scratch = try Scratch()
    var text = """
      # Benchmarks

      `make bench` writes this page. It compares execsnoop-top with execsnoop (libbpf-tools) and execsnoop.bt (bpftrace).
      In each part the tracers take turns, so that a disturbance affects all of them.

      \(Machine.markdown)
      """
    // Each part is printed when it is done; the file is written at the end.
    print(text, terminator: "")
    for part in Part.allCases where only.contains(part) {
      try ProgramStatistics.set(false)
      let section = "\n" + (try measure(part, in: scratch)).markdown
      print(section, terminator: "")
      fflush(nil)
      text += section
    }
    if let output { try write(text, to: output) }
  }

  private func measure(_ part: Part, in scratch: Scratch) throws -> Section {
    switch part {
    case .scale: Scale(rounds: rounds).measure()
    case .endurance: Endurance(events: endurance).measure()
    case .storm: try StormCost(rounds: rounds, processes: processes).measure(in: scratch)
    case .view: try ViewCost(rounds: rounds, processes: processes * 3).measure(in: scratch)
    case .viewKeys: try KeyDelay(rounds: rounds * 4, remembered: 100_000).measure(in: scratch)
    case .viewShare: try ViewShare(rounds: rounds, seconds: 10).measure(in: scratch)
    case .slowDown: try SlowDown(pairs: pairs, processes: processes).measure(in: scratch)
    case .calls: try CallCost(rounds: rounds, calls: 5_000_000).measure(in: scratch)
    case .start: try StartTime(rounds: pairs, crowd: 1000).measure(in: scratch)
    case .quiet: try QuietCost(rounds: 3, seconds: 10).measure(in: scratch)
    case .truth: try Truth(processes: truth).measure(in: scratch)
    case .starts: try Starts(count: 50).measure(in: scratch)
    case .record: try RecordCost(rounds: rounds, processes: processes * 2).measure(in: scratch)
    case .opening: try Opening(rounds: rounds, processes: 1_000_000).measure(in: scratch)
    case .filter: try FilterCost(rounds: rounds, processes: 1_000_000).measure()
    case .traces: try ImportCost(rounds: rounds, processes: 500_000).measure(in: scratch)
    case .merge: try MergeCost(rounds: rounds * 2, processes: 100_000).measure(in: scratch)
    case .export: ExportCost(rounds: rounds, processes: 1_000_000).measure()
    }
  }

  private func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "we") else { throw BenchError("cannot write \(path): errno \(errno)") }
    fputs(text, file)
    guard fclose(file) == 0 else { throw BenchError("cannot write \(path): errno \(errno)") }
  }
}

/// Prints the progress to standard error.
func progress(_ text: String) {
  let line = Array("bench: \(text)\n".utf8)
  _ = write(STDERR_FILENO, line, line.count)
}
