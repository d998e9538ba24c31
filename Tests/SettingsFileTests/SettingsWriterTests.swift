import TUI
import TestSupport
import Testing

@testable import SettingsFile

/// Writing settings.
@Suite
struct SettingsWriterTests {
  private func write(_ settings: Settings, into text: String) throws -> String {
    String(decoding: try SettingsWriter.text(settings, into: Array(text.utf8)), as: UTF8.self)
  }

  private func read(_ text: String) -> Settings { SettingsReader(Array(text.utf8)).settings }

  @Test func `Standard settings need no text`() throws {
    #expect(try write(Settings(), into: "") == "")
    let text = "# mine\n\nunknown = 1 # kept\n[keys]\nfreeze = \"p\"\n"
    #expect(try write(read(text), into: text) == text)
  }

  @Test func `Into an empty file`() throws {
    var settings = Settings()
    settings.theme = "dark"
    settings.mouse = false
    settings.columns = ColumnChoice(shown: [.pid, .cpu], widths: [.cpu: 9])
    settings.panes.log = 20
    #expect(
      try write(settings, into: "") == """
        theme = "dark"
        mouse = false

        [columns]
        shown = ["pid", "cpu"]

        [columns.widths]
        cpu = 9

        [layout]
        log = 20

        """)
  }

  @Test func `Comments, order and unknown entries stay`() throws {
    let text = """
      # My settings.
      theme = 'dark'   # at night
      odd = 1

      [layout] # of the panes
      log = 30 # a third
      # the end of it

      [columns]
      shown = [ # what I need
        "pid", "time",
      ] # no more
      widths = { user = 10 }
      [keys]
      freeze = ["p"]
      """
    var settings = read(text)
    settings.theme = "light"
    settings.mouse = false
    settings.panes.log = 40
    settings.panes.tree = 50
    settings.columns.toggle(.cpu)
    settings.columns.setWidth(9, of: .cpu)
    settings.columns.setWidth(11, of: .user)
    #expect(
      try write(settings, into: text) == """
        # My settings.
        theme = "light"   # at night
        odd = 1
        mouse = false

        [layout] # of the panes
        log = 40 # a third
        tree = 50
        # the end of it

        [columns]
        shown = ["pid", "time", "cpu"] # no more
        widths = { user = 11, cpu = 9 }
        [keys]
        freeze = ["p"]
        """)
  }

  @Test(
    arguments: [
      ("layout = {}", "layout = { log = 20 }"), ("layout.tree = 50", "layout.tree = 50\nlayout.log = 20\n"),
      ("columns = {shown = []}\nlayout = {}", "columns = {shown = []}\nlayout = { log = 20 }"),
      ("layout = {tree = 50}", "layout = {tree = 50, log = 20}"), ("[layout]", "[layout]\nlog = 20\n"),
      ("[layout]\n[keys]\n", "[layout]\nlog = 20\n[keys]\n"), ("mouse = true", "mouse = true\n\n[layout]\nlog = 20\n"),
    ])
  func `A table is continued in its notation`(_ text: String, _ expected: String) throws {
    var settings = read(text)
    settings.panes.log = 20
    #expect(try write(settings, into: text) == expected)
  }

  @Test func `Keys go into their table`() throws {
    var settings = Settings()
    try settings.keys.bind(.character("x"), to: .freeze, keepsOthers: true)
    try settings.keys.unbindLast(of: .zoom)
    #expect(try write(settings, into: "") == "\n[keys]\nzoom = []\nfreeze = [\"Space\", \"x\"]\n".dropFirst())
    let text = "[keys] # mine\nfreeze = 'x' # pause\nodd = 1\n"
    settings = read(text)
    try settings.keys.bind(.f(5), to: .freeze, keepsOthers: false)
    try settings.keys.bind(.character("\\"), to: .filter, keepsOthers: false)
    #expect(
      try write(settings, into: text)
        == "[keys] # mine\nfreeze = [\"F5\"] # pause\nodd = 1\nfilter = [\"\\\\\"]\n")
  }

  /// If two commands list one key, the first one has it. When the first gets another key, the second would have it, so
  /// the key has to be removed from the second list too.
  @Test func `A key that another command keeps is removed from the list`() throws {
    let cases: [(text: String, first: CommandID, second: CommandID)] = [
      ("[keys]\nfreeze = ['p']\nzoom = ['p']\n", .freeze, .zoom),
      ("[keys]\nzoom = ['p']\nfreeze = ['p']\n", .zoom, .freeze),
    ]
    for (text, first, second) in cases {
      var settings = read(text)
      #expect(settings.keys.keys(of: first) == [.character("p")] && settings.keys.keys(of: second) == [])
      try settings.keys.bind(.f(5), to: first, keepsOthers: false)
      #expect(read(try write(settings, into: text)) == settings)
    }
  }

  @Test func `A root entry goes before the first table`() throws {
    var settings = read("[keys]\nzoom = \"o\"\n")
    settings.theme = "mono"
    #expect(try write(settings, into: "[keys]\nzoom = \"o\"\n") == "theme = \"mono\"\n\n[keys]\nzoom = \"o\"\n")
    settings.keys = .standard
    #expect(try write(settings, into: "# only a comment") == "# only a comment\ntheme = \"mono\"\n")
  }

  @Test func `A name is quoted`() throws {
    let text = "[themes.\"a\\\"b\\\\c\"]\nfailed = \"red\"\n"
    var settings = read(text)
    settings.theme = "a\"b\\c"
    let written = try write(settings, into: text)
    #expect(written.hasPrefix("theme = \"a\\\"b\\\\c\"\n"))
    #expect(read(written).theme == "a\"b\\c")
  }

  @Test func `What is not TOML is refused`() {
    #expect(throws: SettingsWriter.Refusal.self) { try write(Settings(), into: "theme = mono") }
  }

  /// For any file and any settings: the written settings are read back, and other lines do not change.
  @Test func `Any settings are read back`() throws {
    var generator = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0 ... .max, using: &generator)
    var random = SeededGenerator(seed: seed)
    let texts = [
      "", "theme = \"dark\"\n", "[columns]\nwidths.user = 10\n", "columns = {widths = {user = 10}}\n",
      "columns = {shown = [\"pid\"]}\n", "[layout]\ntree = 40 # x\n[columns.widths]\ncpu = 9\n",
      "layout.log = 20\n[keys]",
      "[keys]\nfreeze = [\"p\"]\nzoom = 'p'\nmark = []\n", "keys = {quit = [\"x\"], up = [\"z\"]}\n",
      "mouse = false\n[themes.a]\nbase = \"16\"\n", "columns.shown = []\n",
    ]
    for _ in 0..<300 {
      let text = texts.randomElement(using: &random) ?? ""
      var settings = read(text)
      settings.theme = settings.themeNames.randomElement(using: &random) ?? "mono"
      settings.glyphs = GlyphChoice.allCases.randomElement(using: &random) ?? .auto
      settings.mouse = Bool.random(using: &random)
      settings.foldExited = Int.random(in: Settings.foldExitedRange, using: &random)
      settings.chains = Bool.random(using: &random)
      settings.stickyAncestors = Int.random(in: Settings.stickyAncestorsRange, using: &random)
      settings.logLines = Int.random(in: Settings.logLinesRange, using: &random)
      settings.panes.arrangement = Int.random(in: PaneChoice.arrangementRange, using: &random)
      settings.panes.tree = Int.random(in: PaneChoice.treeRange, using: &random)
      settings.panes.log = Int.random(in: PaneChoice.logRange, using: &random)
      settings.panes.zoom = ([nil] + Pane.allCases).randomElement(using: &random) ?? nil
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        let id = CommandID.allCases.randomElement(using: &random) ?? .freeze
        try? settings.keys.change(id, Int.random(in: 0..<4, using: &random), using: &random)
      }
      let shown = TreeColumn.allCases.shuffled(using: &random).prefix(Int.random(in: 0...11, using: &random))
      var widths: [TreeColumn: Int] = [:]
      for column in TreeColumn.allCases where Bool.random(using: &random) {
        widths[column] = Int.random(in: TreeColumn.widthRange, using: &random)
      }
      settings.columns = ColumnChoice(shown: Array(shown), widths: widths)
      guard let written = try? write(settings, into: text) else {
        Issue.record("seed \(seed): \(text)\n\(settings.columns)")
        return
      }
      #expect(read(written) == settings, "seed \(seed): \(text)\n\(written)")
    }
  }
}

extension KeyMap {
  /// One of the changes that the settings screen makes.
  fileprivate mutating func change(_ id: CommandID, _ kind: Int, using random: inout SeededGenerator) throws {
    let keys =
      Commands.all.flatMap(\.keys) + "pxZ@%\"\\".map { Key.character($0) } + [.f(5), .f(7), .ctrl("a"), .delete]
    switch kind {
    case 0: try reset(id)
    case 1: try unbindLast(of: id)
    default: try bind(keys.randomElement(using: &random) ?? .f(5), to: id, keepsOthers: kind == 2)
    }
  }
}
