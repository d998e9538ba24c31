import ArgumentParser
import Glibc
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
    if findings.contains(where: { $0.verdict == .bad }) { throw ExitCode(Failure.cannotTrace) }
  }
}
