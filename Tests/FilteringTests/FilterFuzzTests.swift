import Events
import TestSupport
import Testing

@testable import Filtering
@testable import Tree

/// Random filter texts.
@Suite
struct FilterFuzzTests {
  @Test(arguments: 0..<20 as Range<UInt64>)
  func `Any text is parsed, or refused with a column and a one-line reason`(seed: UInt64) throws {
    var dice = SeededGenerator(seed: seed)
    let pieces = [
      "comm", "pid", "user", "argv", "nofield", ":", "=", "!=", "!", "~", "<", ",", "(", ")", "\"", "\\", "\\x4",
      "\\x41", " ", "or", "and", "not", "1", "99999999999999999999", "é", "e\u{301}", "\u{202e}", "\r\n", "\u{0}",
      "a b",
    ]
    var tree = ProcessTree()
    let id = ProcessID(pid: 1, startTime: 1)
    let facts = ProcessFacts(id: id, parent: ProcessID(pid: 7, startTime: 7), comm: "a")
    let image = ProcessImage(
      time: 2, comm: "a", file: "a", exe: "/bin/a", cwd: "/work", argv: StringVector(["a", "b"]))
    _ = tree.apply(.exec(ExecEvent(process: facts, image: image)))
    let node = try #require(tree[id])
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
        filter.matches(node, in: tree) != negated.matches(node, in: tree), "\(text.debugDescription)")
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `Changed expressions and random bytes neither crash nor hang`(seed: UInt64) throws {
    var dice = SeededGenerator(seed: seed)
    let rows = try FilterTable.rows
    let machine = FilterMachine()
    let signs = Array("\"()\\/~!=<>:,[]{}?*+|^$ \u{e9}\u{0}09aMs-.".unicodeScalars)
    for _ in 0..<100 {
      var scalars = Array(rows.randomElement(using: &dice)!.text.unicodeScalars)
      for _ in 0...Int.random(in: 0...3, using: &dice) {
        let place = Int.random(in: 0...scalars.count, using: &dice)
        switch Int.random(in: 0...3, using: &dice) {
        case 0: scalars.insert(signs.randomElement(using: &dice)!, at: place)
        case 1: if place < scalars.count { scalars.remove(at: place) }
        case 2: scalars.removeSubrange(place...)
        default: scalars.insert(contentsOf: rows.randomElement(using: &dice)!.text.unicodeScalars, at: place)
        }
      }
      var text = ""
      text.unicodeScalars.append(contentsOf: scalars)
      try check(text, in: machine)
      let bytes = (0..<Int.random(in: 0...40, using: &dice)).map { _ in UInt8.random(in: 0...255, using: &dice) }
      try check(String(decoding: bytes, as: UTF8.self), in: machine)
    }
  }

  /// Parses, colours and evaluates any text.
  private func check(_ text: String, in machine: FilterMachine) throws {
    let syntax = FilterSyntax(of: text)
    var end = 0
    for span in syntax.spans {
      #expect(span.range.lowerBound >= end && span.range.upperBound <= text.count, "\(text.debugDescription)")
      end = span.range.upperBound
    }
    do throws(FilterError) {
      let filter = try Filter.parse(text)
      #expect(syntax.error == nil && filter.isNarrower(than: filter), "\(text.debugDescription)")
      let found = machine.pids(filter)
      #expect(FilterEvaluator(filter, at: FilterMachine.now).count(in: machine.tree) == found.count)
      _ = filter.kernelScope(ofExecsOnly: true)
    } catch {
      #expect(syntax.error == error, "\(text.debugDescription)")
      #expect((1...text.count + 1).contains(error.column), "\(text.debugDescription)")
      #expect(!error.message.contains { $0.isNewline }, "\(text.debugDescription)")
    }
  }
}
