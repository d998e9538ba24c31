import Foundation
import Testing

/// A recording is somebody else's text: no arithmetic in the room that reads it may trap, so it is written with the
/// operators that wrap, or with what reports an overflow.
@Suite("No arithmetic that traps")
struct NoTrapsTests {
  @Test("the rooms that read and show foreign text have no trapping operator and no trapping conversion")
  func operators() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    var files = 0
    for folder in ["Sources/Recording", "Sources/ProcessTree/Time"] {
      let all = try #require(
        FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil))
      for case let file as URL in all where file.pathExtension == "swift" {
        files += 1
        let lines = try String(contentsOf: file, encoding: .utf8).split(
          separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in zip(1..., lines) {
          var code = String(line)
          // Text and comments are no code.
          if let comment = code.range(of: "//") { code.removeSubrange(comment.lowerBound...) }
          code.replace(/"([^"\\]|\\.)*"/, with: "\"\"")
          let trapping = code.firstMatch(
            of:
              /(^|[^&])(\+=|-=|\*=|<<=)|[\w)\]] (\+|-|\*) [\w(]|\b(Int|UInt)(8|16|32|64)?\((?!ascii:|truncatingIfNeeded:|clamping:|exactly:|bitPattern:)/
          )
          let isKnown = Self.harmless.contains { code.contains($0) }
          #expect(trapping == nil || isKnown, "\(file.lastPathComponent):\(number): \(line)")
        }
      }
    }
    #expect(files > 15)
  }

  /// Conversions to a wider type, and constants.
  private static let harmless = [
    "UInt32(try unit())", "UInt16(value)", "Int64(Int32.max)", "Int64(errno)", "UInt32(low", "Int(facts.st_size)",
    "UInt16(byte)",
  ]
}
