import Testing

@testable import TUI

/// The line editor.
@Suite
struct LineEditorTests {
  func edited(_ text: String, _ keys: Key...) -> (String, Int) {
    var editor = LineEditor(text)
    for key in keys {
      let isHandled = editor.handle(key)
      #expect(isHandled)
    }
    return (editor.text, editor.cursor)
  }

  @Test func `Edits like readline`() {
    #expect(edited("abc", .left, .backspace) == ("ac", 1))
    #expect(edited("abc", .home, .delete) == ("bc", 0))
    #expect(edited("abc", .ctrl("a"), .character("x")) == ("xabc", 1))
    #expect(edited("abc", .ctrl("a"), .ctrl("e"), .character("x")) == ("abcx", 4))
    #expect(edited("one two  ", .ctrl("w")) == ("one ", 4))
    #expect(edited("one two", .left, .ctrl("w")) == ("one o", 4))
    #expect(edited("one two", .left, .left, .ctrl("u")) == ("wo", 0))
    #expect(edited("one two", .home, .right, .ctrl("k")) == ("o", 1))
    #expect(edited("abc", .ctrl("b"), .ctrl("b"), .ctrl("f"), .ctrl("d")) == ("ab", 2))
  }

  @Test func `Stops at its ends`() {
    #expect(edited("", .backspace, .delete, .left, .right, .ctrl("w"), .ctrl("u"), .ctrl("k"), .home, .end) == ("", 0))
    #expect(edited("a", .right, .delete) == ("a", 1))
  }

  @Test func `Leaves other keys alone`() {
    var editor = LineEditor("a")
    for key in [Key.f(5), .enter, .escape, .tab, .pageUp, .ctrl("x")] {
      let isHandled = editor.handle(key)
      #expect(!isHandled)
    }
    #expect(editor.text == "a")
  }

  @Test func `Takes no control characters`() {
    var editor = LineEditor()
    editor.insert("a\tb\r\nc\u{1b}\u{7f}d\u{9b}é漢")
    #expect(editor.text == "a b cdé漢")
  }
}
