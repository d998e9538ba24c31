import Glibc
import TestSupport

/// The result of a program: its exit status as a shell shows it, and its output, byte for byte.
struct Outcome: CustomStringConvertible {
  var status: Int32
  var output: [UInt8]
  var errors: [UInt8]

  var text: String { String(decoding: output, as: UTF8.self) }
  var errorText: String { String(decoding: errors, as: UTF8.self) }
  var lines: [Substring] { text.split(separator: "\n") }
  var errorLines: [Substring] { errorText.split(separator: "\n") }

  var description: String { "status \(status)\noutput: \(text.prefix(4000))\nerrors: \(errorText.prefix(4000))" }
}

/// A program that a test starts and waits for.
enum Subprocess {
  struct Failure: Error, CustomStringConvertible { let description: String }

  /// Runs to the end, without standard input.
  /// - Parameter environment: all of it, as `NAME=value`.
  /// - Throws: when it cannot be started, or still runs after five minutes; then it is killed.
  static func run(_ argv: [String], environment: [String]) async throws -> Outcome {
    let output = try Sink(), errors = try Sink()
    let pid = try spawn(argv, environment, output: output.descriptor, errors: errors.descriptor)
    var status: Int32 = 0
    let end = ContinuousClock.now + .seconds(300)
    while waitpid(pid, &status, WNOHANG) == 0 {
      if ContinuousClock.now > end {
        kill(pid, SIGKILL)
        waitpid(pid, &status, 0)
        throw Failure(description: "\(argv) did not end; it wrote \(output.text) \(errors.text)")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
    let code = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
    return Outcome(status: code, output: output.bytes, errors: errors.bytes)
  }

  /// Runs to the end in silence: for cleaning up where nothing can be awaited or thrown.
  static func runSilently(_ argv: [String], environment: [String]) {
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer { close(null) }
    if let pid = try? spawn(argv, environment, output: null, errors: null) { waitpid(pid, nil, 0) }
  }

  private static func spawn(
    _ argv: [String], _ environment: [String], output: Int32, errors: Int32
  ) throws -> pid_t {
    let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(null) }
    do throws(CannotStart) {
      return try TestSupport.spawn(
        argv, program: located(argv[0]), environment: environment, input: null, output: output, errors: errors)
    } catch {
      throw Failure(description: "\(argv): \(String(cString: strerror(error.errno)))")
    }
  }

  /// Looks before it tries: a search by `posix_spawnp` would be a row of failed execs in the very log under test.
  private static func located(_ name: String) -> String {
    let candidates = ["/usr/local/bin/", "/usr/bin/", "/bin/"].map { $0 + name }
    return candidates.first { access($0, X_OK) == 0 } ?? name
  }

  /// A nameless file. A pipe would have to be read while the program runs.
  private final class Sink {
    let descriptor: Int32

    init() throws {
      var path = Array("/tmp/execsnoop-top-XXXXXX".utf8CString)
      descriptor = mkstemp(&path)
      guard descriptor >= 0 else { throw Failure(description: "mkstemp: \(String(cString: strerror(errno)))") }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      unlink(path)
    }

    deinit { close(descriptor) }

    var bytes: [UInt8] { contents(of: descriptor) }

    var text: String { String(decoding: bytes, as: UTF8.self) }
  }
}
