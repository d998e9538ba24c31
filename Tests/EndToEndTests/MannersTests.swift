import Glibc
import TestSupport
import Testing

extension EndToEnd {
  /// The view as a guest in a person's terminal: mouse, clipboard, files, pastes, sizes. On the bundled recording, so
  /// that the screen is always the same.
  @Suite(Needs.tmux) struct Manners {
    private let bench: Bench
    private let recording: String

    init() throws {
      bench = try Bench()
      recording = "\(Surroundings.repository)/share/demo.ndjson"
    }

    private func start(_ options: String = "", in folder: String = "") async throws -> Window {
      let window = try await Window(bench, rows: 39)
      try await window.enter("cd $WORK/\(folder); stty -g >$WORK/before")
      try await window.enter(
        "sh -c 'echo $$ >$WORK/pid; exec $PROGRAM replay \(options) \(recording)'; "
          + "echo ended-$? | tee $WORK/status; stty -g >$WORK/after")
      try await window.waitFor("the view") { $0[0].hasPrefix(" REPLAY ") && $0[1].contains(" 1 Tree ") }
      return window
    }

    @Test func `A key that was typed before the first frame counts`() async throws {
      let window = try await Window(bench, rows: 39)
      try await window.enter("stty -echo; sleep 1; $PROGRAM replay \(recording); echo ended-$?")
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    @Test func `A message disappears without a key`() async throws {
      let window = try await start()
      try await window.type("r")
      try await window.waitFor("the message") { $0[38].contains("newest first") }
      try await window.waitFor("the key bar") { $0[38].hasPrefix("? Help") }
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    /// Sends what a terminal sends for a press and a release of the left button, or for the wheel.
    private func mouse(_ window: Window, button: Int = 0, row: Int, column: Int) async throws {
      try await window.type("\u{1b}[<\(button);\(column + 1);\(row + 1)M")
      if button == 0 { try await window.type("\u{1b}[<0;\(column + 1);\(row + 1)m") }
    }

    /// The pid in the title of the detail.
    private func selectedPID(_ rows: [String]) -> Substring? {
      rows[1].split(separator: " 2 Detail ").last?.split(separator: "pid ").dropFirst().first?.prefix { $0.isNumber }
    }

    private func pid(inRow row: String) -> Substring { row.dropFirst().drop { $0 == " " }.prefix { $0.isNumber } }

    @Test func `The mouse selects, folds, scrolls and presses`() async throws {
      let window = try await start()
      #expect(try await window.fact("mouse_any_flag") == "1")
      try await window.press("g")
      let rows = try await window.waitFor("the top") { selectedPID($0) == pid(inRow: $0[3]) }
      // The script that the recording is of, on one row with what started it: all else is below it.
      try await mouse(window, row: 5, column: 20)
      try await window.waitFor("the clicked process") { selectedPID($0) == pid(inRow: rows[5]) }
      try await mouse(window, row: 5, column: 20)
      try await window.waitFor("it folded") { $0[5].contains("▸ ") && $0[7] != rows[7] }
      try await mouse(window, row: 5, column: 20)
      try await window.waitFor("it unfolded") { pid(inRow: $0[7]) == pid(inRow: rows[7]) }
      try await mouse(window, button: 65, row: 10, column: 20)
      try await window.waitFor("the tree scrolled") { pid(inRow: $0[10]) == pid(inRow: rows[13]) }
      let bar = try #require(rows.last)
      let help = try #require(bar.firstRange(of: "Help"))
      try await mouse(window, row: 38, column: help.lowerBound.utf16Offset(in: bar))
      try await window.waitFor("? Close")
      try await window.press("Escape")
      try await window.press("q")
      try await window.waitForEnd(0)
      #expect(try await window.fact("mouse_any_flag") == "0")
    }

    @Test func `With --no-mouse the terminal keeps the mouse`() async throws {
      let window = try await start("--no-mouse")
      #expect(try await window.fact("mouse_any_flag") == "0")
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    @Test func `Copied text is in the buffer of tmux`() async throws {
      let window = try await start()
      try await window.press("g")
      let rows = try await window.waitFor("the top") { selectedPID($0) == pid(inRow: $0[3]) }
      try await window.type("yp")
      try await window.waitFor("sent to tmux: the pid, ")
      #expect(try await window.tmux(["show-buffer"]) == String(pid(inRow: rows[3])))
      try await window.type("yl")
      try await window.waitFor("sent to tmux: the line, ")
      #expect(rows[3].dropFirst().hasPrefix(try await window.tmux(["show-buffer"])))
    }

    /// Without tmux in the environment the terminal is asked, here tmux itself by OSC 52.
    @Test func `Without tmux the text is sent to the terminal`() async throws {
      let window = try await Window(bench, rows: 39)
      try await window.tmux(["set", "-g", "set-clipboard", "on"])
      try await window.enter("env -u TMUX $PROGRAM replay \(recording); echo ended-$?")
      try await window.waitFor("the view") { $0[0].hasPrefix(" REPLAY ") && $0[1].contains(" 1 Tree ") }
      try await window.press("g")
      let rows = try await window.waitFor("the top") { selectedPID($0) == pid(inRow: $0[3]) }
      try await window.type("yp")
      try await window.waitFor("sent to the terminal: the pid, ")
      try await eventually("tmux's buffer") {
        try await window.tmux(["list-buffers", "-F", "#{buffer_sample}"]).hasPrefix(String(pid(inRow: rows[3])))
      }
    }

    /// A copied command with hostile arguments runs as before when it is pasted into a shell with history expansion and
    /// a line editor.
    @Test func `A copied command runs when pasted`() async throws {
      let argv = [
        "/usr/bin/printf", "%s\\0", "it's", "$HOME `id` !! \\", "two\nlines\n", "\t\u{1b}[201~x\r", "-n", "", "~",
      ]
      let escaped = argv.map { Self.json($0) }.joined(separator: ",")
      let line =
        "{\"ev\":\"exec\",\"seq\":1,\"ts\":\"2026-03-14T16:05:18Z\",\"boot\":2000,\"pid\":77,\"start\":1000,\"ppid\":1,\"pstart\":1,\"uid\":0,\"comm\":\"printf\","
        + "\"exe\":\"/usr/bin/printf\",\"file\":\"/usr/bin/printf\",\"argv\":[\(escaped)]}"
      _ = try await bench.run("cat >$WORK/run.ndjson <<'END'\n\(line)\nEND")
      let window = try await Window(bench, rows: 39)
      try await window.enter("set -o history -o histexpand; $PROGRAM replay $WORK/run.ndjson; echo ended-$?")
      try await window.waitFor("the view") { $0[0].hasPrefix(" REPLAY ") }
      try await window.press("G")
      try await window.type("yc")
      try await window.waitFor("sent to tmux: the command, ")
      try await window.press("q")
      try await window.waitForEnd(0)
      try await window.type("clear; ")
      try await window.tmux(["paste-buffer", "-p"])
      try await window.enter(" >$WORK/out; echo ran-$?")
      try await window.waitFor("the pasted command") { $0.contains { $0.hasSuffix("ran-0") } }
      #expect(bench.contents("out") == argv.dropFirst(2).flatMap { Array($0.utf8) + [0] })
    }

    private static func json(_ text: String) -> String {
      let escaped = text.unicodeScalars.map { scalar -> String in
        switch scalar {
        case "\"", "\\": "\\\(scalar)"
        case _ where scalar.value < 0x10: "\\u000" + String(scalar.value, radix: 16)
        case _ where scalar.value < 0x20: "\\u00" + String(scalar.value, radix: 16)
        default: String(scalar)
        }
      }
      return "\"\(escaped.joined())\""
    }

    @Test func `All rows are written to a new file`() async throws {
      let window = try await start()
      try await window.type("w")
      try await window.waitFor("Write to: execsnoop-top-")
      try await window.press("C-u")
      try await window.type("tree.txt")
      try await window.press("Enter")
      try await window.waitFor("written to tree.txt: the tree, ")
      let text = try #require(bench.text("tree.txt"))
      let lines = text.split(separator: "\n")
      #expect(lines.count > 30 && lines[0].contains("COMMAND"))
      #expect(lines.contains { $0.contains("└─ ") })
      var facts = stat()
      #expect(stat("\(bench.folder)/tree.txt", &facts) == 0 && facts.st_mode & 0o777 == 0o600)

      // Nothing is overwritten, followed or half written.
      _ = try await bench.run("ln -s nowhere $WORK/link; mkdir $WORK/dir")
      for (path, message) in [
        ("tree.txt", "not written: tree.txt exists"), ("link", "not written: link exists"),
        ("dir/no/x", "not written: dir/no/x: No such file"), ("/dev/null", "not written: /dev/null exists"),
      ] {
        // After a refusal the prompt is open again, with the name.
        if path == "tree.txt" { try await window.type("w") }
        try await window.waitFor("Write to: ")
        try await window.press("C-u")
        try await window.type(path)
        try await window.press("Enter")
        try await window.waitFor(message)
      }
      try await window.press("C-g")
      #expect(bench.text("tree.txt") == text)
      #expect(bench.text("nowhere") == nil)
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    /// The privileges are dropped by then: the file belongs to the user who called sudo, who may not write everywhere.
    @Test(Needs.kernel) func `The file belongs to the user who called sudo`() async throws {
      _ = try await bench.run("cp \(recording) $WORK/run.ndjson; chmod 644 $WORK/run.ndjson; mkdir -m 777 $WORK/open")
      let window = try await Window(bench, rows: 39)
      try await window.enter(
        "cd $WORK/open; SUDO_UID=65534 SUDO_GID=65534 $PROGRAM replay $WORK/run.ndjson; echo ended-$?")
      try await window.waitFor("the view") { $0[0].hasPrefix(" REPLAY ") && $0[1].contains(" 1 Tree ") }
      for (path, answer) in [
        ("mine", "written to mine: the tree, "), ("../theirs", "not written: ../theirs: Permission denied"),
      ] {
        try await window.type("w")
        try await window.waitFor("Write to: execsnoop-top-")
        try await window.press("C-u")
        try await window.enter(path)
        try await window.waitFor(answer)
      }
      var facts = stat()
      #expect(stat("\(bench.folder)/open/mine", &facts) == 0 && facts.st_uid == 65534 && facts.st_gid == 65534)
      #expect(stat("\(bench.folder)/theirs", &facts) != 0)
      // After a refusal the prompt is open again.
      try await window.press("C-g")
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    @Test func `A pasted megabyte is text or nothing`() async throws {
      _ = try await bench.run("head -c 1048576 /dev/zero | tr '\\0' q >$WORK/paste")
      let window = try await start()
      try await window.tmux(["load-buffer", "\(bench.folder)/paste"])
      // No q of it quits.
      try await window.tmux(["paste-buffer", "-p"])
      try await window.waitFor("nothing to paste into")
      for key in ["\\", "/", "w"] {
        try await window.type(key)
        try await window.waitFor("the prompt") {
          ["Filter: ", "Search: ", "Write to: "].contains(where: $0[38].hasPrefix)
        }
        try await window.press("C-u")
        try await window.tmux(["paste-buffer", "-p"])
        try await window.waitFor("the text") { $0[38].contains(String(repeating: "q", count: 60)) }
        try await window.press("C-u", "Escape")
        try await window.waitFor("q Quit")
      }
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    @Test func `Two hundred resizes end in a complete screen`() async throws {
      let window = try await start()
      // The first row stays on top in each size.
      try await window.press("g")
      try await window.waitFor("the top") { $0[3].hasPrefix("▌") }
      let before = try await window.rows()
      var random = SystemRandomNumberGenerator()
      let sizes = (0..<200).map { _ in
        (Int.random(in: 1...300, using: &random), Int.random(in: 1...100, using: &random))
      }
      for (columns, rows) in sizes { try await window.resize(columns: columns, rows: rows) }
      try await window.resize(columns: 120, rows: 39)
      try await window.waitFor("the screen of before, after \(sizes)") { $0 == before }
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    /// Nothing can be done any more by a program that is killed: its watcher gives the terminal back.
    @Test func `After a kill the shell is usable`() async throws {
      let window = try await start()
      #expect(try await window.fact("alternate_on") == "1")
      try await killTheProgram()
      try await expectMainScreen(window)
      // A very quick shell prints this before the screen is left: a file keeps it.
      try await eventually("the shell's next command done") { bench.text("after")?.isEmpty == false }
      #expect(bench.text("status") == "ended-137\n")
      try await window.enter("echo usable-$((40 + 2))")
      try await window.waitFor("the shell's answer") { $0.contains { $0.contains("usable-42") } }
      #expect(bench.text("before") == bench.text("after"))
    }

    /// A shell that puts nothing right itself has a line with echo all the same.
    @Test func `After a kill a plain shell echoes`() async throws {
      let window = try await Window(bench, rows: 39)
      try await window.enter(
        "sh -c 'sh -c \"echo \\$\\$ >$WORK/pid; exec $PROGRAM replay \(recording)\"; cat'")
      try await window.waitFor("the view") { $0[0].hasPrefix(" REPLAY ") && $0[1].contains(" 1 Tree ") }
      try await killTheProgram()
      try await expectMainScreen(window)
      // Without echo the text would appear once, from cat.
      try await eventually("what is typed, twice") {
        try await window.enter("typed")
        return try await window.rows().filter { $0 == "typed" }.count >= 2
      }
    }

    /// The view writes frames into a file in memory first, and that limit is for such a file too.
    @Test func `A limit of file sizes does not end the view`() async throws {
      let window = try await Window(bench, rows: 39)
      try await window.enter("sh -c 'ulimit -f 0; exec $PROGRAM replay \(recording)'")
      try await window.waitFor("the view") { $0[0].hasPrefix(" REPLAY ") && $0[1].contains(" 1 Tree ") }
      try await window.press("?")
      try await window.waitFor("the help") { $0.contains { $0.contains(" Help ") } }
    }

    private func killTheProgram() async throws {
      let pid = try #require(bench.text("pid").flatMap { pid_t($0.filter(\.isNumber)) })
      #expect(kill(pid, SIGKILL) == 0)
    }

    /// Waits for the terminal's own screen, without the mouse, and with a cursor.
    private func expectMainScreen(_ window: Window) async throws {
      for (fact, value) in [("alternate_on", "0"), ("mouse_any_flag", "0"), ("cursor_flag", "1")] {
        try await eventually("\(fact) \(value)") { try await window.fact(fact) == value }
      }
    }
  }
}
