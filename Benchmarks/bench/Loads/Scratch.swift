import Glibc

/// The folder for the programs' output, which `Benchmarks/run` makes and removes.
struct Scratch {
  private let path: String

  /// - Throws: `BenchError` where there is none.
  init() throws {
    guard let path = getenv("BENCH_SCRATCH") else { throw BenchError("no folder to write in: use Benchmarks/run") }
    self.path = String(cString: path)
  }

  subscript(name: String) -> String { path + "/" + name }
}
