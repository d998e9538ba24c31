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

  /// The settings of the user that called sudo, read as that user: a line for each fault.
  private func printSettings() {
    do { try Privileges.drop(to: InvokingUser()) } catch { return }
    guard let file = SettingsPlace.file else { return }
    let faults = file.read().faults
    var lines = faults.map { "-    \(Self.settings) \($0.text(in: file.name)); left out" as DisplayText }
    if faults.isEmpty { lines = ["ok   \(Self.settings) \(file.name)"] }
    for line in lines { Output.write(line.utf8 + [UInt8(ascii: "\n")], to: STDOUT_FILENO) }
  }

  private static let settings: DisplayText = DisplayText("settings").padded(to: 14)
}
