import Glibc
import TUI
import TestSupport
import Testing

@testable import Terminal

/// The colours of a theme on terminals with fewer colours, and with all.
@Suite struct ThemeTests {
  private let terminal: PseudoTerminal

  init() throws { terminal = try PseudoTerminal(columns: 40, rows: 6) }

  @Test(
    arguments: [
      ("xterm-256color", "\u{1b}[38;5;208m\u{1b}[48;5;17mwrong", 256), ("xterm", "\u{1b}[33m\u{1b}[44mwrong", 8),
      ("vt220", "wrong", 0),
    ])
  func `A terminal gets the nearest colours that it has`(type: String, expected: String, colors: Int) async {
    await #expect(processExitsWith: .success) {
      [path = terminal.path as String, type = type as String, colors = colors as Int] in
      let session = try openSession(on: path, type: type)
      try #require(session.traits == TerminalTraits(isUTF8: true, colors: colors, refusesColor: false))
      session.use(Theme { $0 == .failed ? Theme.Look(.rgb(0xff, 0x87, 0), on: .rgb(0, 0, 0x5f)) : Theme.Look() })
      var frame = Frame(size: session.size)
      frame.put("wrong", row: 2, column: 3, style: Style(.failed))
      session.present(frame)
      session.close()
    }
    #expect(terminal.text.contains(expected), "\(terminal.text.debugDescription)")
  }

  /// With direct colours terminfo takes red, green and blue in one number.
  @Test func `A terminal with direct colours gets exact colours`() async throws {
    let scratch = Scratch()
    defer { withExtendedLifetime(scratch) {} }
    let terminfo = scratch.path
    let components = "%p1%{65536}%/%d:%p1%{256}%/%{255}%&%d:%p1%{255}%&%d%;m"
    let entry = """
      test-direct|direct colours,
      	RGB, ccc@, colors#0x1000000, pairs#0x7FFF, initc@, oc@,
      	setaf=\\E[%?%p1%{8}%<%t3%p1%d%e38:2::\(components),
      	setab=\\E[%?%p1%{8}%<%t4%p1%d%e48:2::\(components),
      	use=xterm-256color,
      """
    let compiler = try #require(popen("tic -x -o \(terminfo) -", "we"))
    fputs(entry + "\n", compiler)
    try #require(pclose(compiler) == 0)
    await #expect(processExitsWith: .success) { [path = terminal.path as String, terminfo = terminfo as String] in
      setenv("TERMINFO", terminfo, 1)
      let session = try openSession(on: path, type: "test-direct")
      try #require(session.traits.colors == 1 << 24)
      session.use(
        Theme { role in
          switch role {
          case .failed: Theme.Look(.rgb(0xff, 0x87, 1), on: .indexed(17))
          case .error: Theme.Look(.rgb(0, 0, 3), on: .indexed(1))
          default: Theme.Look()
          }
        })
      var frame = Frame(size: session.size)
      frame.put("wrong", row: 1, column: 3, style: Style(.failed))
      frame.put("worse", row: 3, column: 3, style: Style(.error))
      session.present(frame)
      session.close()
    }
    let text = terminal.text
    #expect(text.contains("\u{1b}[38:2::255:135:1m\u{1b}[48:2::0:0:95mwrong"), "\(text.debugDescription)")
    #expect(text.contains("\u{1b}[38:2::0:0:8m\u{1b}[41mworse"), "\(text.debugDescription)")
  }

  @Test func `Another theme is drawn at once`() async {
    await #expect(processExitsWith: .success) { [path = terminal.path as String] in
      let session = try openSession(on: path)
      var frame = Frame(size: session.size)
      frame.put("wrong", row: 0, column: 0, style: Style(.failed))
      session.present(frame)
      session.use(Theme { _ in Theme.Look(.indexed(99), .underline) })
      session.present(frame)
      session.use(.mono)
      session.present(frame)
      session.close()
    }
    let text = terminal.text
    #expect(text.contains("\u{1b}[38;5;196mwrong") && text.contains("38;5;99"))
    #expect(text.split(separator: "wrong", omittingEmptySubsequences: false).count == 4, "drawn three times")
  }

  /// COLORTERM is believed as far as terminfo knows the variant that it speaks of.
  @Test(
    arguments: [
      ("truecolor", "known-256color", 1 << 24), ("24bit", "known-256color", 1 << 24), ("TrueColor", "known", 1 << 24),
      ("", "known-256color", 256), ("yes", "known-256color", 256), ("truecolor", "lone-256color", 256),
    ])
  func `COLORTERM counts if terminfo has the type`(value: String, type: String, colors: Int) async throws {
    let scratch = Scratch()
    defer { withExtendedLifetime(scratch) {} }
    let terminfo = scratch.path
    let compiler = try #require(popen("tic -x -o \(terminfo) -", "we"))
    fputs(
      "known|plain,\n\tuse=xterm,\nknown-256color|many,\n\tuse=xterm-256color,\n"
        + "lone-256color|without direct colours,\n\tuse=xterm-256color,\n", compiler)
    fputs("known-direct|all,\n\tRGB, ccc@, colors#0x1000000, pairs#0x7FFF, use=xterm-256color,\n", compiler)
    try #require(pclose(compiler) == 0)
    await #expect(processExitsWith: .success) {
      [
        path = terminal.path as String, terminfo = terminfo as String, value = value as String, type = type as String,
        colors = colors as Int
      ] in
      setenv("TERMINFO", terminfo, 1)
      let session = try openSession(on: path, type: type, colorTerm: value)
      #expect(session.traits.colors == colors)
      session.close()
    }
  }
}
