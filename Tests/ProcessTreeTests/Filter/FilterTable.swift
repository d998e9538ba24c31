import Glibc
import Testing

@testable import ProcessTree

/// Expressions with the pids of `FilterMachine` that they match, as matches.txt lists them.
enum FilterTable {
  struct Row: Sendable, CustomTestStringConvertible {
    let text: String
    let pids: [Int32]
    var testDescription: String { text }
  }

  static let arrow = " → "
  static let path = #filePath.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/matches.txt"

  static var rows: [Row] {
    get throws {
      try lines(of: path).map { line in
        let arrow = try #require(line.firstRange(of: arrow), "\(line)")
        let pids = line[arrow.upperBound...].split(separator: " ").compactMap { Int32($0) }
        return Row(text: String(line[..<arrow.lowerBound]), pids: pids)
      }
    }
  }

  static func lines(of path: String, keepingEmpty: Bool = false) throws -> [String] {
    let file = try #require(fopen(path, "r"), "\(path) is missing")
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: !keepingEmpty)
      .map(String.init)
  }
}
