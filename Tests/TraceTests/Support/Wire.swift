import CExecsnoop
import Events

@testable import Trace

/// Records as the kernel side writes them, for tests of what reads them.
enum Wire {
  /// An exec, or a failed one, with nothing behind it.
  static func exec(_ kind: est_kind = EST_FAILED_EXEC, thread: Int32 = 1, time: UInt64 = 1) -> est_exec {
    var exec = est_exec()
    exec.record.kind = kind.rawValue
    exec.record.time = time
    exec.record.facts.pid = 1
    exec.error = kind == EST_FAILED_EXEC ? 2 : 0
    exec.thread = thread
    return exec
  }

  /// An exec with a file, the names of a working directory and, where they are inside, strings.
  static func bytes(_ exec: est_exec, file: String, cwd: [String] = [], strings: [UInt8]? = nil) -> [UInt8] {
    var exec = exec
    let paths = block([file]) + block(cwd)
    exec.path_sizes.file = UInt16(file.utf8.count + 1)
    exec.path_sizes.all = UInt32(paths.count)
    if strings != nil { exec.strings_at = UInt32(MemoryLayout<est_exec>.size + paths.count) }
    return bytes(exec) + paths + (strings ?? [])
  }

  /// A part of the strings of that exec.
  static func part(of exec: est_exec, offset: Int, _ payload: [UInt8]) -> [UInt8] {
    var part = est_part()
    part.kind = EST_PART.rawValue
    part.field = EST_PART_STRINGS.rawValue
    part.thread = exec.thread
    part.time = exec.record.time
    part.offset = UInt32(offset)
    part.size = UInt32(payload.count)
    return bytes(part) + payload
  }

  /// The paths of that exec in a part of their own.
  static func paths(of exec: est_exec, file: String) -> [UInt8] {
    let paths = block([file])
    var part = est_part()
    part.kind = EST_PART.rawValue
    part.field = EST_PART_PATHS.rawValue
    part.thread = exec.thread
    part.time = exec.record.time
    part.size = UInt32(paths.count)
    part.path_sizes.file = UInt16(paths.count)
    part.path_sizes.all = UInt32(paths.count)
    return bytes(part) + paths
  }

  /// Strings, each closed by NUL.
  static func block(_ strings: [String]) -> [UInt8] { strings.flatMap { Array($0.utf8) + [0] } }

  static func bytes<Record: BitwiseCopyable>(_ record: Record) -> [UInt8] {
    withUnsafeBytes(of: record) { Array($0) }
  }
}

extension RecordDecoder {
  /// The events of these records, in this order.
  func decode(all records: [[UInt8]]) -> [ProcessEvent] {
    for record in records { record.withUnsafeBytes { decode($0) } }
    return drain().events
  }
}

extension ProcessEvent {
  /// The image of an exec or a failed exec.
  var image: ProcessImage? {
    switch self {
    case .exec(let event): event.image
    case .failedExec(let event): event.image
    default: nil
    }
  }
}
