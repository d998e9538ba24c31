import ArgumentParser
import Events
import Export
import Filtering
import Glibc
import Masking
import Recording
import TUI
import Tree
import TreeLines

/// Writes processes of the view into a new file. A file that cannot be written completely is removed again.
struct SaveJob: Sendable {
  var form: SaveForm
  /// The path as typed.
  var path: String
  var processes: SavedProcesses
  /// The wall clock less the boot clock, by nanoseconds since boot; nil if unknown.
  var wall: Steps<UInt64, Int64>?
  /// The traced command; empty for none.
  var command: [[UInt8]]
  /// The name of the key that asks again.
  var key: DisplayText

  /// The bytes of one write.
  private static let piece = 1 << 20

  /// What was written.
  private struct Written {
    var processes = 0
    var events: Int?
    var bytes = 0
    /// How many values were masked.
    var masked = 0
  }

  /// Writes the file.
  /// - Parameter isCancelled: whether to stop; asked after each piece.
  func run(isCancelled: () -> Bool) -> SaveOutcome {
    do throws(Failure) {
      let written =
        switch form {
        case .database: try writeDatabase(isCancelled)
        case .lines: try writeLines(isCancelled)
        case .objects: try writeObjects(isCancelled)
        case .table: try export(.csv, isCancelled)
        case .page: try export(.html, isCancelled)
        }
      return SaveOutcome(text: summary(of: written), isError: false)
    } catch {
      return SaveOutcome(text: error.message, isError: true)
    }
  }

  private var name: DisplayText { DisplayText(typed: path) }

  private var interrupted: Failure { Failure("not written: \(name): the view has ended") }

  private func summary(of written: Written) -> DisplayText {
    func count(_ number: Int, _ one: DisplayText, _ many: DisplayText) -> DisplayText {
      "\(number: number, grouped: true) \(number == 1 ? one : many)"
    }
    var text: DisplayText = "written to \(name): \(count(written.processes, "process", "processes"))"
    if let events = written.events { text += ", \(count(events, "event", "events"))" }
    text += ", \(DisplayText.size(ofBytes: written.bytes))"
    if written.masked > 0 { text += ", \(count(written.masked, "secret", "secrets")) masked" }
    let forgotten = processes.tree.totals.forgotten
    if forgotten > 0 { text += "; but: \(count(forgotten, "process was", "processes were")) forgotten before" }
    return text
  }

  // MARK: - What is saved

  /// The rows of the tree, as the filter shows it. The thread has a filter of its own: one remembers what it did.
  private var listing: TreeListing {
    let filter = processes.filter.isEmpty ? nil : try? Filter.parse(processes.filter)
    return TreeListing(of: processes.tree, matching: filter, below: nil, now: processes.time, glyphs: .utf8)
  }

  private var events: TreeEvents {
    guard !processes.filter.isEmpty else { return TreeEvents(of: processes.tree) }
    var shown: Set<ProcessID> = []
    listing.forEachRow { row, _, _ in
      shown.insert(row.id)
      return true
    }
    return TreeEvents(of: processes.tree, only: shown)
  }

  // MARK: - Forms

  private func writeDatabase(_ isCancelled: () -> Bool) throws(Failure) -> Written {
    if processes.tree.hasHostRows {
      throw Failure("not written: \(name): a database has the events of one machine: write lines, to a file .ndjson")
    }
    let events = events
    var mask = SecretMask()
    do throws(RecordingError) {
      let writer = try DatabaseWriter(
        path: NewFile.place(of: path),
        DatabaseWriter.Session(
          version: ExecsnoopTop.configuration.version, command: mask.masked(command), started: processes.time))
      var isWhole = false
      defer { if !isWhole { writer.discard() } }
      var clock = RecordedSteps(wall)
      var isInterrupted = false
      try events.forEachBatch { (batch) throws(RecordingError) in
        isInterrupted = isCancelled()
        if isInterrupted { return false }
        let batch = batch.map { mask.masked($0) }
        for part in clock.parts(of: batch) { try write(part.events, part.steps, isDurable: false, to: writer) }
        return true
      }
      if isInterrupted { return try cancelled() }
      try write([], clock.steps, isDurable: true, to: writer)
      try writer.finish(status: nil, at: processes.time)
      isWhole = true
      return Written(
        processes: events.processCount, events: events.count, bytes: writer.size, masked: mask.count)
    } catch {
      if isCancelled() { throw interrupted }
      throw Failure("not written: \(DisplayText(typed: error.description))")
    }
  }

  /// Ends by an error that `isCancelled` explains.
  private func cancelled() throws(RecordingError) -> Written {
    throw .system(operation: "write", path: path, errno: ECANCELED)
  }

  private func write(
    _ events: ArraySlice<ProcessEvent>, _ clock: Steps<UInt64, Int64>?, isDurable: Bool, to writer: DatabaseWriter
  ) throws(RecordingError) {
    // Nobody else knows the file yet; a backup program may look at it.
    for _ in 0..<5 where try writer.write(events, clock: clock, isDurable: isDurable) { return }
    throw .system(operation: "write", path: path, errno: EBUSY)
  }

