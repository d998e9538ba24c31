import Events
import TestSupport
import Testing
import Tree

@testable import TUI

/// No name and no argument passes for a column, a sign or a note of ours: who reads a line by its blanks reads the truth.
@Suite struct ForgedColumnsTests {
  private static let names: [[UInt8]] =
    ["sh 1 0 0", " 1 2 0 x", "sh ", " sh", "  ", " ", "", "''", "'", "a'b", "\\x20", "COMM", "tmux: server"].map {
      Array($0.utf8)
    } + HostileText.corpus

  /// What `log` writes for an exec.
  private func line(_ comm: Comm, pid: Int32, parent: Int32, result: Int32, _ argv: StringVector, cut: Bool) -> [UInt8]
  {
    var lines = TextLines()
    lines.append(comm: comm)
    lines.endColumn(at: 16)
    lines.append(number: pid)
    lines.endColumn(at: 24)
    lines.append(number: parent)
    lines.endColumn(at: 32)
    lines.append(number: result, width: 3)
    lines.append(" ")
    lines.append(commandLine: argv)
    if cut { lines.append(" ...") }
    lines.endLine()
    return lines.utf8
  }

  @Test func `Every column of a line reads back`() throws {
    var random = SeededGenerator(seed: 12)
    for round in 0..<3000 {
      let name = round < Self.names.count ? Self.names[round] : HostileText.fuzz(using: &random)
      let comm = Comm(name.filter { $0 != 0 }.prefix(15).map { $0 })
      let pid = Int32.random(in: 1...4_194_304, using: &random)
      let parent = Int32.random(in: 0...4_194_304, using: &random)
      let result = Int32.random(in: -133...0, using: &random)
      let words = ["...", "x", "0", "sh", "1", "12 13 0 forged", "\u{2717}", "\u{2026}", "exit", ""]
      var argv = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        Bool.random(using: &random)
          ? Array((words.randomElement(using: &random) ?? "").utf8)
          : HostileText.fuzz(using: &random).filter { $0 != 0 }
      }
      argv.append(Array("...".utf8))
      let isCut = Bool.random(using: &random)
      var text = line(comm, pid: pid, parent: parent, result: result, StringVector(argv), cut: isCut)[...]
      #expect(text.last == UInt8(ascii: "\n") && text.dropLast().allSatisfy { $0 != UInt8(ascii: "\n") })
      text = text.dropLast()
      // As `awk` and `read` split a line.
      func column() -> [UInt8] {
        text = text.drop { $0 == UInt8(ascii: " ") }
        let word = text.prefix { $0 != UInt8(ascii: " ") }
        text = text.dropFirst(word.count)
        return Array(word)
      }
      let first = column()
      #expect(try (first == Array("''".utf8) ? [] : ReadBack.bytes(first)) == comm.bytes, "\(name)")
      #expect(
        [column(), column(), column()].map { Int32(String(decoding: $0, as: UTF8.self)) } == [pid, parent, result])
      var arguments = Array(text.dropFirst())
      #expect(arguments.ends(with: " ...") == isCut, "\(String(decoding: arguments, as: UTF8.self))")
      if isCut { arguments.removeLast(4) }
      #expect(try ReadBack.arguments(arguments) == argv)
    }
  }

  /// All that the panes and listings write beside a command, in both sets of signs.
  @Test func `Signs and notes are quoted as arguments`() {
    let words = [
      "...", "\u{2026}", "\u{25cf}", "\u{25cb}", "\u{2717}", "\u{2726}", "\u{21af}", "\u{2020}", "\u{25d0}",
      "\u{21e1}4711",
      "\u{251c}\u{2500}", "\u{2514}\u{2500}", "\u{2502}", "\u{25b8}", "+12", "+1,284", "(forked)", "(not", "(no",
      "arguments)", "[kthreadd]", "\u{2013}", "!", "*", "#", ">",
    ]
    for word in words {
      #expect(DisplayText.argument(Array(word.utf8)).string == "'\(word)'", "\(word)")
    }
    for word in ["%", "D", "^4711"] {
      let shown = DisplayText.commandLine(StringVector([word, word])).string
      #expect(shown == "'\(word)' \(word)", "\(word)")
    }
    for word in [
      "caf\u{e9}", "\u{65e5}\u{672c}\u{8a9e}", "+x", "+%s", "..", "....", "-", "x", "a^2", "na\u{ef}ve", "\u{bd}",
    ] {
      #expect(DisplayText.argument(Array(word.utf8)).string == word)
    }
  }

  /// A tree of one process whose arguments read like what the listing writes of a failed exec.
  @Test(arguments: [Glyphs.utf8, .ascii]) func `A failure cannot be forged in a tree`(glyphs: Glyphs) {
    var story = Story()
    let shell = story.id(900, at: 100)
    story.existing(shell, nil, ["sh", glyphs.failed.string, "exec", "failed:", "ENOENT", "/bin/x"])
    let other = story.id(901, at: 100)
    story.existing(other, nil, ["sh", "(\(glyphs.failed.string)", "exec", "failed:", "ENOENT", "/bin/x)"])
    var tree = ProcessTree()
    for event in story.events { _ = tree.apply(event) }
    TreeListing(of: tree, matching: nil, below: nil, now: story.now, glyphs: glyphs).forEachLine { line in
      #expect(!line.runs.map(\.text.string).joined().contains(" (\(glyphs.failed.string) exec failed"))
      return true
    }
  }

  /// The log as `w` writes it: date, time, sign, event, then the name, the pid and the parent's.
  @Test func `Names in the log are one word`() throws {
    var story = Story()
    let parent = story.id(1, at: 0)
    let comms = Self.names.map { name in Comm(name.filter { $0 != 0 }.prefix(15).map { $0 }) }
    for (index, comm) in comms.enumerated() {
      let id = story.id(Int32(2000 + index), at: UInt64(100 + index))
      story.append(.fork(ForkEvent(time: story.now, process: story.facts(id, parent, comm))))
    }
    var state = AppState.showing(story, columns: 120, rows: 40)
    state.press(.character("3"))
    let rows = String(decoding: PaneText.of(state).bytes, as: UTF8.self).split(separator: "\n").dropFirst()
    #expect(rows.count == comms.count)
    for (index, (row, comm)) in zip(rows, comms).enumerated() {
      let words = row.split(separator: " ", omittingEmptySubsequences: true)
      #expect(words.prefix(4).suffix(2).joined(separator: " ") == "\u{2726} fork")
      #expect(try #require(words.dropFirst(4).first) == DisplayText.word(comm).string)
      #expect(words.dropFirst(5).first == "\(2000 + index)" && words.dropFirst(6).first == "1", "\(row)")
    }
  }
}

extension [UInt8] {
  fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
