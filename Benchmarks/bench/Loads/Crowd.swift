import Glibc

/// Many sleeping processes, for the lifetime of this value.
final class Crowd {
  private let child: Child
  private let input: Int32

  /// Returns when all of them run their program.
  /// - Throws: `BenchError`.
  init(count: Int, in scratch: Scratch) throws {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw BenchError("no pair of sockets: errno \(errno)")
    }
    input = ends[1]
    child = try Child([Paths.fixture, "crowd", "\(count)", "ready"], input: ends[0], output: scratch["crowd"])
    close(ends[0])
    for _ in 0..<5000 {
      if ProcFiles.text(scratch["crowd"]).hasPrefix("ready") { return }
      usleep(2000)
    }
    throw BenchError("the crowd does not gather")
  }

  deinit {
    close(input)
    child.wait()
  }
}
