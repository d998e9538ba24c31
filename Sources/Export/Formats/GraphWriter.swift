internal import Events
internal import TUI
internal import Tree

/// A graph in the language of Graphviz: a node for each process, an edge from each parent to its child.
struct GraphWriter: ExportWriter {
  private(set) var bytes: [UInt8] = []

  mutating func removeBytes() { bytes.removeAll(keepingCapacity: true) }

  mutating func start(_ context: ExportContext) {
    text(
      """
      digraph processes {
        graph [rankdir=LR, ranksep=0.4, nodesep=0.12];
        node [shape=box, style="rounded,filled", fillcolor="#f6f8fa", color="#8c959f", fontname="monospace", \
      fontsize=10, margin="0.12,0.05"];
        edge [color="#8c959f", arrowsize=0.5];

      """)
  }

  /// The most columns of a command in a node.
  private static let width = 60

  mutating func append(_ process: ExportedProcess, _ context: ExportContext) {
    let node = process.node
    text("  n\(process.index) [label=\"")
    if process.isHost {
      text("host ")
      label(process.command)
      text("\", shape=folder, style=filled];\n")
      return
    }
    label(process.comm)
    text(" \(node.id.pid)")
    let command = process.command
    if command != process.comm {
      text("\\n")
      label(command.columns(from: 0, count: Self.width))
      if command.width > Self.width { text("...") }
    }
    var separator: StaticString = "\\n"
    if node.isPlaceholder || node.isTimed {
      text("\\n\(node.isPlaceholder ? "seen only as a parent" : "\(Duration(node.runTime(now: context.now)))")")
      separator = ", "
    }
    if let failure = process.failure {
      text("\(separator)")
      label(failure)
    } else if node.isRunning, !node.isPlaceholder, !node.endIsUnknown {
      text("\(separator)running")
    }
    text("\"")
    if !process.row.isMatch || node.isPlaceholder {
      text(", style=\"rounded,dashed\", fontcolor=\"#6e7781\"")
    } else if process.failure != nil {
      text(", fillcolor=\"#ffebe9\", color=\"#cf222e\"")
    } else if node.isRunning {
      text(", fillcolor=\"#dafbe1\", color=\"#1a7f37\"")
    }
    text("];\n")
    if process.row.parent >= 0 { text("  n\(process.row.parent) -> n\(process.index);\n") }
  }

  mutating func finish(_ context: ExportContext) { text("}\n") }

  private mutating func text(_ text: String) { bytes += text.utf8 }

  /// Text of a label: Graphviz reads escapes such as `\N`, and entities such as `&lt;`.
  private mutating func label(_ text: DisplayText) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): bytes += "\\\\".utf8
      case UInt8(ascii: "\""): bytes += "\\\"".utf8
      case UInt8(ascii: "&"): bytes += "&amp;".utf8
      default: bytes.append(byte)
      }
    }
  }
}

/// A time for people: `3 ms`, `1.25 s`.
private struct Duration: CustomStringConvertible {
  let nanoseconds: UInt64

  init(_ nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  var description: String {
    let microseconds = nanoseconds / 1000
    if microseconds < 1000 { return "\(microseconds) us" }
    if microseconds < 1_000_000 { return "\(microseconds / 1000) ms" }
    let hundredths = microseconds / 10_000
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) s"
  }
}
