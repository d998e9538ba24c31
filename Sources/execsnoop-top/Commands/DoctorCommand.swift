import ArgumentParser
import Glibc
import SettingsFile
import TUI
import Trace

/// The command `doctor`: checks the system and prints a line for each check.
struct DoctorCommand: Subcommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check what this machine allows, and how to fix problems.")

  /// It tries the steps of tracing, so it needs the privileges.
  var traces: Bool { true }

  func run() throws {
    let findings = Doctor.examine()
    // The settings belong to the user who called sudo, and are read as that user.
    try Privileges.drop(to: InvokingUser())
    let lines = findings.map(Self.line(of:)) + Self.settingsLines()
    _ = try Output.print(lines.flatMap { $0.utf8 + [UInt8(ascii: "\n")] })
    if findings.contains(where: { $0.verdict == .bad }) { throw ExitCode(Failure.cannotTrace) }
  }

  private static func line(of finding: Doctor.Finding) -> DisplayText {
    let sign: DisplayText =
      switch finding.verdict {
      case .good: "ok  "
      case .limited: "-   "
      case .bad: "FAIL"
      }
    var line: DisplayText = "\(sign) \(DisplayText(typed: finding.subject).padded(to: 14)) "
    line += DisplayText(typed: finding.observation)
    if let remedy = finding.remedy { line += "; \(DisplayText(typed: remedy))" }
    return line
  }

  /// A line for each fault of the settings, or one line that names their file.
  private static func settingsLines() -> [DisplayText] {
    guard let file = SettingsPlace.file else { return ["ok   \(settings) no home directory: defaults are used"] }
    guard let faults = file.readIfThere()?.faults else {
      return ["ok   \(settings) no file \(file.name): defaults are used"]
    }
    if faults.isEmpty { return ["ok   \(settings) \(file.name)"] }
    return faults.map { "-    \(settings) \($0.text(in: file.name)); ignored" }
  }

  private static let settings: DisplayText = DisplayText("settings").padded(to: 14)
}
