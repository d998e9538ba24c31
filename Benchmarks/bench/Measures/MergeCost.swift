import CLinux
import Events
import Glibc
import Recording
import Tree

/// What it costs to merge the streams of many machines, beside one stream of the same events.
struct MergeCost {
  var rounds: Int
  /// The processes of all machines.
  var processes: Int

  private static let hosts = 100
  /// The target: the merge costs at most a tenth more.
  private static let mostTimes = 1.1

  func measure(in scratch: Scratch) throws -> Section {
    let paths = (0..<Self.hosts).map { scratch["merge-\($0).ndjson"] }
    let single = scratch["merge-all.ndjson"]
    defer { for path in paths + [single] { unlink(path) } }
    progress("merge: writing the lines of \(Self.hosts) machines")
    let count = try write(to: paths, and: single)
    var rows: [Row] = []
    for hasTree in [true, false] {
      var (one, many, ratio) = (Samples(), Samples(), Samples())
      // The first round fills the page cache.
      for round in 0...rounds {
        progress("merge, round \(round) of \(rounds)")
        let a = try read([single], expected: count, hasTree: hasTree)
        let b = try read(paths, expected: count, hasTree: hasTree)
        if round == 0 { continue }
        one.add(a)
        many.add(b)
        ratio.add(b / a)
      }
      let what = hasTree ? "read into a tree" : "read, without a tree"
      rows += [
        Row(title: "one stream, \(what), an event", unit: .nanoseconds, ours: one.median / Double(count)),
        Row(title: "\(Self.hosts) streams, \(what), an event", unit: .nanoseconds, ours: many.median / Double(count)),
        Row(
          title: "\(Self.hosts) streams beside one, \(what)", unit: .percent, ours: ratio.median - 1,
          target: hasTree ? .limit(Self.mostTimes - 1, "≤ 10%") : nil),
      ]
    }
    return Section(
      title: "Many machines", rows: rows,
      meaning: [
        """
        \(grouped(count)) lines of \(Self.hosts) machines, whose events take turns: in one file with the lines of all in \
        the order of time, as of one machine, and in a file for each machine, which `EventMerge` puts in order and on \
        one clock. CPU time on one core, medians of \(rounds) rounds that take turns.
        """
      ])
  }

  /// The CPU time of reading files together, in nanoseconds.
  private func read(_ paths: [String], expected: Int, hasTree: Bool) throws -> Double {
    lnx_release_memory()
    let start = Self.cpuTime
    var files = Files(paths)
    var merge = EventMerge(paths.map { MergeSource(name: RawBytes(utf8: $0)) })
    var tree = ProcessTree(limits: Limits(processes: .max, memory: 8 << 30, logLines: 16))
    var count = 0
    var events: [RecordedEvent] = []
    while !merge.isOver {
      for index in paths.indices where merge.wants(index) {
        if let some = try files.read(index) { merge.add(some, to: index, at: 0) } else { merge.end(index) }
      }
      events.removeAll(keepingCapacity: true)
      merge.take(at: 0, into: &events)
      for event in events {
        if case .host = event.event {} else { count += 1 }
        if hasTree { _ = tree.apply(event.event) }
      }
    }
    let time = Self.cpuTime - start
    guard count == expected else { throw BenchError("\(count) of \(expected) events were merged") }
    return Double(time)
  }

  /// The open files: `EventFile` cannot be in an array.
  private final class OpenFile {
    var file: EventFile
    init(_ path: String) throws { file = try EventFile(path: path) }
  }

  private struct Files {
    private var files: [OpenFile?]
    private let paths: [String]

    init(_ paths: [String]) {
      self.paths = paths
      files = paths.map { _ in nil }
    }

    mutating func read(_ index: Int) throws -> [RecordedEvent]? {
      let open = try files[index] ?? OpenFile(paths[index])
      files[index] = open
      return try open.file.read()
    }
  }

  private static var cpuTime: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return UInt64(clamping: time.tv_sec) * 1_000_000_000 + UInt64(clamping: time.tv_nsec)
  }

  /// Writes the same events twice: in a file for each machine, with its name and its own clock, and all in one file.
  private func write(to paths: [String], and single: String) throws -> Int {
    var throngs = paths.map { _ in Throng(count: processes / Self.hosts) }
    var encoders = paths.indices.map { index in
      // Each machine booted at another time.
      var encoder = JSONLineEncoder(wallOffset: 1_700_000_000_000_000_000 + Int64(index) * 137)
      encoder.host = RecordedHost(name: RawBytes(utf8: "web-\(index)"), boot: RawBytes(utf8: "boot-\(index)"))
      return encoder
    }
    var together = JSONLineEncoder(wallOffset: 1_700_000_000_000_000_000)
    together.host = RecordedHost(name: "web", boot: "boot")
    let outputs = try (paths + [single]).map { path in
      guard let file = fopen(path, "we") else { throw BenchError("cannot write \(path): errno \(errno)") }
      return file
    }
    var count = 0
    while true {
      // Their clocks differ by nanoseconds, so their events take turns.
      var batch: [(time: UInt64, host: Int, event: ProcessEvent)] = []
      for index in paths.indices {
        for event in throngs[index].next(50) { batch.append((event.time + UInt64(index) * 137, index, event)) }
      }
      if batch.isEmpty { break }
      batch.sort { ($0.time, $0.host) < ($1.time, $1.host) }
      for (_, host, event) in batch {
        encoders[host].append(event)
        // One machine's processes have starts of their own.
        var moved = event
        moved.shift(by: HostShift(host: 0, nanoseconds: Int64(host) * 137))
        together.append(moved)
      }
      count += batch.count
      for (index, output) in outputs.enumerated() {
        let bytes = index < encoders.count ? encoders[index].bytes : together.bytes
        _ = bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, output) }
        if index < encoders.count { encoders[index].removeAll() } else { together.removeAll() }
      }
    }
    for output in outputs where fclose(output) != 0 { throw BenchError("cannot write: errno \(errno)") }
    return count
  }
}
