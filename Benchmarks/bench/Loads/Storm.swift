import StormTruth

/// vfork and exec of a static program, up to 16 at once, as fast as possible.
struct Storm {
  /// The arguments of each child besides its number.
  enum Shape: CaseIterable {
    /// Three short arguments.
    case bare
    /// Twelve arguments of 150 bytes in all: the command line of a compiler.
    case compile

    var arguments: [String] {
      switch self {
      case .bare: []
      case .compile:
        [
          "-O2", "-Wall", "-Wextra", "-Iinclude", "-Isrc/common", "-D_GNU_SOURCE", "-MFbuild/obj/parser/grammar.o.d",
          "-obuild/obj/parser/grammar.o", "src/parser/grammar-generated.c",
        ]
      }
    }

    var name: String {
      switch self {
      case .bare: "3 short arguments"
      case .compile: "12 arguments, 150 bytes"
      }
    }
  }

  var shape = Shape.bare
  var count: Int

  /// Runs to the end.
  /// - Returns: how long it took by its own clock, in nanoseconds.
  /// - Throws: `BenchError`.
  func run(beside tracer: Tracer? = nil, in scratch: Scratch) throws -> UInt64 {
    let path = scratch["storm"]
    let child = try Child([Paths.fixture, "storm", "\(count)", path, "0"] + shape.arguments)
    let status = child.wait(reading: tracer?.terminal)
    guard status == 0, let log = StormLog(path: path) else { throw BenchError("the storm failed: status \(status)") }
    return log.duration
  }
}
