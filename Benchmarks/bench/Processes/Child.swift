import CLinux
import Glibc

/// A failed measurement, in one line.
struct BenchError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A program that runs beside this one.
final class Child {
  /// The environment of all of them: about what a login sets, whatever this program was started with.
  static let environment = [
    "HOME=/root", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "LOGNAME=root", "MAIL=/var/mail/root", "PWD=/",
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "SHELL=/bin/bash", "SHLVL=1",
    "SSH_CLIENT=192.0.2.17 50022 22", "SSH_CONNECTION=192.0.2.17 50022 192.0.2.1 22", "SSH_TTY=/dev/pts/0",
    "TERM=xterm-256color", "USER=root", "XDG_RUNTIME_DIR=/run/user/0", "XDG_SESSION_CLASS=user", "XDG_SESSION_ID=1",
    "XDG_SESSION_TYPE=tty", "EDITOR=vi", "LESS=-R", "PAGER=less", "MAKEFLAGS=-j2", "MAKELEVEL=1",
    "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/0/bus",
  ]

  let pid: Int32
  /// Just before its start, in nanoseconds since boot.
  let startedAt: UInt64
  private var status: Int32?

  /// - Parameters:
  ///   - argv: the path of the program, and its arguments.
  ///   - input: an open descriptor; nil for /dev/null.
  ///   - output: a file, overwritten; nil for /dev/null.
  ///   - terminal: replaces all three, as its controlling terminal.
  /// - Throws: `BenchError` when it cannot be started.
  init(_ argv: [String], input: Int32? = nil, output: String? = nil, terminal: String? = nil) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for stream: Int32 in 0...2 {
      posix_spawn_file_actions_addopen(&actions, stream, terminal ?? "/dev/null", O_RDWR, 0)
    }
    if let input { posix_spawn_file_actions_adddup2(&actions, input, 0) }
    if let output { posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The first terminal that a session leader opens becomes its controlling terminal.
    if terminal != nil { posix_spawnattr_setflags(&attributes, 0x80) }  // POSIX_SPAWN_SETSID, a GNU extension

    let arguments = Self.copies(argv), environment = Self.copies(Self.environment)
    defer { for string in arguments + environment { free(string) } }
    var pid: pid_t = 0
    startedAt = lnx_boot_time()
    let error = posix_spawn(&pid, argv[0], &actions, &attributes, arguments, environment)
    self.pid = pid
    if error != 0 { throw BenchError("cannot start \(argv[0]): \(String(cString: strerror(error)))") }
  }

  deinit {
    if status == nil, pid > 0 { end(with: SIGKILL) }
  }

  /// Waits for its exit, and reads its output from a terminal meanwhile.
  /// - Returns: the wait status.
  @discardableResult
  func wait(reading terminal: PseudoTerminal? = nil) -> Int32 {
    if let status { return status }
    var found: Int32 = 0
    while status == nil {
      let ended = waitpid(pid, &found, terminal == nil ? 0 : WNOHANG)
      if ended == pid {
        status = found
      } else {
        terminal?.read(within: 5)
      }
    }
    return found
  }

  /// The wait status; nil while it runs.
  var statusIfEnded: Int32? {
    var found: Int32 = 0
    if status == nil, waitpid(pid, &found, WNOHANG) == pid { status = found }
    return status
  }

  /// Sends a signal and waits for the exit.
  @discardableResult
  func end(with signal: Int32, reading terminal: PseudoTerminal? = nil) -> Int32 {
    kill(pid, signal)
    return wait(reading: terminal)
  }

  /// As a C array that ends with NULL; the caller frees it.
  private static func copies(_ strings: [String]) -> [UnsafeMutablePointer<CChar>?] {
    strings.map { strdup($0) } + [nil]
  }
}
