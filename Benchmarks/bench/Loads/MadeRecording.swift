import Events
import Glibc
import Recording

/// Writes recordings of made-up processes, always the same ones.
enum MadeRecording {
  /// Writes a database.
  /// - Throws: `RecordingError` where it cannot be written.
  static func write(processes: Int, toDatabase path: String) throws {
    let writer = try DatabaseWriter(path: path, DatabaseWriter.Session(version: "bench", started: 0))
    var throng = Throng(count: processes)
    var last: UInt64 = 0
    while true {
      let events = throng.next(10_000)
      guard let end = events.last else { break }
      last = end.time
      guard try writer.write(events, clock: Steps(1_700_000_000_000_000_000), isDurable: false) else {
        throw BenchError("\(path) is in use")
      }
    }
    try writer.finish(status: nil, at: last)
  }

  /// Writes lines of JSON, without environments.
  /// - Returns: how many.
  /// - Throws: `BenchError` where they cannot be written.
  static func write(processes: Int, toLines path: String) throws -> Int {
    guard let file = fopen(path, "we") else { throw BenchError("cannot write \(path): errno \(errno)") }
    var throng = Throng(count: processes)
    var encoder = JSONLineEncoder(wallOffset: 1_700_000_000_000_000_000)
    var lines = 0
    while true {
      let events = throng.next(1000)
      if events.isEmpty { break }
      encoder.removeAll()
      for event in events { encoder.append(event) }
      lines += events.count
      _ = encoder.bytes.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    }
    guard fclose(file) == 0 else { throw BenchError("cannot write \(path): errno \(errno)") }
    return lines
  }
}
