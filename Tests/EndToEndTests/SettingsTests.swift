import Files
import Glibc
import Testing

extension EndToEnd {
  /// The settings file: applied, checked, written.
  @Suite(Needs.tmux) struct SettingsFiles {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private static let recording = """
      {"ev":"fork","seq":1,"boot":1000000000,"pid":100,"start":1000000000,"ppid":1,"pstart":1,"comm":"sh","uid":0}
      {"ev":"exec","seq":2,"boot":1001000000,"pid":100,"start":1000000000,"ppid":1,"pstart":1,"comm":"ls","argv":["ls","-l"],"uid":0}
      {"ev":"exit","seq":3,"boot":1090000000,"pid":100,"start":1000000000,"ppid":1,"pstart":1,"comm":"ls","exit":3,"cpu":2500000,"utime":2000000,"stime":500000,"mem":4194304,"uid":0}
      """

    /// A window on a replay that was started with a settings file of this text, under these variables.
    private func replay(_ settings: String?, _ variables: String = "", _ options: String = "") async throws -> Window {
      try write(Self.recording + "\n", "events")
      if let settings {
        _ = try await bench.run("mkdir -p $WORK/.config/execsnoop-top")
        try write(settings, ".config/execsnoop-top/config.toml")
      }
      let window = try await Window(bench)
      try await window.enter("\(variables) $PROGRAM replay \(options) $WORK/events; echo ended-$?")
      try await window.waitFor("the view") { $0[0].hasPrefix(" REPLAY ") }
      return window
    }

    private func write(_ text: String, _ name: String) throws {
      let file = open("\(bench.folder)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      try #require(file >= 0)
      defer { close(file) }
      try FileDescriptor(file).write(allOf: Array(text.utf8))
    }

    /// The screen with its colours and attributes, as escape sequences.
    private func painted(_ window: Window) async throws -> String {
      try await window.tmux(["capture-pane", "-p", "-e"])
    }

    @Test func `Columns, keys and signs follow the file`() async throws {
      let window = try await replay(
        """
        glyphs = "ascii"
        [columns]
        shown = ["cpu", "mem", "pid"]
        [keys]
        zoom = ["O"]
        quit = ["x"]
        """)
      let rows = try await window.waitFor("the columns") { rows in
        rows.contains { $0.contains("2.5ms  4.0 MiB   100 x ") && $0.contains("exit 3 ls -l") }
      }
      #expect(rows.contains { $0.hasPrefix("    CPU      MEM   PID   COMMAND") })
      #expect(rows.allSatisfy { $0.allSatisfy(\.isASCII) })
      #expect(rows[39].contains("x Quit"))
      try await window.press("q")
      try await window.waitFor("q is not bound (? for help)")
      try await window.press("O")
      try await window.waitFor("the tree alone") { !$0.contains { $0.contains("2 Detail") } }
      try await window.press("x")
      try await window.waitForEnd(0)
    }

    @Test func `Faults are named in the view and by doctor`() async throws {
      let window = try await replay("theem = 'mono'\nmouse = 1\n[keys]\nzoom = \"O\"\n")
      let rows = try await window.waitFor("the message") { rows in
        rows[39].hasPrefix(" config.toml:1: theem: unknown setting: did you mean theme?")
      }
      #expect(rows[39].contains("(and 1 more: run execsnoop-top doctor)"))
      try await window.press("O")
      try await window.waitFor("what is right holds") { !$0.contains { $0.contains("2 Detail") } }
      try await window.press("q")
      try await window.waitForEnd(0)

      let outcome = try await bench.run("$PROGRAM doctor")
      let file = "\(bench.folder)/.config/execsnoop-top/config.toml"
      let lines = outcome.lines.filter { $0.contains(" settings ") }
      #expect(
        lines == [
          "-    settings       \(file):1: theem: unknown setting: did you mean theme?; ignored",
          "-    settings       \(file):2: mouse: expected true or false, found 1; ignored",
        ])
    }

