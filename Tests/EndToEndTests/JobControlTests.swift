import Glibc
import Testing

extension EndToEnd {
  /// Ctrl-Z, `fg` and `bg` in the commands that print lines, as with any other program that starts one.
  @Suite(Needs.kernel, Needs.tmux) struct JobControl {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func state(ofFile name: String) throws -> Character? {
      let pid = try #require(bench.text(name).flatMap { pid_t($0.filter(\.isNumber)) })
      guard let file = fopen("/proc/\(pid)/stat", "r") else { return nil }
      defer { fclose(file) }
      var buffer = [UInt8](repeating: 0, count: 512)
      let count = fread(&buffer, 1, buffer.count, file)
      guard let close = buffer[..<count].lastIndex(of: UInt8(ascii: ")")), close + 2 < count else { return nil }
      return Character(Unicode.Scalar(buffer[close + 2]))
    }

    private func isStopped(_ window: Window) async throws {
      try await window.waitFor("the shell's word of it, and its prompt") { rows in
        rows.contains { $0.hasPrefix("[1]+  Stopped") } && rows.last { !$0.isEmpty } == "ready>"
      }
      for name in ["pid", "child"] { #expect(try state(ofFile: name) == "T", "\(name) is not stopped") }
    }

    private func areRunning() async throws {
      try await eventually("both go on") {
        for name in ["pid", "child"] {
          let state = try state(ofFile: name)
          if state == nil || state == "T" { return false }
        }
        return true
      }
    }

    @Test(arguments: ["log", "tree"])
    func `Program and command stop and continue together`(_ command: String) async throws {
      let window = try await Window(bench)
      try await window.enter(
        "mkfifo $WORK/go; sh -c 'echo $$ >$WORK/pid; exec $PROGRAM \(command) -- sh -c \"echo \\$\\$ >$WORK/child; read x <$WORK/go; exit 7\"'"
      )
      try await eventually("the command") { bench.text("child")?.isEmpty == false }
      try await window.press("C-z")
      try await isStopped(window)
      try await window.enter("clear; fg")
      try await areRunning()
      // Twice, and then in the background.
      try await window.press("C-z")
      try await isStopped(window)
      try await window.enter("clear; bg")
      try await areRunning()
      _ = try await bench.run("echo >$WORK/go")
      try await window.enter("wait %1; echo ended-$?")
      try await window.waitForEnd(7)
    }

    /// Ctrl-C after `fg` is for both again.
    @Test func `An interrupt after a stop`() async throws {
      let window = try await Window(bench)
      try await window.enter(
        "sh -c 'echo $$ >$WORK/pid; exec $PROGRAM log -- sh -c \"echo \\$\\$ >$WORK/child; exec sleep 1000\"'")
      try await eventually("the command") { bench.text("child")?.isEmpty == false }
      try await window.press("C-z")
      try await isStopped(window)
      try await window.enter("clear; fg")
      try await areRunning()
      try await window.press("C-c")
      try await window.waitFor("the prompt") { rows in rows.last { !$0.isEmpty }?.hasSuffix("ready>") == true }
      try await window.enter("echo ended-$?")
      try await window.waitForEnd(130)
    }

    /// A command that stops only itself, in the job's process group, or in its own as in a shell.
    @Test(arguments: ["sh -c \"echo \\$\\$ >$WORK/child; kill -STOP \\$\\$; exit 5\"", "bash --norc -i"])
    func `A command that stops itself`(_ command: String) async throws {
      let window = try await Window(bench)
      try await window.enter("sh -c 'echo $$ >$WORK/pid; exec $PROGRAM log --no-failed -- \(command)'")
      if command.hasPrefix("bash") {
        // The prompt of the shell may stand before it.
        try await window.waitFor("exec bash, by a line") { $0.contains { $0.hasSuffix(" 0 bash --norc -i") } }
        try await window.enter("echo $$ >$WORK/child; kill -STOP $$")
      }
      try await isStopped(window)
      try await window.enter("clear; fg")
      if command.hasPrefix("bash") {
        try await areRunning()
        try await window.enter("exit 5")
      }
      try await window.waitFor("the prompt") { rows in rows.last { !$0.isEmpty }?.hasSuffix("ready>") == true }
      try await window.enter("echo ended-$?")
      try await window.waitForEnd(5)
    }

    /// While the view's end waits for the command there is a terminal as any.
    @Test func `After the view`() async throws {
      let window = try await Window(bench)
      try await window.enter(
        "mkfifo $WORK/go; sh -c 'echo $$ >$WORK/pid; exec $PROGRAM -- sh -c \"echo \\$\\$ >$WORK/child; read x <$WORK/go; exit 7\"'"
      )
      try await window.waitFor("● exec sh")
      try await window.press("q")
      try await window.waitFor("is still running: waiting for it to exit")
      try await window.press("C-z")
      try await isStopped(window)
      try await window.enter("clear; fg")
      try await areRunning()
      _ = try await bench.run("echo >$WORK/go")
      try await window.waitFor("the prompt") { rows in rows.last { !$0.isEmpty }?.hasSuffix("ready>") == true }
      try await window.enter("echo ended-$?")
      try await window.waitForEnd(7)
    }
  }
}
