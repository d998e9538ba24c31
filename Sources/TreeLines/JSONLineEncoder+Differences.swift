public import Comparison
internal import Events
public import Recording

// Writes the differences of two recordings as JSON, one object a line.
extension JSONLineEncoder {
  /// Appends a line for a row that differs: `diff` is `a` or `b` where only that recording has the process, else
  /// `changed`; `changes` names what differs; `a` and `b` are the processes. Rows of context have no line.
  /// - Complexity: O(bytes written).
  public mutating func append(_ row: RunComparison.Row, of comparison: RunComparison) {
    guard !row.isContext else { return }
    writer.raw(row.b == nil ? "{\"diff\":\"a\"" : row.a == nil ? "{\"diff\":\"b\"" : "{\"diff\":\"changed\"")
    field("depth", row.depth)
    if !row.changes.isEmpty {
      writer.key("changes")
      writer.raw("[")
      for (index, change) in row.changes.enumerated() {
        if index > 0 { writer.raw(",") }
        _ = writer.string(Array(change.rawValue.utf8)[...])
      }
      writer.raw("]")
    }
    if row.changes.contains(.dur), let share = comparison.share(of: row) {
      // In millionths, so that it is exact.
      field("whole_ppm", Int64(exactly: (share * 1_000_000).rounded()) ?? 0)
    }
    if let arguments = comparison.arguments(of: row) {
      list("args_removed", arguments.removed)
      list("args_added", arguments.added)
    }
    if !row.variables.isEmpty {
      list("env_removed", row.variables.removed + row.variables.changed.map(\.before))
      list("env_added", row.variables.added + row.variables.changed.map(\.after))
    }
    if let a = row.a { process("a", comparison.a.entries[a]) }
    if let b = row.b { process("b", comparison.b.entries[b]) }
    writer.raw("}\n")
  }

  private mutating func list(_ name: StaticString, _ texts: [[UInt8]]) {
    writer.key(name)
    writer.raw("[")
    for (index, text) in texts.enumerated() {
      if index > 0 { writer.raw(",") }
      _ = writer.string(text[...])
    }
    writer.raw("]")
  }

  private mutating func process(_ name: StaticString, _ entry: ComparedRun.Entry) {
    writer.key(name)
    writer.raw("{\"pid\":")
    writer.number(entry.id.pid)
    field("start", entry.id.startTime)
    text("comm", "comm_b64", entry.comm.bytes)
    if let image = entry.image {
      let facts = ProcessFacts(id: entry.id, parent: nil, comm: entry.comm)
      self.image(image, of: facts)
      if entry.isForked { flag("forked") }
    }
    field("failed", entry.failedExecs)
    if let status = entry.status { self.status(status) }
    if entry.isRunning { flag("running") }
    if let runTime = entry.runTime { field("dur", runTime) }
    writer.raw("}")
  }
}
