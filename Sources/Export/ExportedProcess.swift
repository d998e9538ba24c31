internal import Events
internal import TUI
internal import Tree

/// A process as the formats write it.
struct ExportedProcess {
  /// Its place in the rows, from 0.
  let index: Int
  let row: ExportRow
  let node: ProcessNode
  /// Its failed execs, where the format shows them.
  let failures: ArraySlice<FailedExec>
  /// Its machine, where there are several.
  var host: KnownHost?

  /// Whether it is a machine, which has a row above its processes, and not a process.
  var isHost: Bool { node.id.isHost }
  /// The parent, which is a process.
  var parent: ProcessID? { node.parent.flatMap { $0.isHost ? nil : $0 } }
  /// The name of the machine, where there are several.
  var hostLabel: DisplayText { host.map { DisplayText($0.label) } ?? "?" }

  /// The name: of a placeholder it is not known.
  var comm: DisplayText { node.isPlaceholder ? "?" : DisplayText(node.facts.comm) }

  /// The arguments as a line of text; of a process without known arguments its title, its file or its name.
  var command: DisplayText { Self.command(of: node.image, title: node.title, comm: node.facts.comm) ?? comm }

  static func command(of image: ProcessImage?, title: RawBytes? = nil, comm: Comm) -> DisplayText? {
    if let title = title ?? image?.title { return DisplayText(title) }
    guard let image else { return nil }
    if !image.withArgv(\.isEmpty) {
      let cut: DisplayText = image.argvIsCut || image.marks.contains(.argvCut) ? " ..." : ""
      return DisplayText.commandLine(image.argv) + cut
    }
    for name in [image.file, image.exe] where !name.isEmpty { return DisplayText.argument(name.bytes) }
    return nil
  }

  /// Its end, not before its start; nil while it runs.
  var end: UInt64? { node.end.map { max($0.time, node.startTime) } }

  /// Why it counts as failed: `exit 2`, `SIGKILL by bash (4711, root)`; nil where it did not fail, and while it runs.
  var failure: DisplayText? {
    guard let status = node.end?.status, !status.isSuccess else { return nil }
    guard status.signal != 0 else { return "exit \(status.code)" }
    let killer = DisplayText(killerOf: node).map { " \($0)" as DisplayText } ?? ""
    return DisplayText(signalName: status.signal) + killer
  }

  /// A part of its life in which it ran one program.
  struct Program {
    /// Nanoseconds since boot.
    let start: UInt64
    /// The next exec, or the exit; nil while it runs.
    let end: UInt64?
    /// Nil before the first exec of a process that a fork made: then it is a copy of its parent.
    let image: ProcessImage?
  }

  /// The programs that it ran, in the order of time, without gaps from start to exit. - Complexity: O(their number).
  var programs: [Program] {
    if node.isPlaceholder { return [] }
    let images = node.images
    var starts: [(time: UInt64, image: ProcessImage?)] = []
    // A program from /proc ran before /proc was read, from an unknown time on.
    if images.first?.marks.contains(.fromProc) != true { starts.append((node.startTime, nil)) }
    for image in images {
      let time = image.marks.contains(.fromProc) && starts.isEmpty ? node.startTime : image.time
      starts.append((min(max(time, starts.last?.time ?? node.startTime), end ?? .max), image))
    }
    return starts.indices.map { index in
      let next = index &+ 1 < starts.count ? starts[index &+ 1].time : end
      return Program(start: starts[index].time, end: next, image: starts[index].image)
    }
  }
}
