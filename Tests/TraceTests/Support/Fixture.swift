import CLinux
import Glibc
import TestSupport

/// A process that a test starts: `trace-fixture`, or another program. Its output is kept, its input is open until
/// `release`.
final class Fixture {
  static let path = Surroundings.built("trace-fixture")

  /// Nanoseconds since boot.
  static var now: UInt64 { lnx_boot_time() }

  let pid: Int32
  /// A time just before its start, in nanoseconds since boot.
  let since = lnx_boot_time()
  private let output: Int32
  private var input: Int32
  private var status: Int32?

  /// - Parameters:
  ///   - argv: all of it, beginning with the name.
  ///   - extra: added to the environment, or in place of what is there.
  ///   - output: where the output goes; nil to keep it.
  init(_ argv: [String], program: String = path, extra: [String: String] = [:], output: String? = nil) throws {
    self.output =
      output.map { open($0, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600) } ?? lnx_nameless_file("/tmp")
    // A pair of sockets is closed on exec from its first moment, so no other test's child can hold it open.
    var ends: [Int32] = [-1, -1]
    socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
    input = ends[1]

    var variables = ["PATH": "/usr/bin:/bin"]
    variables.merge(extra) { _, new in new }
    let environment = variables.map { "\($0.key)=\($0.value)" }.sorted()
    defer { close(ends[0]) }
    do {
      pid = try spawn(
        argv, program: program, environment: environment, input: ends[0], output: self.output, errors: self.output)
    } catch {
      close(self.output)
      close(input)
      throw error
    }
  }

  deinit {
    release()
    if status == nil, pid > 0 {
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
    close(output)
  }

  /// Closes its input.
  func release() {
    if input >= 0 { close(input) }
    input = -1
  }

  /// Waits for its end. Returns the wait status.
  @discardableResult
  func wait() -> Int32 {
    if let status { return status }
    release()
    var found: Int32 = 0
    while waitpid(pid, &found, 0) < 0 && errno == EINTR {}
    status = found
    return found
  }

  /// Sends a signal to this process only.
  func send(_ signal: Int32) { kill(pid, signal) }

  /// The output so far.
  var lines: [String] { TestSupport.lines(of: contents(of: output)) }

  /// The numbers of each line that starts with a word.
  func numbers(_ word: String) -> [[Int64]] { Self.numbers(word, in: lines) }

  static func numbers(_ word: String, in lines: [String]) -> [[Int64]] {
    lines.filter { $0.hasPrefix(word + " ") }.map { $0.split(separator: " ").compactMap { Int64($0) } }
  }

  func waitUntilReady() throws {
    try TraceTests.wait(for: "the fixture to be ready") {
      if lines.contains(where: { $0.hasPrefix("ready") }) { return true }
      usleep(1000)
      return false
    }
  }
}
