import CLinux
import Glibc
import Recording

/// What it costs to read the traces of other programs, without a tree.
struct ImportCost {
  /// Each figure is the median of this many.
  var rounds: Int
  var processes: Int

  /// The target, in bytes and in events a second: one of them.
  private static let bytes = 100e6, events = 300_000.0

  func measure(in scratch: Scratch) throws -> Section {
    var lines = ["| format | file | MB/s | events/s | resident | target |", "|---|---:|---:|---:|---:|---|"]
    var tetragon = Double.nan
    for format in TraceFormat.allCases {
      let path = scratch["trace"]
      defer { unlink(path) }
      progress("import, \(format.rawValue)")
      let processes = MadeTrace.count(of: format, most: processes)
      guard let size = try MadeTrace.write(format, processes: processes, to: path) else { continue }
      var bytes = Samples(), events = Samples(), memory = Samples()
      for _ in 0..<rounds {
        lnx_release_memory()
        let before = Scale.resident
        var most = before
        let start = lnx_boot_time()
        var file = try EventFile(path: path)
        var count = 0, pieces = 0
        while let some = try file.read() {
          count += some.count
          pieces += 1
          if pieces % 64 == 0 { most = max(most, Scale.resident) }
        }
        let seconds = Double(lnx_boot_time() - start) / 1e9
        guard count >= processes, file.notice == nil || format == .exitsnoop else {
          throw BenchError("\(format.rawValue): \(count) events of \(processes) processes: \(file.notice ?? "")")
        }
        bytes.add(Double(size) / seconds)
        events.add(Double(count) / seconds)
        memory.add(Double(most - before))
      }
      if format == .tetragon { tetragon = 1e8 / events.median }
      let isMet = bytes.median >= Self.bytes || events.median >= Self.events
      lines.append(
        "| \(format.rawValue) | \(fixed(Double(size) / 1e6, digits: 0)) MB | \(fixed(bytes.median / 1e6, digits: 0)) "
          + "| \(Unit.count.text(events.median)) | \(Unit.mebibytes.text(memory.median)) | \(isMet ? "met" : "missed") |"
      )
    }
    return Section(
      title: "Traces of other programs", rows: [],
      meaning: lines + [
        "",
        """
        `EventFile` alone, on made-up traces of \(grouped(processes)) processes in the page cache, on one core; medians of \
        \(rounds) rounds. The target is 100 MB or 300,000 events a second. Resident is the growth of resident memory \
        while the file is read. Formats with long lines have a tenth of the processes. 100,000 events of Tetragon take \
        \(fixed(tetragon, digits: 0)) ms; the target is 1,000 ms.
        """,
      ])
  }
}
