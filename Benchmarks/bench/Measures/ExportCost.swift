import CLinux
import Events
import Export
import Recording
import Tree

/// What it costs to export many processes: only the formats and the tree, without a recording to read or a file to write.
struct ExportCost {
  /// Each figure is the median of this many.
  var rounds: Int
  var processes: Int

  func measure() -> Section {
    progress("export, \(processes) processes")
    lnx_release_memory()
    let before = Scale.resident
    var throng = Throng(count: processes)
    var input = ExportInput(
      limits: Limits(processes: .max, memory: 8 << 30, logLines: 16), keepsFailures: true)
    var spent: UInt64 = 0, made = 0
    while made < processes {
      let count = min(1000, processes - made)
      let events = throng.next(count).map { RecordedEvent(event: $0, wallTime: Int64($0.time)) }
      made += count
      let start = lnx_boot_time()
      for event in events { input.add(event) }
      spent += lnx_boot_time() - start
    }
    lnx_release_memory()
    let held = Double(Scale.resident - before) / Double(processes)

    var lines = ["| format | time | output |", "|---|---:|---:|"]
    for format in ExportFormat.allCases {
      progress("export, \(format.rawValue)")
      var times = Samples()
      var size = 0
      for _ in 0..<rounds {
        size = 0
        let start = lnx_boot_time()
        Exporter(input, ExportOptions(format: format)).write { bytes in
          size += bytes.count
          return true
        }
        times.add(Double(lnx_boot_time() - start))
      }
      lines.append(
        "| \(format.rawValue) | \(Unit.milliseconds.text(times.median)) | \(fixed(Double(size) / 1e6, digits: 1)) MB |")
    }
    return Section(
      title: "Exports", rows: [],
      meaning: lines + [
        "",
        """
        \(grouped(processes)) synthetic processes on one core, written to memory piece by piece. Before, their events are \
        applied to the tree, which takes \(fixed(Double(spent) / 1e9, digits: 1)) s and \(fixed(held, digits: 0)) bytes a \
        process.
        """,
      ])
  }
}
