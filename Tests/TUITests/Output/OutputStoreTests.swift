import Events
import Filtering
import TestSupport
import Testing

@testable import TUI

/// The lines that are remembered, and which of them are shown.
@Suite
struct OutputStoreTests {
  private func store(_ texts: [(OutputStream, UInt64, String)]) -> OutputStore {
    var store = OutputStore()
    for (stream, time, text) in texts {
      store.append(.written(.init(process: nil, stream: stream, time: time, bytes: Array(text.utf8))))
    }
    return store
  }

  private func rows(_ store: OutputStore) -> [String] {
    (0..<store.rowCount).map { row in
      store.number(atRow: row).flatMap { store.line($0) }.map { String(decoding: $0.utf8, as: UTF8.self) } ?? "?"
    }
  }

  @Test func `Lines are in the order in which they ended`() {
    let both = store([(.output, 1, "checking… "), (.error, 2, "warning\n"), (.output, 3, "yes\n"), (.error, 4, "x")])
    #expect(rows(both) == ["warning", "checking… yes", "x"])
    #expect(both.line(1)?.start == 1 && both.line(1)?.end == 3)
    #expect(rows(store([(.output, 1, "a"), (.error, 2, "b")])) == ["a", "b"])
  }

  @Test func `Bytes are bounded`() {
    var store = OutputStore()
    let piece = Array(repeating: UInt8(ascii: "x"), count: 1 << 20)
    for second in 0..<100 {
      store.append(.written(.init(process: nil, stream: .output, time: UInt64(second), bytes: piece)))
    }
    #expect(store.first > 0)
    let kept = (store.first..<store.ended).reduce(0) { $0 + (store.line($1)?.cost ?? 0) }
    #expect(kept <= OutputStore.mostBytes && kept > OutputStore.mostBytes / 2)
  }

  @Test func `Lines are bounded`() {
    var store = OutputStore()
    let piece = Array(repeating: UInt8(ascii: "\n"), count: 100_000)
    for second in 0..<30 {
      store.append(.written(.init(process: nil, stream: .output, time: UInt64(second), bytes: piece)))
    }
    #expect(store.ended == 3_000_000 && store.ended - store.first <= OutputStore.mostLines)
    #expect(store.line(store.first - 1) == nil && store.line(store.first) != nil && store.line(store.ended) == nil)
    #expect(store.number(atRow: 0) == store.first && store.row(of: store.first) == 0)
  }

  @Test func `What is missing is said`() {
    var store = store([(.output, 1, "\u{1b}[31mhalf")])
    store.append(.leftOut(bytes: 12_345))
    store.append(.written(.init(process: nil, stream: .output, time: 2, bytes: Array("rest\n".utf8))))
    #expect(rows(store) == ["half", "12,345 bytes of the output are left out here", "rest"])
    #expect(store.line(2)?.text.runs[0].style == .text && store.leftOut == 12_345)
  }

  @Test func `A filter finds the same as a look at each line`() throws {
    var random = SeededGenerator(seed: 3)
    for pattern in ["1", "!1", "/^1.*2$/", "x", "!/[0-4]/"] {
      let filter = try #require(try TextPattern(pattern, canBeInverted: true))
      var store = OutputStore()
      var number = 0
      func add(_ count: Int) {
        for _ in 0..<count {
          number += 1
          let text = "\(number)" + (Bool.random(using: &random) ? "\n" : " and\n")
          store.append(.written(.init(process: nil, stream: .output, time: UInt64(number), bytes: Array(text.utf8))))
        }
      }
      add(12_000)
      store.setFilter(filter)
      #expect(store.hasWork)
      add(500)
      while store.hasWork { store.work() }
      add(500)
      let all = (store.first..<store.ended).filter { store.line($0).map { filter.isMatch($0.utf8) } ?? false }
      #expect((0..<store.rowCount).compactMap { store.number(atRow: $0) } == all)
      for (row, number) in all.enumerated() where row % 50 == 0 {
        #expect(store.row(of: number) == row)
        #expect(store.rowCount(upTo: UInt64(number + 1)) == row + 1)
      }
    }
  }

  @Test func `A filter forgets with the lines`() throws {
    var store = OutputStore()
    store.setFilter(try TextPattern("7"))
    let piece = Array((1...1000).map { "\($0)\n" }.joined().utf8)
    for second in 0..<300 {
      store.append(.written(.init(process: nil, stream: .output, time: UInt64(second), bytes: piece)))
    }
    let all = (store.first..<store.ended).filter { store.line($0).map { $0.utf8.contains(UInt8(ascii: "7")) } ?? false }
    #expect(store.rowCount == all.count && store.number(atRow: 0) == all.first)
  }

  @Test func `Up to a moment`() {
    let store = store([(.output, 10, "a\nb\n"), (.error, 20, "c\npart"), (.output, 30, "d\n"), (.error, 40, "ly\n")])
    #expect(rows(store) == ["a", "b", "c", "d", "partly"])
    #expect([9, 10, 19, 20, 30, 40].map { store.rowCount(upTo: $0) } == [0, 2, 2, 3, 5, 5])
  }

  @Test func `The last lines with text`() {
    let store = store([(.output, 1, "a\nb\n\nc\n   \nd\n\n")])
    #expect(store.lastLines(3).map { String(decoding: $0.utf8, as: UTF8.self) } == ["b", "c", "d"])
    #expect(OutputStore().lastLines(3).isEmpty)
  }
}

/// What is searched in lines.
@Suite
struct TextPatternTests {
  private func found(_ pattern: String, _ line: String) throws -> [String] {
    let bytes = Array(line.utf8)
    return try #require(try TextPattern(pattern)).ranges(in: bytes).map { String(decoding: bytes[$0], as: UTF8.self) }
  }

  @Test func `Words, and regular expressions between slashes`() throws {
    #expect(try found("error", "Error: 2 errors") == ["Error", "error"])
    #expect(try found("Error", "Error: 2 errors") == ["Error"])
    #expect(try found("*** [", "make: *** [all] Error 1") == ["*** ["])
    #expect(try found("/e\\w+r/", "an error, an ember") == ["error", "ember"])
    #expect(try found("/^a/", "aaa") == ["a"])
    #expect(try found("/usr/lib", "/usr/lib/x") == ["/usr/lib"])
    #expect(try found("/x*/", "axx") == ["xx"])
    #expect(try found("aa", "aaaaa") == ["aa", "aa"])
  }

  @Test func `A faulty expression names its place`() throws {
    #expect(try TextPattern("") == nil)
    #expect(throws: FilterError.self) { try TextPattern("/a(/") }
    do { _ = try TextPattern("!/ab(/", canBeInverted: true) } catch { #expect(error.column == 6) }
  }

  @Test func `An exclamation mark inverts a filter only`() throws {
    let filter = try #require(try TextPattern("!warning", canBeInverted: true))
    #expect(filter.isMatch(Array("error".utf8)) && !filter.isMatch(Array("a warning".utf8)))
    #expect(filter.ranges(in: Array("error".utf8)).isEmpty)
    #expect(try found("!x", "a!x") == ["!x"])
  }
}
