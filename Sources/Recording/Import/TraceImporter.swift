internal import Events

/// Reads the trace of another program: bytes of lines in, events out.
///
/// An importer keeps no more than the facts of running processes (`ImportedProcesses`) and a bounded number of events
/// that wait for a later line. It never guesses: what its format does not tell stays unknown.
protocol TraceImporter: Sendable {
  /// An importer at the start of a trace.
  init()

  /// Sets the name of the file, before its first line. It may tell what no line does.
  mutating func setName(_ path: [UInt8])

  /// Reads one line, without its line feed and a carriage return before it. Lines of white space are not passed on.
  /// - Parameter events: receives the events that the line completes, in the order of the trace.
  /// - Returns: false where the line is not of this format: it is left out and counted. True for lines of the format
  ///   that tell nothing about processes.
  mutating func read(_ line: ArraySlice<UInt8>, into events: inout [RecordedEvent]) -> Bool

  /// Ends the trace.
  /// - Parameter events: receives the events that waited for another line.
  mutating func finish(into events: inout [RecordedEvent])

  /// How sure the first lines make it that they are of this format, from 0 to 100.
  ///
  /// `FormatGuess.sure` or more decides at once, even after one line of a pipe; less decides when the trace ends or
  /// 64 KiB have come, if it is at least `FormatGuess.likely`. Lines of other programs may be between them.
  /// - Parameter lines: the first whole lines, at least one, without line ends and without empty lines, 64 KiB in all.
  static func likeness(_ lines: [ArraySlice<UInt8>]) -> Int

  /// Whether a last line without a line feed is left out: cut short it may still look complete. False where a line
  /// shows that it is complete, as an object of JSON does.
  static var needsLineEnd: Bool { get }

  /// What the trace lacked, as far as it is read.
  var remarks: ImportRemarks { get }
}

extension TraceImporter {
  mutating func setName(_ path: [UInt8]) {}
  mutating func finish(into events: inout [RecordedEvent]) {}
  static var needsLineEnd: Bool { false }
  var remarks: ImportRemarks { ImportRemarks() }
}

/// An importer whose format is values of JSON.
protocol JSONTraceImporter: TraceImporter {
  /// The values of the lines.
  var values: JSONValues { get set }
  var remarks: ImportRemarks { get set }

  /// Reads one value.
  /// - Returns: whether it is of this format.
  /// - Throws: `JSONFault` where it is no JSON.
  mutating func event(
    _ scanner: inout JSONScanner, into events: inout [RecordedEvent]
  ) throws(JSONFault) -> JSONValues.Outcome
}

extension JSONTraceImporter {
  mutating func read(_ line: ArraySlice<UInt8>, into events: inout [RecordedEvent]) -> Bool {
    // Only one of them holds the values, or a line would copy them.
    var values = self.values
    self.values = JSONValues()
    defer { self.values = values }
    return values.read(line) { (scanner) throws(JSONFault) in try event(&scanner, into: &events) }
  }

  mutating func finish(into events: inout [RecordedEvent]) { remarks.isCut = !values.finish() }
}

/// What a trace lacked.
struct ImportRemarks: Sendable, Hashable {
  /// Whether the lines had no times, so that only their order is known.
  var hasNoTimes = false
  /// How many half events, such as unfinished system calls, were dropped to stay within the bound.
  var dropped = 0
  /// Whether the last line ended within a value of several lines, which is left out.
  var isCut = false
}
