import Events

@testable import TUI

/// A build that prints: what the tests of the output pane are about.
enum OutputScene {
  /// The text of a failing build, with the milliseconds after its start.
  static let build: [(OutputStream, UInt64, String)] = [
    (.output, 12, "cc -O2 -c main.c\n"),
    (.output, 15, "cc -O2 -c parse.c -DNAME='\"C:\\\\x\"'\n"),
    (.error, 230, "\u{1b}[1mparse.c:12:3:\u{1b}[m \u{1b}[1;35mwarning: \u{1b}[munused variable \u{1b}[1mx\u{1b}[m\n"),
    (.output, 300, "[ 10 %]\r[ 50 %]\r[100 %] linking\n"),
    (.output, 1200, "\u{1b}[32mok\u{1b}[m  漢字\t\u{1b}[38;2;255;135;0mtrue colour\u{1b}[m \u{1b}[44mblue\u{1b}[m\n"),
    (.error, 2500, "\u{1b}]0;title\u{7}ld: undefined reference to `\u{1b}[31mmain'\u{1b}[m\n"),
    (.error, 2501, "collect2: error: ld returned 1 exit status\n"),
    (.error, 12_034, "make: *** [Makefile:7: all] Error 1\n"),
    (.output, 12_035, "waiting for unfinished jobs"),
  ]

  /// When the build starts, in the story.
  static let start: UInt64 = 3590 * Story.second

  /// The view of the story's build with its output; the pid is that of its make.
  static func view(
    columns: Int = 80, rows: Int = 24, glyphs: Glyphs = .utf8, end: CommandEnd? = nil,
    printing: [(OutputStream, UInt64, String)] = build
  ) -> AppState {
    var state = AppState.showing(.build(), columns: columns, rows: rows, glyphs: glyphs)
    state.start(CommandInView(pid: 10_233, name: "make", start: start))
    print(printing, in: &state)
    if let end { _ = state.reduce(.commandEnded(end)) }
    return state
  }

  /// Adds output, as the shell does.
  static func print(_ output: [(OutputStream, UInt64, String)], in state: inout AppState) {
    _ = state.reduce(
      .output(
        output.map { stream, milliseconds, text in
          .written(
            WrittenOutput(
              process: nil, stream: stream, time: start + milliseconds * Story.millisecond, bytes: Array(text.utf8)))
        }))
  }
}
