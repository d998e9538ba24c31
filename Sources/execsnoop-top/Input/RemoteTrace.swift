import Events
import Glibc
import Synchronization
import TUI
import Terminal

/// `log --json` on another machine, started by ssh. Its lines come by a pipe.
final class RemoteTrace: @unchecked Sendable {
  /// As the user named it.
  let host: String
  /// The read end of its standard output. The owner closes it.
  let output: Int32
  /// The read end of its standard error.
  private let errors: Int32
  private let pid: pid_t
  /// Its wait status; nil while it runs. Two threads may ask for it.
  private let status = Mutex<Int32?>(nil)

  /// What runs in place of ssh: for tests, and for users who reach machines in another way.
  private static let program = getenv("EXECSNOOP_TOP_SSH").map { String(cString: $0) } ?? "ssh"
  /// What runs on the machine. Nothing of it depends on the user's input, so no shell there can read it in another way.
  private static let command = ["sudo", "-n", "execsnoop-top", "log", "--json"]

  /// Starts it (`posix_spawnp`).
  /// - Throws: `Failure` where that is impossible.
  init(_ host: String) throws {
    self.host = host
    var (out, err): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
    guard pipe(&out) == 0, pipe(&err) == 0 else {
      throw Failure("cannot make a pipe: \(DisplayText(errno: errno))")
    }
    for end in out + err { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    // A group of its own: Ctrl-C is for the view, which ends it.
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    let words = [Self.program, "-o", "BatchMode=yes", host] + Self.command
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var child: pid_t = 0
    let result = posix_spawnp(&child, Self.program, &actions, &attributes, &arguments, environ)
    close(out[1])
    close(err[1])
    if result != 0 {
      close(out[0])
      close(err[0])
      throw Failure("cannot run \(DisplayText(typed: Self.program)): \(DisplayText(errno: result))")
    }
    (pid, output, errors) = (child, out[0], err[0])
    _ = fcntl(errors, F_SETFL, O_NONBLOCK)
  }

  deinit {
    end()
    close(errors)
  }

  /// Ends it (SIGTERM), and waits for that for a moment.
  func end() {
    if waits(upTo: 0) { return }
    kill(0 &- pid, SIGTERM)
    if !waits(upTo: 20) {
      kill(0 &- pid, SIGKILL)
      _ = waits(upTo: 20)
    }
  }

  /// - Parameter turns: of 10 ms each.
  private func waits(upTo turns: Int) -> Bool {
    for turn in 0...turns {
      let hasExited = status.withLock { known in
        var status: Int32 = 0
        if known == nil, waitpid(pid, &status, WNOHANG) != 0 { known = status }
        return known != nil
      }
      if hasExited { return true }
      if turn < turns { usleep(10_000) }
    }
    return false
  }

  /// Why its events stop, after the end of its output: what it wrote last to standard error, or its status.
  func failure() -> String {
    _ = waits(upTo: 100)
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = Glibc.read(errors, &buffer, buffer.count)
      if count <= 0 { break }
      text = Array((text + buffer[..<count]).suffix(16384))
    }
    let line = text.split { $0 == 0x0a || $0 == 0x0d }.last { line in line.contains { $0 > 0x20 } }
    if let line { return String(decoding: line.suffix(300), as: UTF8.self) }
    guard let status = status.withLock({ $0 }) else { return "its stream ended" }
    let code = (status >> 8) & 0xff
    return status & 0x7f != 0 ? "ssh was ended by signal \(status & 0x7f)" : "ssh exited with status \(code)"
  }
}
