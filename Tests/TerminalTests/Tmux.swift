import Glibc

/// A real terminal emulator whose screen can be read: tmux, with its own server.
struct Tmux {
  struct Failure: Error { let command: String, status: CInt, output: String }

  private let socket: String

  /// Starts a server with one window of that size, in which nothing happens.
  init(columns: Int, rows: Int) throws {
    socket = "execsnoop-top-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try run("-f /dev/null new-session -d -x \(columns) -y \(rows) 'exec sleep 1000'")
    try run("set -g status off")
  }

  func end() { _ = try? run("kill-server") }

  /// The name of the window's terminal, such as `/dev/pts/3`.
  var path: String { get throws { try run("display-message -p '#{pane_tty}'").filter { $0 != "\n" } } }

  /// The rows of the screen, without the spaces at their ends.
  var rows: [String] {
    get throws {
      try run("capture-pane -p").split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
        Self.withoutTrailingSpaces(String($0))
      }
    }
  }

  func resize(columns: Int, rows: Int) throws { try run("resize-window -x \(columns) -y \(rows)") }

  static func withoutTrailingSpaces(_ row: String) -> String {
    var row = row
    while row.last == " " { row.removeLast() }
    return row
  }

  @discardableResult
  private func run(_ command: String) throws -> String {
    guard let pipe = popen("env -u TMUX LC_ALL=C.UTF-8 tmux -u -L \(socket) \(command) 2>&1", "r") else {
      throw Failure(command: command, status: errno, output: "popen")
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&buffer, 1, buffer.count, pipe)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    let output = String(decoding: bytes, as: UTF8.self)
    let status = pclose(pipe)
    guard status == 0 else { throw Failure(command: command, status: status, output: output) }
    return output
  }
}
