import Glibc
import TUI
import Testing

@testable import Terminal

/// A real terminal shows the contents of the frame, whatever it showed before.
@Suite struct ScreenTests {
  @Test func `Frames appear unchanged`() async {
    await #expect(processExitsWith: .success) {
      let tmux = try Tmux(columns: 40, rows: 10)
      defer { tmux.end() }
      let session = try openSession(on: tmux.path, type: "tmux-256color")
      #expect(session.size == Size(columns: 40, rows: 10))
      var random = SmallGenerator(seed: 4)
      var frame = Frame(size: session.size)
      for round in 0..<60 {
        if round % 20 == 0 { frame = Frame(size: session.size) }
        scribble(on: &frame, using: &random)
        session.present(frame)
        try expectShown(frame, in: tmux)
      }
      session.close()
    }
  }

  @Test func `Scrolling keeps every row`() async {
    await #expect(processExitsWith: .success) {
      let tmux = try Tmux(columns: 30, rows: 12)
      defer { tmux.end() }
      let session = try openSession(on: tmux.path, type: "tmux-256color")
      var random = SmallGenerator(seed: 6)
      var first = 0
      for _ in 0..<40 {
        first += Int.random(in: -3...5, using: &random)
        var frame = Frame(size: session.size)
        for row in 0..<12 {
          let text: DisplayText = row % 3 == 0 ? "日本 line \(row + first) 語" : "line \(row + first) of the log"
          frame.put(text, row: row, column: row % 2, style: Style((row + first) % 4 == 0 ? .failed : .text))
        }
        session.present(frame)
        try expectShown(frame, in: tmux)
      }
      session.close()
    }
  }

  @Test func `The corners are drawn`() async {
    await #expect(processExitsWith: .success) {
      let tmux = try Tmux(columns: 12, rows: 4)
      defer { tmux.end() }
      let session = try openSession(on: tmux.path, type: "tmux-256color")
      var frame = Frame(size: session.size)
      for row in 0..<4 { frame.fill(row: row, column: 0, width: 12, with: Glyph(base: "#")) }
      session.present(frame)
      try expectShown(frame, in: tmux)
      frame.put("日", row: 3, column: 10)
      frame.put("e\u{301}", row: 0, column: 11)
      session.present(frame)
      try expectShown(frame, in: tmux)
      session.close()
    }
  }

  @Test func `The screen follows a resize`() async {
    await #expect(processExitsWith: .success) {
      let tmux = try Tmux(columns: 40, rows: 10)
      defer { tmux.end() }
      let session = try openSession(on: tmux.path, type: "tmux-256color")
      for (columns, rows) in [(80, 24), (20, 5), (2, 2), (120, 40), (1, 1), (40, 10)] {
        try tmux.resize(columns: columns, rows: rows)
        var inputs: [Input] = []
        for _ in 0..<10_000 where inputs.isEmpty {
          inputs = session.nextInput()
          usleep(1000)
        }
        #expect(inputs == [.resize(Size(columns: columns, rows: rows))])
        #expect(session.size == Size(columns: columns, rows: rows))
        var frame = Frame(size: session.size)
        for row in 0..<rows { frame.put("abcdefghijklmnopqrstuvwxyz", row: row, column: row % 5) }
        session.present(frame)
        // ncurses fills the last corner by inserting before it, for which it needs a second column.
        if columns > 1 { try expectShown(frame, in: tmux) }
      }
      session.close()
    }
  }
}

/// Waits until the terminal shows the frame.
private func expectShown(_ frame: Frame, in tmux: Tmux) throws {
  let expected = (0..<frame.size.rows).map { Tmux.withoutTrailingSpaces(frame.text(row: $0)) }
  for _ in 0..<500 {
    if try tmux.rows == expected { return }
    usleep(10_000)
  }
  Issue.record("shown \(try tmux.rows), expected \(expected)")
  tmux.end()
  exit(EXIT_FAILURE)
}

/// Writes, fills and restyles at random places, over the edges too.
private func scribble(on frame: inout Frame, using random: inout SmallGenerator) {
  let texts: [DisplayText] = [
    "plain", "日本語テキスト", "e\u{301}o\u{308}\u{323}x", "│├─└", "😀 ok", "wörter", "   ", "▁▂▃▄▅▆▇█",
    DisplayText(untrusted: "\u{1b}[2Jnasty\u{200b}".utf8), DisplayText(untrusted: "กำลัง मराठी".utf8),
  ]
  for _ in 0..<Int.random(in: 1...12, using: &random) {
    let row = Int.random(in: -1...frame.size.rows, using: &random)
    let column = Int.random(in: -5...frame.size.columns, using: &random)
    let role = Role.allCases.randomElement(using: &random) ?? .text
    switch Int.random(in: 0..<4, using: &random) {
    case 0: frame.fill(row: row, column: column, width: Int.random(in: 1...20, using: &random), style: Style(role))
    case 1: frame.restyle(row: row, column: column, width: 9) { $0.adding(.reverse) }
    default: frame.put(texts.randomElement(using: &random) ?? "", row: row, column: column, style: Style(role))
    }
  }
}

/// A small repeatable random number generator: a linear congruential one, upper half.
struct SmallGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    func half() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 32
    }
    return half() << 32 | half()
  }
}
