import Events
import TestSupport
import Testing

@testable import TUI

@Suite struct CommandLineTests {
  private func line(_ arguments: String...) -> String { DisplayText.commandLine(StringVector(arguments)).string }

  @Test func `Plain words are bare`() {
    #expect(
      line("/usr/bin/git", "-c", "user.name=x", "--pretty=%h,%s", "a@b:c+d")
        == "/usr/bin/git -c user.name=x --pretty=%h,%s a@b:c+d")
    #expect(line("café", "日本") == "café 日本")
  }

  @Test(arguments: [
    ("", "''"), ("a b", "'a b'"), ("don't", "'don\\'t'"), ("' '", "'\\' \\''"), ("$HOME", "'$HOME'"), ("*", "'*'"),
    ("~", "'~'"), ("a~", "a~"), ("a\\b", "'a\\\\b'"), ("a\nb", "'a\\x0ab'"), ("#x", "'#x'"), ("\u{1b}", "'\\x1b'"),
    ("a\u{a0}b", "a\\u{a0}b"), ("'\u{338}", "'\\'\\u{338}'"),
  ])
  func `What is not a plain word is quoted`(argument: String, shown: String) {
    #expect(line(argument) == shown)
    #expect(line("x", argument, "y") == "x \(shown) y")
  }

  @Test func `No arguments at all`() { #expect(DisplayText.commandLine(.empty).isEmpty) }

  @Test func `Arguments read back one by one`() throws {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<5_000 {
      let arguments = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        HostileText.fuzz(using: &random).filter { $0 != 0 }
      }
      let text = DisplayText.commandLine(StringVector(arguments))
      #expect(try ReadBack.arguments(text.utf8) == arguments)
      #expect(text.glyphs.reduce(0) { $0 + $1.width } == text.width)
    }
  }

  @Test func `A huge argument costs what is shown`() {
    let huge = StringVector([[UInt8](repeating: 0x61, count: 128 * 1024), [0x62]])
    let text = DisplayText.commandLine(huge, upTo: 80)
    #expect(text.width <= 82)
    #expect(text.string.hasPrefix("'aaa"))
  }

  @Test(arguments: [
    ("/usr/bin/git", "/usr/bin/", "git"), ("git", "", "git"), ("/", "/", ""), ("/opt/my app/x", "'/opt/my app/", "x'"),
    ("", "'", "'"), ("/a/b'c", "'/a/", "b\\'c'"),
  ])
  func `A program is directory and name`(path: String, directory: String, name: String) {
    let word = DisplayText.programWord(Array(path.utf8))
    #expect(word.directory.string == directory)
    #expect(word.name.string == name)
    #expect(word.directory + word.name == DisplayText.argument(Array(path.utf8)))
  }
}
