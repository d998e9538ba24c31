import TestSupport
import Testing

@testable import Filtering

/// Strings that every match of a regular expression contains.
@Suite
struct RegexLiteralTests {
  @Test(arguments: [
    ("abc", "abc"), ("(gcc|ld) .*77\\.c$", "77.c"), ("ab?c+d", "a"), ("^ab*cde", "cde"), ("-o \\S+77\\.o", "77.o"),
    ("x(y)?z\\/w", "z/w"), ("[a-z]foo[^]]bars", "bars"), ("a{2}bc", "bc"), ("ab{0,1}?cd", "cd"), ("a+?b", "a"),
    ("(?:a|b)cd(?=e)f", "cd"), ("\\bword\\b", "word"), ("a.b", "a"), ("é+x", "é"),
  ])
  func `A literal is found`(_ pattern: String, _ literal: String) {
    #expect(RegexLiteral.required(by: Array(pattern.utf8)) == Array(literal.utf8))
  }

  @Test(arguments: [
    "", "a|b", "ab|", "(a|b)", "a?", "a*", "a{0}", "(?i)ab", "(ab", "a(?i)b", "\\Qa|b\\E", "a\\Q*", "(*UTF)ab", "\\x41",
    "a(?#|)b", "ab++{0}", "ab+{0}", "[[:alpha:]]b", "a(?(1)b|c)", "(a+)+$", "a{", "ab{x}", "\\1a", "(\\c))b",
  ])
  func `No literal is guessed`(_ pattern: String) {
    #expect(RegexLiteral.required(by: Array(pattern.utf8)) == nil)
  }

  /// For any combination of these parts: a text that is not searched would not match.
  @Test(arguments: Seeds.first(300))
  func `Texts that are not searched do not match`(seed: UInt64) {
    let pieces = [
      "a", "b", "c", "ab", "A", " ", ".", "\\.", "?", "*", "+", "??", "*?", "++", "{2}", "{0,1}", "{,2}", "{1,}", "{",
      "}",
      "(", ")", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i)", "(?i:", "(?x)", "(?|", "(?#", "(*ACCEPT)", "(?R)",
      "|",
      "^", "$", "[ab]", "[^a]", "[]a]", "[^]b]", "[a\\]b]", "[[:alpha:]]", "[", "]", "\\b", "\\d", "\\w", "\\S", "\\K",
      "\\R",
      "\\x61", "\\141", "\\1", "\\Q", "\\E", "\\cA", "\\N", "\\/", "-", "é", "\\é", "#", "\\h", "\\n",
    ]
    let letters = Array("abcAB .-é#\n\0{}1".utf8)
    var dice = SeededGenerator(seed: seed)
    var compiled = 0
    while compiled < 40 {
      let text = (0..<Int.random(in: 1...7, using: &dice)).map { _ in pieces.randomElement(using: &dice)! }.joined()
      let ignoresCase = dice.once(in: 2)
      guard
        let quick = try? FilterRegex(Array(text.utf8), ignoringCase: ignoresCase, column: 1),
        let slow = try? FilterRegex(Array(text.utf8), ignoringCase: ignoresCase, column: 1, searchesAll: true)
      else { continue }
      compiled += 1
      for _ in 0..<40 {
        let bytes = (0..<Int.random(in: 0...12, using: &dice)).map { _ in letters.randomElement(using: &dice)! }
        let words = dice.once(in: 2)
        let (found, expected) = bytes.withUnsafeBufferPointer {
          (quick.isFound(in: $0, words: words), slow.isFound(in: $0, words: words))
        }
        #expect(found == expected, "seed \(seed): /\(text)/ in \(bytes)")
      }
    }
  }
}
