internal import Events
internal import Recording
internal import Tree
internal import TreeLines

/// The lines of `tree --json`.
struct TreeLineWriter: ExportWriter {
  private var encoder = JSONLineEncoder(wallOffset: nil)

  var bytes: [UInt8] { encoder.bytes }

  mutating func removeBytes() { encoder.removeAll() }

  mutating func start(_ context: ExportContext) {}

  mutating func append(_ process: ExportedProcess, _ context: ExportContext) {
    encoder.wallOffset = context.offsets?.value(at: process.node.startTime)
    encoder.host = process.host.map { RecordedHost(name: $0.name, boot: $0.boot) }
    encoder.append(process.node, depth: Int(process.row.depth), isMatch: process.row.isMatch, now: context.now)
  }

  mutating func finish(_ context: ExportContext) {}
}
