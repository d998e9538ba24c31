import Foundation
import TestSupport
import Testing

@testable import TUI

/// Holds a frame against the one that was recorded under a name in Goldens: its text, its attributes, its cursor.
///
/// With `EXECSNOOP_TOP_RECORD=1` in the environment a frame that differs is recorded again, and the test fails once
/// more, so that no run passes on what nobody looked at.
func expectGolden(_ frame: Frame, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
  expectGolden(text: frame.dump, name, sourceLocation: sourceLocation)
}

/// As above, of a frame's dump with more behind it.
func expectGolden(text drawn: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let folder = URL(filePath: Surroundings.repository).appending(path: "Tests/TUITests")
  let file = folder.appending(path: "Goldens/\(name).txt")
  let recorded = try? String(contentsOf: file, encoding: .utf8)
  guard drawn != recorded else { return }
  if ProcessInfo.processInfo.environment["EXECSNOOP_TOP_RECORD"] == "1" {
    #expect(throws: Never.self, sourceLocation: sourceLocation) {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try drawn.write(to: file, atomically: true, encoding: .utf8)
    }
    Issue.record("recorded \(name) again: look at it, then run the test again", sourceLocation: sourceLocation)
  } else if recorded == nil {
    Issue.record("there is no golden \(name): record it", sourceLocation: sourceLocation)
  } else {
    Issue.record("\(name) looks different now:\n\(difference(recorded ?? "", drawn))", sourceLocation: sourceLocation)
  }
}

/// The lines that differ, the recorded ones with `-`, the drawn ones with `+`.
private func difference(_ recorded: String, _ drawn: String) -> String {
  let (old, new) = (recorded.split(separator: "\n"), drawn.split(separator: "\n"))
  return (0..<max(old.count, new.count)).compactMap { index in
    let (a, b) = (index < old.count ? old[index] : "", index < new.count ? new[index] : "")
    return a == b ? nil : "- \(a)\n+ \(b)"
  }.joined(separator: "\n")
}
