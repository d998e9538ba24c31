import Events
import TestSupport
import Testing

@testable import Recording

/// docs/FIELDS.md agrees with the lines that are written.
@Suite
struct FieldTableTests {
  @Test func `The table has every member of a line, and no others`() throws {
    let known = try rows(atLeast: 4).flatMap { words(in: $0[0]) }
    #expect(Set(known).count == known.count, "a member stands there twice")
    #expect(Set(known) == writtenMembers())
  }

  @Test func `The table has every mark, and no others`() throws {
    let known = try rows(atLeast: 3).filter { $0.count == 3 }.flatMap { words(in: $0[0]) }
    #expect(known == Marks.names.map(\.name))
  }

  @Test func `Each row names tests that exist once and compare something`() throws {
    let named = try rows(atLeast: 3).map { words(in: $0[$0.count - 1]) }
    #expect(named.allSatisfy { !$0.isEmpty })
    let tests = testBodies()
    // The last two are functions that compare.
    let comparisons = ["#expect", "#require", "{ check(expected) }", "try storm("]
    for name in Set(named.joined()) {
      let bodies = tests[name[...]] ?? []
      #expect(bodies.count == 1, "\(name)")
      #expect(bodies.allSatisfy { body in comparisons.contains { body.contains($0) } }, "\(name)")
    }
  }

  // MARK: - Written members

  /// The names of all members of many random events, except the exact bytes of texts.
  private func writtenMembers() -> Set<String> {
    var names: Set<String> = []
    var random = RandomEvents(seed: 1)
    for seed in 0..<20 {
      var encoder = JSONLineEncoder(wallOffset: 0, includesEnvironment: true)
      random = RandomEvents(seed: UInt64(seed))
      for kind in 0..<600 { encoder.append(random.event(ofKind: kind % RandomEvents.kinds)) }
      for line in encoder.bytes.split(separator: UInt8(ascii: "\n")) { names.formUnion(Self.members(of: line)) }
    }
    let id = String(repeating: "0a", count: 32)
    var encoder = JSONLineEncoder(wallOffset: 0)
    encoder.host = RecordedHost(name: "web", boot: "b")
    encoder.containerNames.update(links: ["pod_namespace_container-\(id).log".utf8])
    for cgroup in ["/lxc/box/ssh.service", "/kubepods/\(id)"] {
      let facts = ProcessFacts(
        id: ProcessID(pid: 1, startTime: 0), parent: nil, comm: "box", cgroup: RawBytes(utf8: cgroup))
      encoder.append(.fork(ForkEvent(time: 1, process: facts)))
    }
    for line in encoder.bytes.split(separator: UInt8(ascii: "\n")) { names.formUnion(Self.members(of: line)) }
    return names.filter { !$0.hasSuffix("_b64") }
  }

  private static func members(of line: ArraySlice<UInt8>) -> Set<String> {
    var names: Set<String> = []
    do throws(JSONFault) {
      var scanner = JSONScanner(line)
      try scanner.object { (name, scanner) throws(JSONFault) in
        names.insert(name)
        try scanner.skipValue()
      }
    } catch {
      Issue.record("\(error)")
    }
    return names
  }

  // MARK: - The document

  /// The cells of each row of all tables with this number of columns, without headers.
  private func rows(atLeast count: Int) throws -> [[String]] {
    let table = try #require(text(of: root + "/docs/FIELDS.md"))
    let rows = table.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
      line.split(separator: "|").map(String.init)
    }
    try #require(!rows.isEmpty)
    return rows.filter { $0.count >= count }
  }

  /// The text between backticks.
  private func words(in cell: String) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }

  /// The text of each test by name, up to the start of the next test.
  private func testBodies() -> [Substring: [Substring]] {
    var result: [Substring: [Substring]] = [:]
    var paths = [root + "/Tests"]
    while let path = paths.popLast() {
      guard path.hasSuffix(".swift") else {
        paths += names(in: path).map { path + "/" + $0 }
        continue
      }
      // The text before a test, its name, and the text after that.
      for test in (text(of: path) ?? "").split(separator: "@Test").dropFirst() {
        let parts = test.split(separator: "`", maxSplits: 2)
        if parts.count == 3, parts[0].hasSuffix("func ") { result[parts[1], default: []].append(parts[2]) }
      }
    }
    return result
  }

  private let root = Surroundings.repository
}
