import Glibc
import ProcessTree
import Testing

@testable import Recording

/// docs/FIELDS.md is as true as what is written.
@Suite("The table of fields")
struct FieldTableTests {
  @Test("it has every member that a line can have, and no other")
  func members() throws {
    let known = try rows(atLeast: 4).flatMap { words(in: $0[0]) }
    #expect(Set(known).count == known.count, "a member stands there twice")
    #expect(Set(known) == writtenMembers())
  }

  @Test("it has every mark, and no other")
  func marks() throws {
    let known = try rows(atLeast: 3).filter { $0.count == 3 }.flatMap { words(in: $0[0]) }
    #expect(known == Marks.names.map(\.name))
  }

  @Test("each row names a test that exists")
  func tests() throws {
    let named = try rows(atLeast: 3).map { words(in: $0[$0.count - 1]) }
    #expect(named.allSatisfy { !$0.isEmpty })
    let sources = testSources()
    for name in Set(named.joined()) {
      #expect(sources.contains { $0.contains("@Test func `\(name)`") || $0.contains("\"\(name)\"") }, "\(name)")
    }
  }

  // MARK: - What is written

  /// The names of all members of many random events, apart from the exact bytes beside a text.
  private func writtenMembers() -> Set<String> {
    var names: Set<String> = []
    var random = RandomEvents(seed: 1)
    for seed in 0..<20 {
      var encoder = JSONLineEncoder(wallOffset: 0, includesEnvironment: true)
      random = RandomEvents(seed: UInt64(seed))
      for kind in 0..<600 { encoder.append(random.event(ofKind: kind % RandomEvents.kinds)) }
      for line in encoder.bytes.split(separator: UInt8(ascii: "\n")) { names.formUnion(Self.members(of: line)) }
    }
    let inContainer = RawBytes(utf8: "/lxc/box/ssh.service")
    var encoder = JSONLineEncoder(wallOffset: 0)
    encoder.append(
      .fork(
        ForkEvent(
          time: 1,
          process: ProcessFacts(
            id: ProcessID(pid: 1, startTime: 0), parent: nil, comm: "box", cgroup: inContainer))))
    names.formUnion(Self.members(of: encoder.bytes.dropLast()))
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

  // MARK: - What stands there

  /// The cells of each row of each table that has so many, without the heads of the tables.
  private func rows(atLeast count: Int) throws -> [[String]] {
    let text = try #require(contents(of: root + "/docs/FIELDS.md"))
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
      line.split(separator: "|").map(String.init)
    }
    try #require(!rows.isEmpty)
    return rows.filter { $0.count >= count }
  }

  /// What stands between backticks.
  private func words(in cell: String) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }

  /// The tests of all rooms.
  private func testSources() -> [String] {
    var texts: [String] = []
    var folders = [root + "/Tests"]
    while let folder = folders.popLast() {
      guard let directory = opendir(folder) else { continue }
      defer { closedir(directory) }
      while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name.hasPrefix(".") { continue }
        if entry.pointee.d_type == DT_DIR { folders.append(folder + "/" + name) }
        if name.hasSuffix(".swift"), let text = contents(of: folder + "/" + name) { texts.append(text) }
      }
    }
    return texts
  }

  private let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

  private func contents(of path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
