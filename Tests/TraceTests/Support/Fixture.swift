import CLinux
import Glibc

/// A process that a test starts: `trace-fixture`, or another program. Its output is kept, its input is open until
/// `release`.
final class Fixture {
  struct CannotStart: Error { let program: String, errno: Int32 }

  static let path = built("trace-fixture")

  /// Nanoseconds since boot.
  static var now: UInt64 { lnx_boot_time() }

  /// A program that was built beside this one.
  static func built(_ name: String) -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let here = String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return here.prefix(through: here.lastIndex(of: "/") ?? here.startIndex) + name
  }

  let pid: Int32
  /// A moment before it began, nanoseconds since boot.
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

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_adddup2(&actions, self.output, 1)
    posix_spawn_file_actions_adddup2(&actions, self.output, 2)

    // What other tests in this process do with signals is theirs.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var variables = ["PATH": "/usr/bin:/bin"]
    variables.merge(extra) { _, new in new }
    let environment = Self.copies(variables.map { "\($0.key)=\($0.value)" }.sorted())
    let arguments = Self.copies(argv)
    defer { for string in environment + arguments { free(string) } }
    var pid: pid_t = 0
    let error = posix_spawn(&pid, program, &actions, &attributes, arguments, environment)
    close(ends[0])
    self.pid = pid
    if error != 0 { throw CannotStart(program: program, errno: error) }
  }

  /// As C wants them, ending with NULL; to be freed.
  private static func copies(_ strings: [String]) -> [UnsafeMutablePointer<CChar>?] {
    strings.map { strdup($0) } + [nil]
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

  /// Sends a signal to this process alone.
  func send(_ signal: Int32) { kill(pid, signal) }

  /// What it has written so far.
  var lines: [String] { TraceTests.lines(of: contents(of: output)) }

  /// The numbers of each line that begins with a word.
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
