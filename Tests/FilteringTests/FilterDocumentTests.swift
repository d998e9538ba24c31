import Glibc
import TestSupport
import Testing

@testable import Filtering

/// Runs every example of docs/FILTERS.md. EXECSNOOP_TOP_RECORD=1 writes the pids beside them again.
@Suite(.serialized)
struct FilterDocumentTests {
  private static let path = Surroundings.repository + "/docs/FILTERS.md"

  private func document() throws -> [String] { try FilterTable.lines(of: Self.path, keepingEmpty: true) }

  /// The examples with the pids that the document lists.
  private func examples(after mark: String? = nil) throws -> [String] {
    var lines = try document()[...]
    if let mark {
      let start = try #require(lines.firstIndex(of: mark), "no mark \(mark)")
      lines = lines[start...].prefix { $0 != "```" }
    }
    var isExample = false
    return lines.filter { line in
      if line.hasPrefix("```") { isExample = line == "```filter" }
      return isExample && !line.hasPrefix("```")
    }
  }

  private func answered(_ line: String) throws -> String {
    let text = line.firstRange(of: FilterTable.arrow).map { String(line[..<$0.lowerBound]) } ?? line
    let bare = String(text.reversed().drop { $0 == " " }.reversed())
    let pids = try FilterMachine().pids(bare).map(String.init).joined(separator: " ")
    let padding = String(repeating: " ", count: max(28 - bare.count, 0))
    return bare + padding + FilterTable.arrow + (pids.isEmpty ? "none" : pids)
  }

  @Test func `Every example matches the listed pids`() throws {
    if getenv("EXECSNOOP_TOP_RECORD") != nil { try record() }
    let examples = try examples()
    #expect(examples.count > 60)
    for line in examples { #expect(try answered(line) == line) }
  }

  @Test func `Every field has an example`() throws {
    let examples = try examples(after: "<!-- every field -->")
    for (line, field) in zip(examples, Filter.fields) {
      #expect(line.hasPrefix(field.name) || line.hasPrefix("has:" + field.name), "\(field.name): \(line)")
    }
    #expect(examples.count == Filter.fields.count)
  }

  @Test func `The example of every field in the table can be parsed`() throws {
    for field in Filter.fields { #expect(throws: Never.self) { try Filter.parse(field.example) } }
    #expect(FilterField.allCases.count == FilterField.all.count)
  }

  private func record() throws {
    let examples = Set(try examples())
    let lines = try document().map { examples.contains($0) ? try answered($0) : $0 }
    let bytes = Array(lines.joined(separator: "\n").utf8)
    let file = try #require(fopen(Self.path, "w"))
    defer { fclose(file) }
    try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  }
}
