import CLinux
import Events
import Glibc
import Recording

/// The cost of a recording in a storm: what is lost, the CPU time, and the room on the disk.
struct RecordCost {
  var rounds: Int
  var processes: Int

  /// The size of the ring: less than a storm takes.
  private static let ring = 4 << 20

  private struct Figures {
    var lost = Samples()
    var cpu = Samples()
    var share = Samples()
    var bytes = Samples()
    var peak = Samples()
    var rate = Samples()
  }

  private static let kinds: [TracerKind] = [.record, .recordRing, .lines]

  func measure(in scratch: Scratch) throws -> Section {
    var figures: [TracerKind: Figures] = [:]
    var quiet = Quiet()
    for round in 0..<rounds {
      for kind in Self.kinds.rotated(by: round) {
        progress("recording, round \(round + 1) of \(rounds): \(kind.name)")
        try measure(kind, &figures[kind, default: Figures()], &quiet, in: scratch)
      }
    }
    return section(figures, quiet)
  }

  private func measure(_ kind: TracerKind, _ figures: inout Figures, _ quiet: inout Quiet, in scratch: Scratch) throws {
    for suffix in ["", "-wal", "-shm"] { unlink(scratch["\(kind)"] + suffix) }
    let tracer = try Tracer.tracing(kind, in: scratch)
    let storm = Storm(count: processes)
    var storms = 0
    let (cpu, time) = try quiet.measure(beside: tracer, starting: processes) {
      let cpu = tracer.cpuTime
      let time = try storm.run(beside: tracer, in: scratch)
      storms += 1
      tracer.waitUntilIdle()
      return (tracer.cpuTime - cpu, time)
    }
    figures.peak.add(Double(tracer.memory.peak))
    tracer.stop()
    figures.cpu.add(Double(cpu) / Double(processes))
    figures.share.add(Double(cpu) / Double(time))
    figures.rate.add(Double(processes) / Double(time) * 1e9)
    let size = ProcFiles.size(tracer.output)
    figures.bytes.add(
      kind == .recordRing ? Double(size) : Double(size) / Double(storms * processes + Tracer.firstStorm))
    if kind != .lines { figures.lost.add(try lost(tracer.output, isRing: kind == .recordRing, storms: storms)) }
  }

  /// How many events of the storms a recording lacks, or says that it lacks.
  private func lost(_ path: String, isRing: Bool, storms: Int) throws -> Double {
    var counts = LossCounts()
    var execs = 0, exits = 0
    var file = try EventFile(path: path)
    while let events = try file.read() {
      for event in events {
        switch event.event {
        case .lost(let loss): counts += loss.counts
        case .exec(let exec) where exec.process.comm == "storm-child": execs += 1
        case .exit(let exit) where exit.process.comm == "storm-child": exits += 1
        default: break
        }
      }
    }
    let reported = counts.forks &+ counts.execs &+ counts.exits &+ counts.missedRuns
    // A ring has the newest of them.
    let wanted = isRing ? execs : storms * processes + Tracer.firstStorm
    return Double(reported) + Double(max(wanted - execs, 0) + max(wanted - exits, 0))
  }

  private func section(_ figures: [TracerKind: Figures], _ quiet: Quiet) -> Section {
    func row(
      _ title: String, _ unit: Unit, _ kind: TracerKind, _ target: Row.Target? = nil, _ figure: (Figures) -> Samples
    ) -> Row {
      Row(
        title: title, unit: unit, ours: figures[kind].map(figure)?.median ?? .nan, peers: [.nan, .nan], target: target)
    }
    let lines = figures[.lines]?.bytes.median ?? .nan
    let rate = figures[.record]?.rate.median ?? .nan
    return Section(
      title: "A recording in a storm",
      rows: [
        row("events lost, `record`", .count, .record, .atMost(0)) { $0.lost },
        row("events lost, `record --ring 4M`", .count, .recordRing, .atMost(0)) { $0.lost },
        row("own CPU per process, `record`", .microseconds, .record) { $0.cpu },
        row("own CPU per process, `record --ring 4M`", .microseconds, .recordRing) { $0.cpu },
        row("own CPU per process, `log --json`", .microseconds, .lines) { $0.cpu },
        row("share of one core, `record`", .percent, .record) { $0.share },
        row("share of one core, `record --ring 4M`", .percent, .recordRing) { $0.share },
        row("bytes a process, `record`", .count, .record, .atMost(200)) { $0.bytes },
        row("bytes a process, `log --json`", .count, .lines) { $0.bytes },
        row("size at the end, `record --ring 4M`", .mebibytes, .recordRing, .atMost(Double(Self.ring) * 1.1)) {
          $0.bytes
        },
        row("resident at the peak, `record`", .mebibytes, .record) { $0.peak },
        row("resident at the peak, `record --ring 4M`", .mebibytes, .recordRing) { $0.peak },
      ], isReliable: quiet.isReliable,
      meaning: [
        """
        The same storm of \(grouped(processes)) processes with 3 short arguments, \(fixed(rate, digits: 0)) a second, \
        without environments; medians of \(rounds) rounds.\(quiet.remark) Events lost are those that the recording \
        reports, and execs and exits of the storm that it lacks. **Own CPU** is the CPU time of all threads until the \
        program is idle again; **share** is that time divided by the length of the storm. **Bytes** are the whole file \
        divided by the number of processes; lines have \(fixed(lines, digits: 0)). The storm takes more room than the \
        ring of 4 MiB has, so it also forgets.
        """
      ])
  }
}
