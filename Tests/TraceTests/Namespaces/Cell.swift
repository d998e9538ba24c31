import Events
import Glibc
import Recording
import TestSupport
import Testing

/// Scripts that run the real program in namespaces of its own. They find it as `$X`, the fixture as `$FIXTURE`, and a
/// folder as `$WORK`.
final class Cell {
  let scratch = Scratch()

  /// Runs a script of sh's by `unshare` with these options, or without where there are none.
  func run(_ options: [String], _ script: String) throws -> (status: Int32, lines: [String]) {
    let argv = (options.isEmpty ? [] : ["unshare"] + options) + ["sh", "-c", script]
    let fixture = try Fixture(
      argv, program: options.isEmpty ? "/bin/sh" : "/usr/bin/unshare",
      extra: ["X": Surroundings.built("execsnoop-top"), "FIXTURE": Fixture.path, "WORK": scratch.path])
    return (ExitStatus(waitStatus: fixture.wait()).code, fixture.lines)
  }

  /// What `log --json` wrote to a file of the folder.
  func events(_ name: String) throws -> [ProcessEvent] {
    var file = try EventFile(path: scratch[name])
    var events: [ProcessEvent] = []
    while let piece = try file.read() { events += piece.map(\.event) }
    return events
  }

  func text(_ name: String) -> [String] { lines(of: contents(of: scratch[name])) }

  /// The number that a script wrote to a file.
  func number(_ name: String) throws -> Int32 { try #require(text(name).first.flatMap { Int32($0) }) }
}

extension [ProcessEvent] {
  /// The processes that were found at the start; later looks are left out.
  var existing: [ExistingProcess] {
    compactMap { if case .existing(let process) = $0, !process.isAgain { process } else { nil } }
  }
  var execs: [ExecEvent] { compactMap { if case .exec(let event) = $0 { event } else { nil } } }
  var exits: [ExitEvent] { compactMap { if case .exit(let event) = $0 { event } else { nil } } }
  var losses: [LostEvent] { compactMap { if case .lost(let event) = $0 { event } else { nil } } }
  var censuses: [CensusEvent] { compactMap { if case .census(let event) = $0 { event } else { nil } } }

  /// The execs with these arguments.
  func execs(of argv: String...) -> [ExecEvent] { execs.filter { $0.image.argv.texts == argv } }
}
