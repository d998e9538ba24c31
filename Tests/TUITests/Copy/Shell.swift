import Foundation
import Testing

/// A real shell that reads what a person would paste.
enum Shell: String, CaseIterable, CustomTestStringConvertible {
  case sh, bash, zsh

  var testDescription: String { rawValue }

  /// `sh` and `bash` are everywhere; `zsh` takes part where it is installed.
  static var installed: [Shell] { allCases.filter { $0 != .zsh || $0.isInstalled } }

  private var path: String { "/bin/\(rawValue)" }
  private var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

  /// Runs a script of these bytes and returns what it wrote to standard output.
  func run(_ script: [UInt8], in locale: String = "C.UTF-8") throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("quoting-\(UUID())")
    try Data(script + [UInt8(ascii: "\n")]).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    process.arguments = [file.path]
    process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": locale]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = Array(output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    return bytes
  }
}
