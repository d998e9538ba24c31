package import Events
package import Filtering
internal import Recording
internal import TUI
package import Tree

/// What one export takes and how it looks.
package struct ExportOptions {
  /// The format.
  package var format: ExportFormat
  /// Only matching processes, and their ancestors; nil for all.
  package var filter: Filter?
  /// Only processes that ran within these times, in nanoseconds since boot, and their ancestors; nil for all.
  package var window: ClosedRange<UInt64>?
  /// What stacks are weighted by.
  package var weight = StackWeight.time
  /// The name of the recording, for a title.
  package var title: RawBytes = ""

  /// All processes.
  package init(format: ExportFormat) { self.format = format }
}

/// The facts of an export that all formats know.
struct ExportContext {
  let options: ExportOptions
  /// The first and the last time that is shown, in nanoseconds since boot.
  let times: ClosedRange<UInt64>
  /// Nanoseconds from 1970 to boot, by nanoseconds since boot; nil if unknown.
  let offsets: Steps<UInt64, Int64>?
  /// The name of the machine, and the id of its boot; empty if unknown, and for several machines.
  let hostName: RawBytes
  let boot: RawBytes
  /// All rows.
  let rows: [ExportRow]

  /// Until when running processes have run, in nanoseconds since boot.
  var now: UInt64 { times.upperBound }

  /// Nanoseconds since 1970 UTC; nil if unknown, or not in the calendar of lines.
  func wallTime(_ time: UInt64) -> Int64? {
    guard let offset = offsets?.value(at: time), let boot = Int64(exactly: time) else { return nil }
    let (wall, overflows) = boot.addingReportingOverflow(offset)
    return overflows || wall < 0 ? nil : wall
  }
}

/// A format: what it writes at the start, for each process, and at the end. A parent comes before its children.
protocol ExportWriter {
  /// What was written since it was removed.
  var bytes: [UInt8] { get }

  /// Removes the bytes, and keeps their memory.
  mutating func removeBytes()

  /// Writes what comes before the first process.
  mutating func start(_ context: ExportContext)

  /// Writes a process.
  mutating func append(_ process: ExportedProcess, _ context: ExportContext)

  /// Writes what comes after the last process.
  mutating func finish(_ context: ExportContext)
}

/// Writes the gathered processes in a format.
package struct Exporter {
  private var input: ExportInput
  private let context: ExportContext

  /// Takes what was gathered. - Complexity: O(processes).
  package init(_ input: consuming ExportInput, _ options: ExportOptions) {
    input.finish()
    let all = input.times ?? 0...0
    let first = max(all.lowerBound, options.window?.lowerBound ?? 0)
    let last = min(all.upperBound, options.window?.upperBound ?? .max)
    // Lines and traces tell their machine too.
    let only = input.tree.hasHostRows ? nil : input.tree.host(of: ProcessID(rowOf: 0))
    context = ExportContext(
      options: options, times: first...max(first, last), offsets: input.offsets,
      hostName: input.host?.name ?? only?.name ?? "", boot: input.host?.boot ?? only?.boot ?? "",
      rows: ExportRows.rows(of: input.tree, matching: options.filter, within: options.window))
    self.input = input
  }

  /// How many processes are written: those that match, and their ancestors.
  package var count: Int { context.rows.count { !$0.id.isHost } }

  /// How many processes match.
  package var matches: Int { context.rows.reduce(0) { $1.isMatch ? $0 &+ 1 : $0 } }

  /// The number of bytes that are gathered before they are passed on.
  private static let piece = 256 << 10

  /// Passes the bytes on, piece by piece, until `write` returns false. - Complexity: O(bytes).
  /// - Parameter change: what is written in place of each process, such as the process without secrets.
  package func write(
    changing change: (ProcessNode) -> ProcessNode = { $0 }, to write: ([UInt8]) throws -> Bool
  ) rethrows {
    var writer = writer
    writer.start(context)
    for (index, row) in context.rows.enumerated() {
      guard let node = input.tree[row.id] else { continue }
      let failures = row.isMatch ? input.failures(of: row.id) : []
      let host = input.tree.hasHostRows ? input.tree.host(of: row.id) : nil
      writer.append(
        ExportedProcess(index: index, row: row, node: change(node), failures: failures, host: host), context)
      if writer.bytes.count >= Self.piece {
        guard try write(writer.bytes) else { return }
        writer.removeBytes()
      }
    }
    writer.finish(context)
    _ = try write(writer.bytes)
  }

  private var writer: any ExportWriter {
    switch context.options.format {
    case .perfetto: PerfettoWriter()
    case .html: PageWriter()
    case .otlp: SpanWriter()
    case .folded: StackWriter(context.options.weight)
    case .csv: TableWriter()
    case .json: TreeLineWriter()
    case .dot: GraphWriter()
    }
  }
}