  private func writeLines(_ isCancelled: () -> Bool) throws(Failure) -> Written {
    try writeFile { (file) throws(Failure) in
      let events = events
      var encoder = JSONLineEncoder(wallOffset: nil)
      var written = Written(processes: events.processCount, events: events.count)
      var mask = SecretMask()
      func flush() throws(Failure) {
        if isCancelled() { throw interrupted }
        try file.write(encoder.bytes)
        written.bytes += encoder.byteCount
        encoder.removeAll()
      }
      try events.forEachBatch(of: 500) { (batch) throws(Failure) in
        for event in batch {
          encoder.wallOffset = wall?.value(at: event.time)
          encoder.host = host(of: event)
          encoder.append(mask.masked(event))
        }
        if encoder.byteCount >= Self.piece { try flush() }
        return true
      }
      try flush()
      written.masked = mask.count
      return written
    }
  }

  /// The machine of an event, where there are several.
  private func host(of event: ProcessEvent) -> RecordedHost? {
    let tree = processes.tree
    guard tree.hasHostRows else { return nil }
    return tree.host(of: ProcessID(rowOf: event.hostNumber)).map { RecordedHost(name: $0.name, boot: $0.boot) }
  }

  private func writeObjects(_ isCancelled: () -> Bool) throws(Failure) -> Written {
    var encoder = JSONLineEncoder(wallOffset: nil)
    var mask = SecretMask()
    var written = try writeRows(isCancelled) { row, depth, node in
      let node = node.replacingImages { mask.masked($0) }
      encoder.wallOffset = wall?.value(at: node.startTime)
      if processes.tree.hasHostRows {
        encoder.host = processes.tree.host(of: node.id).map { RecordedHost(name: $0.name, boot: $0.boot) }
      }
      encoder.append(node, depth: depth, isMatch: row.isMatch, now: processes.time)
      return encoder.byteCount
    } take: {
      defer { encoder.removeAll() }
      return encoder.bytes
    }
    written.masked = mask.count
    return written
  }

  /// What `export` writes in a format.
  private func export(_ format: ExportFormat, _ isCancelled: () -> Bool) throws(Failure) -> Written {
    var options = ExportOptions(format: format)
    options.title = RawBytes(utf8: path.split(separator: "/").last.map(String.init) ?? path)
    options.filter = processes.filter.isEmpty ? nil : try? Filter.parse(processes.filter)
    let exporter = Exporter(ExportInput(processes.tree, offsets: wall, now: processes.time), options)
    return try writeFile { (file) throws(Failure) in
      var written = Written(processes: exporter.count)
      var mask = SecretMask()
      do {
        try exporter.write(changing: { $0.replacingImages { mask.masked($0) } }) { bytes in
          if isCancelled() { throw interrupted }
          try file.write(bytes)
          written.bytes += bytes.count
          return true
        }
      } catch let error as Failure {
        throw error
      } catch {
        throw Failure("not written: \(name): \(DisplayText(typed: "\(error)"))")
      }
      written.masked = mask.count
      return written
    }
  }

  /// Writes something for each row of the tree.
  /// - Parameters:
  ///   - append: appends a row, and returns how many bytes have gathered.
  ///   - take: removes and returns these.
  private func writeRows(
    _ isCancelled: () -> Bool, append: (OutlineRow, Int, ProcessNode) -> Int, take: () -> [UInt8]
  ) throws(Failure) -> Written {
    try writeFile { (file) throws(Failure) in
      var written = Written()
      func flush() throws(Failure) {
        if isCancelled() { throw interrupted }
        let bytes = take()
        written.bytes += bytes.count
        try file.write(bytes)
      }
      do {
        try listing.forEachRow { row, depth, node in
          written.processes += 1
          if append(row, depth, node) >= Self.piece { try flush() }
          return true
        }
      } catch let error as Failure {
        throw error
      } catch {
        throw Failure("not written: \(name): \(DisplayText(typed: "\(error)"))")
      }
      try flush()
      return written
    }
  }

  private func writeFile(_ body: (NewFile) throws(Failure) -> Written) throws(Failure) -> Written {
    let file = try NewFile(path: path, key: key)
    let written: Written
    do throws(Failure) { written = try body(file) } catch {
      file.discard()
      throw error
    }
    try file.finish()
    return written
  }
}

/// The steps of the wall clock as far as events have come.
private struct RecordedSteps {
  private let all: Steps<UInt64, Int64>?
  private(set) var steps: Steps<UInt64, Int64>?

  init(_ all: Steps<UInt64, Int64>?) { self.all = all }

  /// Cuts events where the clock was set: a recording gets one step with each transaction.
  mutating func parts(
    of events: [ProcessEvent]
  ) -> [(events: ArraySlice<ProcessEvent>, steps: Steps<UInt64, Int64>?)] {
    guard let all else { return [(events[...], nil)] }
    var parts: [(events: ArraySlice<ProcessEvent>, steps: Steps<UInt64, Int64>?)] = []
    var start = 0
    for (index, event) in events.enumerated() {
      let offset = all.value(at: event.time)
      if steps == nil { steps = Steps(offset) }
      if offset == steps?.latest { continue }
      if index > start { parts.append((events[start..<index], steps)) }
      start = index
      steps?.append(offset, from: event.time)
    }
    parts.append((events[start...], steps))
    return parts
  }
}