    @Test func `A number out of range does not affect the rest`() async throws {
      let window = try await replay("log-lines = 99999999999999999999\nglyphs = 'ascii'\n")
      let rows = try await window.waitFor(
        "config.toml:1: log-lines: expected a whole number from 1000 to 10000000, found 99999999999999999999")
      #expect(rows.allSatisfy { $0.allSatisfy(\.isASCII) }, "the line below counts")
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    @Test func `Doctor names the settings file`() async throws {
      let file = "\(bench.folder)/.config/execsnoop-top/config.toml"
      func settings(_ variables: String = "") async throws -> [Substring] {
        try await bench.run("\(variables) $PROGRAM doctor").lines.filter { $0.contains(" settings ") }
      }
      #expect(try await settings() == ["ok   settings       no file \(file): defaults are used"])
      _ = try await bench.run("mkdir -p $WORK/.config/execsnoop-top")
      try write("mouse = false\n", ".config/execsnoop-top/config.toml")
      #expect(try await settings() == ["ok   settings       \(file)"])
    }

    @Test func `Keys are changed on the screen, saved and read again`() async throws {
      let window = try await replay("[keys] # mine\nmark = ['F7'] # not m\n")
      try await window.press("S", "End")
      try await window.waitFor("the keys") { $0.contains { $0.hasPrefix("▌  quit              q F10 ^C") } }
      // From the last row up to that of the key which holds the screen still.
      for _ in 0..<16 { try await window.press("Up") }
      try await window.waitFor("the row of freeze") { $0.contains { $0.hasPrefix("▌  freeze            Space") } }
      try await window.press("Enter")
      try await window.waitFor("press the new key for freeze (Esc cancels)")
      for (key, refusal) in [("z", "z is bound to zoom"), ("C-c", "^C always quits"), ("F7", "F7 is bound to mark")] {
        try await window.press(key)
        try await window.waitFor("\(refusal): press another key, or Esc")
      }
      try await window.press("x")
      try await window.waitFor("freeze: x")
      try await window.press("w")
      let file = "\(bench.folder)/.config/execsnoop-top/config.toml"
      try await window.waitFor("settings saved in \(file)")
      #expect(
        bench.text(".config/execsnoop-top/config.toml")
          == "[keys] # mine\nmark = ['F7'] # not m\nfreeze = [\"x\"]\n")
      try await window.press("q")
      try await window.waitForEnd(0)

      try await window.enter("clear; $PROGRAM replay $WORK/events; echo ended-$?")
      try await window.waitFor("the view") { $0[0].hasPrefix(" REPLAY ") && $0[39].contains("x Freeze") }
      try await window.press("x")
      try await window.waitFor("FROZEN")
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    @Test func `A file of odd bytes does no harm`() async throws {
      let window = try await replay("theme = \"\u{1b}]0;owned\u{7}\"\n")
      try await window.waitFor("config.toml:1: column 10: not TOML: unescaped control characters")
      let title = try await window.fact("pane_title")
      #expect(!title.contains("owned"))
      try await window.press("q")
      try await window.waitForEnd(0)
    }

    @Test func `Themes are visible, except with NO_COLOR`() async throws {
      let text = "theme = \"mine\"\n[themes.mine]\ncommand-name = \"#ff8700 on 17\"\n"
      let window = try await replay(text)
      try await window.waitFor("ls -l")
      let colored = try await painted(window)
      #expect(colored.contains("38;5;208") && colored.contains("48;5;17"))
      try await window.press("q")
      try await window.waitForEnd(0)

      let plain = try await replay(text, "NO_COLOR=1")
      try await plain.waitFor("ls -l")
      let uncolored = try await painted(plain)
      #expect(!uncolored.contains("38;5") && !uncolored.contains("48;5"))
      // Neither the eight ANSI colours: attributes, and the way back to the terminal's own.
      let odd = Set(Self.attributes(in: uncolored)).subtracting([0, 1, 2, 4, 7, 22, 24, 27, 39, 49])
      #expect(odd.isEmpty)
      try await plain.press("S")
      try await plain.waitFor("no colours: NO_COLOR is set")
      try await plain.press("Escape", "q")
      try await plain.waitForEnd(0)

      let empty = try await replay(text, "NO_COLOR=")
      try await empty.waitFor("ls -l")
      #expect(try await painted(empty).contains("38;5;208"), "an empty NO_COLOR refuses nothing")
    }

    /// The numbers in the sequences that set attributes: `ESC [ 1 ; 38 ; 5 ; 208 m`.
    private static func attributes(in text: String) -> [Int] {
      text.split(separator: "\u{1b}[").dropFirst().flatMap { part -> [Int] in
        guard let end = part.firstIndex(of: "m") else { return [] }
        return part[..<end].split(separator: ";").compactMap { Int($0) }
      }
    }

    @Test func `A theme shows at once, and Esc restores the old one`() async throws {
      let window = try await replay(nil)
      try await window.press("S")
      try await window.waitFor("the settings") { $0[1].contains(" Settings ") }
      let before = try await painted(window)
      try await window.press("Right")
      try await window.waitFor("dark         ")
      let dark = try await painted(window)
      // The blue of a command's name there.
      #expect(!before.contains("38;5;117") && dark.contains("38;5;117"))
      try await window.press("Escape")
      try await window.waitFor("changes undone")
      #expect(try await !painted(window).contains("38;5;117"))
      #expect(bench.text(".config/execsnoop-top/config.toml") == nil, "nothing was written")
    }

    @Test func `Saving keeps comments, and the file is read again`() async throws {
      let window = try await replay("# mine\nmouse = false # for copying\n")
      try await window.press("S", "Down", "Down", "Space", "End", "Home", "Right", "w")
      let file = "\(bench.folder)/.config/execsnoop-top/config.toml"
      try await window.waitFor("settings saved in \(file)")
      #expect(
        bench.text(".config/execsnoop-top/config.toml") == """
          # mine
          mouse = false # for copying
          theme = "dark"

          [columns]
          shown = ["ppid", "user", "time", "status"]

          """)
      let outcome = try await bench.run(
        "stat -c '%a %u' $WORK/.config/execsnoop-top/config.toml; ls -A $WORK/.config/execsnoop-top")
      #expect(outcome.lines == ["600 \(geteuid())", "config.toml"])
      try await window.press("q")
      try await window.waitForEnd(0)
      try await window.enter("clear; $PROGRAM replay $WORK/events; echo ended-$?")
      try await window.waitFor("the tree without its pids") { rows in
        rows.contains { $0.hasPrefix("  PPID USER       TIME STATUS     COMMAND") }
      }
    }
  }

