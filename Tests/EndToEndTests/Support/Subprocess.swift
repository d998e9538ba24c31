import Glibc

/// What a program left behind: its exit status as a shell gives it, and what it wrote, byte for byte.
struct Outcome: CustomStringConvertible {
  var status: Int32
  var output: [UInt8]
  var errors: [UInt8]

  var text: String { String(decoding: output, as: UTF8.self) }
  var complaint: String { String(decoding: errors, as: UTF8.self) }
  var lines: [Substring] { text.split(separator: "\n") }
  var complaints: [Substring] { complaint.split(separator: "\n") }

  var description: String { "status \(status)\noutput: \(text.prefix(4000))\nerrors: \(complaint.prefix(4000))" }
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
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    // The threads that tests run on block nearly all signals, which a child would inherit.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t(), all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var pid: pid_t = 0
    let arguments: [UnsafeMutablePointer<CChar>?] = argv.map { strdup($0) }
    let variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) }
    defer { for copy in arguments + variables { free(copy) } }
    let result = posix_spawn(&pid, located(argv[0]), &actions, &attributes, arguments + [nil], variables + [nil])
    guard result == 0 else { throw Failure(description: "\(argv): \(String(cString: strerror(result)))") }
    return pid
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

    var bytes: [UInt8] {
      var result: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65536)
      while true {
        let count = pread(descriptor, &buffer, buffer.count, off_t(result.count))
        guard count > 0 else { return result }
        result += buffer[..<count]
      }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
  }
}
