import Glibc

/// A person's terminal: a shell with job control in tmux, on a server of the test's own.
final class Window {
  struct Timeout: Error, CustomStringConvertible { let description: String }

  private let socket = "e2e-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
  private let environment: [String]

  /// Opens the window and waits for the shell's prompt. The file `bytes` of the bench gets all output to the terminal.
  init(_ bench: Bench, columns: Int = 120, rows: Int = 40, term: String = "tmux-256color") async throws {
    environment = bench.environment
    let configuration = "set -g status off; set -g default-terminal \(term); set -g history-limit 10000"
    try await tmux(
      ["start-server", ";"] + Self.commands(configuration)
        + [";", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "PS1='ready> ' exec bash --norc --noprofile"])
    try await tmux(["pipe-pane", "-o", "cat >>\(bench.folder)/bytes"])
    try await waitFor("the prompt") { $0.contains { $0.hasPrefix("ready>") } }
  }

  /// The test may have ended the server already.
  deinit { Subprocess.runSilently(["tmux", "-L", socket, "kill-server"], environment: environment) }

  private static func commands(_ text: String) -> [String] {
    text.split(separator: " ").flatMap { word -> [String] in
      word.hasSuffix(";") ? [String(word.dropLast()), ";"] : [String(word)]
    }
  }

  @discardableResult
  func tmux(_ arguments: [String]) async throws -> String {
    let outcome = try await Subprocess.run(
      ["tmux", "-u", "-f", "/dev/null", "-L", socket] + arguments, environment: environment)
    guard outcome.status == 0 else { throw Subprocess.Failure(description: "tmux \(arguments): \(outcome)") }
    return outcome.text
  }

  /// A variable of tmux for the window, such as `alternate_on`.
  func fact(_ name: String) async throws -> String {
    try await tmux(["display-message", "-p", "#{\(name)}"]).filter { $0 != "\n" }
  }

  /// The rows of the screen, without the spaces at their ends.
  func rows() async throws -> [String] {
    try await tmux(["capture-pane", "-p"]).split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
      var row = $0
      while row.last == " " { row.removeLast() }
      return String(row)
    }
  }

  /// Waits until the rows of the screen fulfil the condition, and returns them.
  @discardableResult
  func waitFor(_ what: String, _ condition: ([String]) -> Bool) async throws -> [String] {
    let end = ContinuousClock.now + .seconds(120)
    while true {
      let rows = try await rows()
      if condition(rows) { return rows }
      guard ContinuousClock.now < end else {
        throw Timeout(description: "waited in vain for \(what); the screen:\n\(rows.joined(separator: "\n"))")
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Waits until some row contains the text.
  @discardableResult
  func waitFor(_ text: String) async throws -> [String] {
    try await waitFor("\u{201c}\(text)\u{201d}") { $0.contains { $0.contains(text) } }
  }

  /// Presses keys by tmux's names, `C-z` or `Enter`.
  func press(_ keys: String...) async throws { try await tmux(["send-keys"] + keys) }

  /// Types text literally.
  func type(_ text: String) async throws { try await tmux(["send-keys", "-l", text]) }

  /// Types a line and Enter.
  func enter(_ line: String) async throws {
    try await type(line)
    try await press("Enter")
  }

  func resize(columns: Int, rows: Int) async throws {
    try await tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// Waits until the shell prints that a typed command exited with this status, by `; echo ended-$?`.
  func waitForEnd(_ status: Int32) async throws {
    try await waitFor("the end with status \(status)") { $0.contains { $0.hasSuffix("ended-\(status)") } }
  }
}

/// Waits until the condition holds.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
  let end = ContinuousClock.now + .seconds(120)
  while try await !condition() {
    guard ContinuousClock.now < end else { throw Window.Timeout(description: "waited in vain for \(what)") }
    try await Task.sleep(for: .milliseconds(10))
  }
}