  /// Started by sudo the file is the caller's, read and written as the caller.
  @Suite(Needs.kernel, Needs.tmux) struct SettingsOfTheCaller {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `The file belongs to the caller`() async throws {
      let prepared = try await bench.run(
        "mkdir -m 700 $WORK/caller && chown 65534:65534 $WORK/caller && mkdir -m 700 $WORK/roots")
      #expect(prepared.status == 0)
      let window = try await Window(bench)
      try await window.enter(
        "SUDO_UID=65534 SUDO_GID=65534 XDG_CONFIG_HOME=$WORK/caller $PROGRAM --pid $$; echo ended-$?")
      try await window.waitFor("the view") { $0[0].hasPrefix(" LIVE ") }
      try await window.press("S", "Right", "w")
      try await window.waitFor("settings saved in \(bench.folder)/caller/execsnoop-top/config.toml")
      try await window.press("q")
      try await window.waitForEnd(0)
      let outcome = try await bench.run(
        "cd $WORK/caller/execsnoop-top && stat -c '%n %a %u %g' . config.toml && cat config.toml")
      #expect(outcome.lines == [". 700 65534 65534", "config.toml 600 65534 65534", "theme = \"dark\""], "\(outcome)")

      // In root's directory the caller has no business, and root has none in the caller's.
      try await window.enter(
        "clear; SUDO_UID=65534 SUDO_GID=65534 XDG_CONFIG_HOME=$WORK/roots $PROGRAM --pid $$; echo ended-$?")
      try await window.waitFor("the view") { $0[0].hasPrefix(" LIVE ") }
      try await window.press("S", "Right", "w")
      try await window.waitFor("settings not saved: \(bench.folder)/roots/execsnoop-top/config.toml cannot be")
      try await window.press("q")
      try await window.waitForEnd(0)
      // Root's group may write here, but it is the caller's all the same.
      let shared = try await bench.run(
        "mkdir -p $WORK/shared/execsnoop-top && chown -R 65534:0 $WORK/shared && chmod -R 775 $WORK/shared")
      #expect(shared.status == 0)
      try await window.enter("clear; XDG_CONFIG_HOME=$WORK/shared $PROGRAM --pid $$; echo ended-$?")
      try await window.waitFor("the view") { $0[0].hasPrefix(" LIVE ") }
      try await window.press("S", "Right", "w")
      try await window.waitFor("is in a directory of another user")
      try await window.press("q")
      try await window.waitForEnd(0)
      let after = try await bench.run(
        "cat $WORK/caller/execsnoop-top/config.toml; ls -A $WORK/roots $WORK/shared/execsnoop-top")
      let folders = ["\(bench.folder)/roots:", "\(bench.folder)/shared/execsnoop-top:"]
      #expect(after.lines.map(String.init) == ["theme = \"dark\""] + folders, "\(after)")
    }
  }
}
