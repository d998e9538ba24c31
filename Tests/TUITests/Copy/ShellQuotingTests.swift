import Events
import TestSupport
import Testing

@testable import TUI

/// Quoting for shells.
/// What is quoted for a shell comes out of a real one byte for byte.
@Suite
struct ShellQuotingTests {
  private static let hostile: [[UInt8]] =
    [
      "", " ", "plain", "two words", "'", "''", "\"", "\\", "\\'", "$HOME", "${x}", "$(id)", "`id`", "!", "!!", "a!b",
      "-n", "--", "~", "~root", "a=~", "=ls", "^a^b", "*", "?", "[a-z]", "{a,b}", "#no", "a;b", "a&b", "a|b", "<>",
      "\n",
      "\n\n", "a\n", "\nb", "import os\nprint('x')\n", "\t", "\r", "\u{1b}[201~rm -rf /\n", "\u{1b}]52;c;eA==\u{7}",
      "\u{3}\u{4}\u{16}", "\u{7f}", "\u{9b}2J", "日本 é e\u{301}", "\u{202e}gpj.exe", "a\u{200b}b", "\u{5e9}\u{5dc} 1",
      "%s%d", "\\033",
      "\\x41",
      "$'a'", "if", "x\u{1}\n", "\u{1}\n\u{2}",
    ].map { Array($0.utf8) } + [
      [0xff], [0xfe, 0xff], [0x41, 0x80, 0x42], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe6, 0x97], [0x0a, 0xff, 0x0a],
      (1...255).map { UInt8($0) }, (1...255).reversed().map { UInt8($0) },
    ]

  @Test(arguments: Shell.installed, ["C.UTF-8", "C"])
  func `Comes back out of the shell`(shell: Shell, locale: String) throws {
    // coreutils' own printf, since a shell's may look into the arguments.
    let script = Array("/usr/bin/printf '%s\\0' ".utf8) + ShellQuoting.line(Self.hostile)
    #expect(try shell.run(script, in: locale) == StringVector(Self.hostile).bytes)
  }

  @Test(arguments: Shell.installed, 0..<4)
  func `Of whatever bytes`(shell: Shell, seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let alphabet = Array("'\"\\$`!~=-\n\t {}*#%a".utf8) + [0x1b, 0x80, 0xc3, 0xa9, 0xff, 0x01]
    let words = (0..<400).map { _ in
      (0..<Int.random(in: 0...12, using: &random)).map { _ in
        Bool.random(using: &random)
          ? alphabet.randomElement(using: &random) ?? 0x61 : UInt8.random(in: 1...255, using: &random)
      }
    }
    let script = Array("/usr/bin/printf '%s\\0' ".utf8) + ShellQuoting.line(words)
    #expect(try shell.run(script) == StringVector(words).bytes, "seed \(seed)")
  }

  @Test func `Nothing in it is a key to a line editor`() {
    for word in Self.hostile {
      let quoted = ShellQuoting.word(word)
      #expect(String(validating: quoted, as: UTF8.self) != nil)
      #expect(!quoted.contains { $0 < 0x20 && $0 != 0x0a || $0 == 0x7f })
      // A newline is inside quotes, so no shell acts on it.
      let newline = quoted.firstIndex(of: 0x0a)
      if let newline { #expect(quoted[..<newline].contains(UInt8(ascii: "'"))) }
    }
    let control = ShellQuoting.word(Array("\u{9b}".utf8) + [0xff])
    #expect(String(decoding: control, as: UTF8.self) == #""$(printf '\302\233\377')""#)
  }

  @Test(arguments: [
    ("-O2", "-O2"), ("a=b", "a=b"), ("two words", "'two words'"), ("it's", #"'it'\''s'"#), ("", "''"), ("=x", "'=x'"),
    ("a\u{1b}b", #"'a'"$(printf '\033')"'b'"#),
  ])
  func `Reads well`(word: String, quoted: String) {
    #expect(String(decoding: ShellQuoting.word(Array(word.utf8)), as: UTF8.self) == quoted)
  }
}
