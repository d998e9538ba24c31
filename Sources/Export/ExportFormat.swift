/// What processes can be exported as.
package enum ExportFormat: String, CaseIterable, Sendable {
  /// A trace for ui.perfetto.dev.
  case perfetto
  /// One page for a browser.
  case html
  /// OpenTelemetry traces as OTLP JSON.
  case otlp
  /// Stacks for flame graphs.
  case folded
  /// A table.
  case csv
  /// The lines of `tree --json`.
  case json
  /// A graph for Graphviz.
  case dot

  /// What it is for, for the list of formats.
  package var summary: String {
    switch self {
    case .perfetto: "a trace for ui.perfetto.dev"
    case .html: "one page for a browser, without network"
    case .otlp: "OpenTelemetry traces, OTLP as JSON"
    case .folded: "stacks for flame graphs"
    case .csv: "a table, one row per process"
    case .json: "the same lines as `tree --json`"
    case .dot: "a graph for Graphviz"
    }
  }

  /// The endings of files with this format; the first is the usual one.
  package var endings: [String] {
    switch self {
    case .perfetto: [".pftrace", ".perfetto-trace", ".perfetto"]
    case .html: [".html", ".htm"]
    case .otlp: [".otlp.json", ".otlp"]
    case .folded: [".folded"]
    case .csv: [".csv"]
    case .json: [".json"]
    case .dot: [".dot", ".gv"]
    }
  }

  /// The format that the ending of a file's name stands for; nil for another ending.
  package init?(ofFile name: String) {
    let name = name.lowercased()
    // The longest ending counts: `.otlp.json` is not `.json`.
    var found: (format: ExportFormat, length: Int)?
    for format in Self.allCases {
      for ending in format.endings where name.hasSuffix(ending) && ending.utf8.count > found?.length ?? 0 {
        found = (format, ending.utf8.count)
      }
    }
    guard let found else { return nil }
    self = found.format
  }

  /// Whether the format shows single failed execs, not only how many there were.
  package var showsFailedExecs: Bool { [.perfetto, .html, .otlp].contains(self) }

  /// Whether it is not text.
  package var isBinary: Bool { self == .perfetto }
}

/// What the stacks of `folded` are weighted by.
package enum StackWeight: String, CaseIterable, Sendable {
  /// Run time in which no child of the process ran, in microseconds.
  case time
  /// CPU time, in microseconds.
  case cpu
  /// The number of processes.
  case count
}
