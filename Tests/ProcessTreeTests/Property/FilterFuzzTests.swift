import Testing

@testable import ProcessTree

@Suite("Random filter texts")
struct FilterFuzzTests {
  @Test(arguments: 0..<20 as Range<UInt64>)
  func `any text is read or refused with a column in it and one line of reason`(seed: UInt64) throws {
    var dice = SeededGenerator(seed: seed)
    let pieces = [
      "comm", "pid", "user", "argv", "nofield", ":", "=", "!=", "!", "~", "<", ",", "(", ")", "\"", "\\", "\\x4",
      "\\x41", " ", "or", "and", "not", "1", "99999999999999999999", "é", "e\u{301}", "\u{202e}", "\r\n", "\u{0}",
      "a b",
    ]
    var story = Story()
    story.exec(1, ["a", "b"], at: 2, parent: 7)
    let node = try story.node(1)
    for _ in 0..<200 {
      let text = (0..<Int.random(in: 0...12, using: &dice)).map { _ in pieces.randomElement(using: &dice)! }.joined()
      let filter: Filter
      do throws(FilterError) {
        filter = try Filter.parse(text)
      } catch {
        let isOneLine = !error.message.isEmpty && error.message.allSatisfy { !$0.isNewline }
        #expect((1...text.count + 1).contains(error.column), "\(text.debugDescription)")
        #expect(isOneLine, "\(text.debugDescription)")
        continue
      }
      guard !filter.isEmpty else { continue }
      let negated = try Filter.parse("!(\(text) )")
      #expect(
        filter.matches(node, in: story.tree) != negated.matches(node, in: story.tree), "\(text.debugDescription)")
    }
  }
}
