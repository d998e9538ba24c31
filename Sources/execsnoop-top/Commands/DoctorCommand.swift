import ArgumentParser
import Glibc
import Settings
import TUI
import Trace

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Say what this machine allows, and the remedy for what it does not.")

  func run() throws {
    let findings = Doctor.examine()
    for finding in findings {
      let sign: DisplayText =
        switch finding.verdict {
        case .good: "ok  "
        case .limited: "-   "
        case .bad: "FAIL"
        }
      var line: DisplayText = "\(sign) \(DisplayText(typed: finding.subject).padded(to: 14)) "
      line += DisplayText(typed: finding.observation)
      if let remedy = finding.remedy { line += "; \(DisplayText(typed: remedy))" }
      Output.write(line.utf8 + [UInt8(ascii: "\n")], to: STDOUT_FILENO)
    }
    printSettings()
    if findings.contains(where: { $0.verdict == .bad }) { throw ExitCode(Failure.cannotTrace) }
  }

  /// The settings of the user that called sudo, read as that user: a line for each fault, or one that says where they
  /// are from.
  private func printSettings() {
    do { try Privileges.drop(to: InvokingUser()) } catch { return }
    for line in Self.settingsLines() { Output.write(line.utf8 + [UInt8(ascii: "\n")], to: STDOUT_FILENO) }
  }

  private static func settingsLines() -> [DisplayText] {
    guard let file = SettingsPlace.file else { return ["ok   \(settings) no home directory: the defaults are used"] }
    guard let faults = file.readIfThere()?.faults else {
      return ["ok   \(settings) no file \(file.name): the defaults are used"]
    }
    if faults.isEmpty { return ["ok   \(settings) \(file.name)"] }
    return faults.map { "-    \(settings) \($0.text(in: file.name)); left out" }
  }

  private static let settings: DisplayText = DisplayText("settings").padded(to: 14)
}
