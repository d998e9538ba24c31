import Events

@testable import Recording

/// Reads lines as a format, whole and in one piece.
func read(
  _ format: TraceFormat, _ text: String, named name: String = "x"
) -> (
  events: [RecordedEvent], reader: TraceLineReader
) {
  var reader = TraceLineReader(format, named: Array(name.utf8), maximumLineLength: 1 << 20)
  var events: [RecordedEvent] = []
  reader.read(Array((text + "\n").utf8)[...], into: &events)
  reader.finish(into: &events)
  return (events, reader)
}

/// Events in short: `fork 7 < 3`, `exec 7 true: a|b`, `fail 7 2 /bin/x: x`, `exit 7 256`, `end 7`. A parent that is not
/// known is `?`.
func outline(_ format: TraceFormat, _ text: String, named name: String = "x") -> [String] {
  read(format, text, named: name).events.map { outline(of: $0.event) }
}

private func outline(of event: ProcessEvent) -> String {
  func words(_ image: ProcessImage) -> String {
    image.argv.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|")
      + (image.marks.contains(.argvCut) ? "|..." : "")
  }
  switch event {
  case .fork(let event):
    let parent = event.process.parent.map { "\($0.pid)" } ?? "?"
    let inner = event.process.innerPID == event.process.id.pid ? "" : " (\(event.process.innerPID))"
    return "fork \(event.process.id.pid)\(inner) < \(parent)"
  case .exec(let event):
    return
      "exec \(event.process.id.pid) \(String(decoding: event.process.comm.bytes, as: UTF8.self)): \(words(event.image))"
  case .failedExec(let event):
    return
      "fail \(event.process.id.pid) \(event.errno) \(String(decoding: event.image.file.bytes, as: UTF8.self)): \(words(event.image))"
  case .exit(let event): return "exit \(event.process.id.pid) \(event.status.waitStatus)"
  case .existing(let event): return "exist \(event.process.id.pid)"
  case .lost(let event): return "end \(event.records.first?.id.pid ?? 0)"
  default: return "\(event)"
  }
}
