public import ArgumentParser
public import Recording
import TUI

/// The option of all commands that read a file: its format.
struct FormatOption: ParsableArguments {
  @Option(
    name: .customLong("from"),
    help: ArgumentHelp(
      "The format of FILE (\(formats)); by default found from its content.", valueName: "format"))
  var format: TraceFormat?

  private static var formats: String { TraceFormat.allCases.map(\.rawValue).joined(separator: ", ") }

  /// - Throws: `ValidationError` where no file is read.
  func refuse(without file: String?) throws {
    if format != nil, file == nil { throw ValidationError("--from needs FILE: it is the format of one") }
  }

  /// - Throws: `ValidationError` where no file is read.
  func refuse(without files: [String]) throws { try refuse(without: files.first) }

  /// Opens a file that a user named.
  func open(_ path: String) throws(RecordingError) -> EventFile {
    try EventFile(path: path, named: Arguments.bytes(of: path), format: format)
  }

  /// Opens files that a user named, to read them together.
  func open(
    _ paths: [String], _ merging: MergeOptions, keepsTimes: Bool = false
  ) throws(RecordingError) -> EventInput {
    try EventInput(paths, format, offsets: merging.byName, keepsTimes: keepsTimes)
  }
}

extension TraceFormat: ExpressibleByArgument {}
