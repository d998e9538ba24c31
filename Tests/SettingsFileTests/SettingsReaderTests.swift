import TUI
import Testing

@testable import SettingsFile

/// Reading settings.
@Suite
struct SettingsReaderTests {
  private func read(_ text: String) -> (settings: Settings, faults: [String]) {
    let reader = SettingsReader(Array(text.utf8))
    return (reader.settings, reader.faults.map { "\($0.line.map(String.init) ?? "-") \($0.message)" })
  }

  @Test func `An empty file gives standard settings`() {
    for text in ["", "\n# nothing\n", "[columns]\n[layout]\n[keys]\n[themes]\n", "keys = {}\nlayout = {}"] {
      let (settings, faults) = read(text)
      #expect(settings == Settings() && faults == [], "\(text)")
    }
  }

  @Test func `All settings can be set`() {
    let (settings, faults) = read(
      """
      theme = "mine"
      glyphs = "ascii"
      mouse = false
      fold-exited = 20
      chains = false
      sticky-ancestors = 1
      log-lines = 5000

      [columns]
      shown = ["time", "pid", "cpu", "command"]
      widths = {cpu = 8, user = 12}

      [layout]
      arrangement = 3
      timeline = "off"
      tree = 50
      log = 20
      zoom = "detail"

      [themes.mine]
      base = "light"
      failed = "red bold"
      command-name = "#5fafff on 236 underline"
      running = "bright-green"
      dim = "plain 245"

      [keys]
      freeze = ["x", "Space"]
      half-page-up = "Ctrl-B"
      zoom = []
      """)
    #expect(faults == [])
    #expect(settings.theme == "mine" && settings.glyphs == .ascii && !settings.mouse)
    #expect(!settings.chains && settings.stickyAncestors == 1)
    #expect(settings.foldExited == 20 && settings.logLines == 5000)
    #expect(settings.columns.shown == [.time, .pid, .cpu])
    #expect(settings.columns.width(of: .cpu) == 8 && settings.columns.width(of: .user) == 12)
    #expect(settings.columns.width(of: .time) == 6)
    #expect(
      settings.timeline == .off && settings.panes.arrangement == 3 && settings.panes.tree == 50
        && settings.panes.log == 20 && settings.panes.zoom == .detail)
    let theme = settings.theme(for: TerminalTraits(colors: 1 << 24))
    #expect(theme[.failed] == Theme.Look(.red, .bold))
    #expect(theme[.commandName] == Theme.Look(.rgb(0x5f, 0xaf, 0xff), .underline, on: .indexed(236)))
    #expect(theme[.running] == Theme.Look(.indexed(10)))
    #expect(theme[.dim] == Theme.Look(.indexed(245)))
    #expect(theme[.error] == Theme.light[.error])
    #expect(settings.keys.keys(of: .freeze) == [.character("x"), .character(" ")])
    #expect(settings.keys.keys(of: .halfPageUp) == [.ctrl("b")])
    #expect(settings.keys.keys(of: .zoom) == [] && settings.keys.command(on: .character("z")) == nil)
    #expect(Commands.all.count { settings.keys.keys(of: $0.id) != $0.keys } == 3)
  }

  /// Compares the whole message of each fault, and checks that the rest of the file applies.
  @Test(
    arguments: [
      ("theem = \"mono\"", "1 theem: unknown setting: did you mean theme?"),
      (
        "xyzzy = 1",
        "1 xyzzy: unknown setting: expected one of: theme glyphs mouse follow ask-to-quit fold-exited chains sticky-ancestors log-lines command-output columns layout themes keys"
      ),
      ("theme = 16", "1 theme: expected the name of a theme in quotes, found 16"),
      (
        "theme = \"blue\"",
        "1 theme: unknown theme \"blue\": expected one of: default dark light 16 mono, or one of your own in [themes.NAME]"
      ),
      (
        "[theme.mine]\nfailed = \"red\"",
        "2 theme.mine.failed: theme takes the name of a theme: define your own in [themes.NAME]"
      ),
      ("[colums]\nshown = []", "2 colums: unknown table: did you mean columns?"),
      ("[other]", "1 other: unknown table: expected one of: columns layout themes keys"),
      ("glyphs = \"utf-8\"", "1 glyphs: expected \"auto\", \"utf8\" or \"ascii\", found \"utf-8\""),
      ("glyphs = true", "1 glyphs: expected \"auto\", \"utf8\" or \"ascii\", found true"),
      ("mouse = \"on\"", "1 mouse: expected true or false, found \"on\""),
      ("fold-exited = -1", "1 fold-exited: expected a whole number from 0 to 1000000, found -1"),
      ("fold-exited = 1.5", "1 fold-exited: expected a whole number from 0 to 1000000, found a number with a fraction"),
      ("log-lines = 10", "1 log-lines: expected a whole number from 1000 to 10000000, found 10"),
      ("log-lines = 2026-03-01", "1 log-lines: expected a whole number from 1000 to 10000000, found a date or time"),
      (
        "log-lines = 99999999999999999999",
        "1 log-lines: expected a whole number from 1000 to 10000000, found 99999999999999999999, which is out of range"
      ),
      (
        "log-lines = 1" + String(repeating: "0", count: 60),
        "1 log-lines: expected a whole number from 1000 to 10000000, found a number of 61 characters, which is out of range"
      ),
      (
        "[layout]\ntree = 0xffffffffffffffffff",
        "2 layout.tree: expected a whole number from 30 to 80, found 0xffffffffffffffffff, which is out of range"
      ),
      (
        "mouse = 99999999999999999999",
        "1 mouse: expected true or false, found 99999999999999999999, which is out of range"
      ),
      ("[layout]\nzoom = \"top\"", "2 layout.zoom: expected one of: none tree detail log, found \"top\""),
      ("[layout]\nzoom = true", "2 layout.zoom: expected one of: none tree detail log, found true"),
      ("columns = 1", "1 columns: expected a table, found 1"),
      ("[columns]\nshown = \"pid\"", "2 columns.shown: expected a list of columns in quotes, found \"pid\""),
      (
        "[columns]\nshown = [\"pid\", 1]",
        "2 columns.shown: expected a list of columns in quotes, found a list with values of other types"
      ),
      ("[columns]\nshown = [\"pid\", \"usr\"]", "2 columns.shown: unknown column \"usr\": did you mean user?"),
      (
        "[columns]\nshown = [\"weather\"]",
        "2 columns.shown: unknown column \"weather\": expected one of: pid ppid user time status cpu mem execs kids container tty command"
      ),
      ("[columns]\nshown = [\"command\", \"pid\"]", "2 columns.shown: command is always the last column"),
      ("[columns]\nshown = [\"pid\", \"pid\"]", "2 columns.shown: pid is listed twice"),
      ("[columns]\nwidth = 1", "2 columns.width: unknown setting: did you mean widths?"),
      ("[columns]\nwidths = 1", "2 columns.widths: expected a table, found 1"),
      ("[columns.widths]\nuser = 2", "2 columns.widths.user: expected a whole number from 3 to 40, found 2"),
      (
        "[columns.widths]\npid = 9",
        "2 columns.widths.pid: unknown column with a width: expected one of: user time status cpu mem execs kids container tty"
      ),
      ("layout = 2", "1 layout: expected a table with: arrangement tree log zoom timeline"),
      ("[layout]\narrangement = 4", "2 layout.arrangement: expected a whole number from 1 to 3, found 4"),
      ("[layout]\ntree = 90", "2 layout.tree: expected a whole number from 30 to 80, found 90"),
      ("[layout]\nlog = 5", "2 layout.log: expected a whole number from 15 to 70, found 5"),
      ("follow = 1", "1 follow: expected true or false, found 1"),
      (
        "[layout]\ntimeline = true",
        "2 layout.timeline: expected \"auto\", \"on\" or \"off\", found true"
      ),
      (
        "[layout]\ntimeline = \"yes\"",
        "2 layout.timeline: expected \"auto\", \"on\" or \"off\", found \"yes\""
      ),
      ("[layout]\nlgo = 20", "2 layout.lgo: unknown setting: did you mean log?"),
      ("[themes]\nmine = \"red\"", "2 themes.mine: expected [themes.NAME] with roles and their styles"),
      (
        "[themes.dark]\nfailed = \"red\"", "2 themes.dark.failed: dark is a built-in theme: choose another name"
      ),
      ("[themes.mine]\nfailed = 1", "2 themes.mine.failed: expected \(LookWish.expectation), found 1"),
      ("[themes.mine]\nfailed = \"redd\"", "2 themes.mine.failed: expected \(LookWish.expectation), found \"redd\""),
      ("[themes.mine]\nfailde = \"red\"", "2 themes.mine.failde: unknown role: did you mean failed?"),
      (
        "[themes.mine]\nbase = \"other\"",
        "2 themes.mine.base: expected one of: default dark light 16 mono, found \"other\""
      ),
      ("[themes.mine]\nbase = 1", "2 themes.mine.base: expected the name of a theme in quotes, found 1"),
      ("keys = 1", "1 keys: expected a command's name and a list of keys"),
      ("[keys]\nfreze = [\"p\"]", "2 keys.freze: unknown command: did you mean freeze?"),
      ("[keys]\nfreeze = 1", "2 keys.freeze: expected a list of keys in quotes, found 1"),
      (
        "[keys]\nfreeze = [\"^S\"]",
        "2 keys.freeze: \"^S\" is not a key, or the terminal reserves it: expected a character, Space, ^U, F4, PgUp, …"
      ),
      ("[keys]\nfreeze = [\"^C\"]", "2 ^C always quits: it cannot be freeze"),
      ("[keys]\nfreeze = [\"x\"]\nzoom = [\"x\"]", "3 x is given to both freeze and zoom: freeze keeps it"),
      ("a = ", "1 column 5: not TOML: expected a value: a quoted string, a number, true, false, a list or a table"),
    ])
  func `Faults`(_ text: String, _ expected: String) {
    let (_, faults) = read(text)
    #expect(faults.first == expected)
    if !expected.contains("not TOML") {
      // Before the header of a table, among the root's entries.
      let (settings, more) = read("# one\nlog-lines = 7000\n" + text)
      if !text.hasPrefix("log-lines") { #expect(settings.logLines == 7000) }
      #expect(!more.isEmpty)
    }
  }

  @Test func `No entry of a text that is not TOML applies`() {
    let (settings, faults) = read("theme = \"mono\"\nmouse = no\n")
    #expect(settings == Settings())
    #expect(
      faults == ["2 column 9: not TOML: expected a value: a quoted string, a number, true, false, a list or a table"])
  }

  @Test func `Faults are in the order of the file`() {
    let (_, faults) = read("theme = \"no\"\nx = 1\n[keys]\nfreeze = [\"^C\"]\n[layout]\nlog = 1\n")
    #expect(faults.map { $0.prefix { $0 != " " } } == ["1", "2", "4", "6"])
  }
}
