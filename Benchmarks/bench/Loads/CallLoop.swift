/// Makes the cheapest system call again and again, in one process.
struct CallLoop {
  var count: Int

  /// Nanoseconds for each call.
  /// - Throws: `BenchError`.
  func run(beside tracer: Tracer?, in scratch: Scratch) throws -> Double {
    let child = try Child([Paths.fixture, "calls", "\(count)"], output: scratch["calls"])
    let status = child.wait(reading: tracer?.terminal)
    let words = ProcFiles.text(scratch["calls"]).split { $0 == " " || $0 == "\n" }
    guard status == 0, words.count == 2, let time = Double(words[1]) else {
      throw BenchError("the loop of calls failed: status \(status)")
    }
    return time / Double(count)
  }
}
