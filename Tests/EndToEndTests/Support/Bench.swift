import Files
import Glibc
import TestSupport

/// A folder of a test's own, and programs run from it. Scripts find the program under test as `$PROGRAM`, the folder as
/// `$WORK`, and a name that no other process on the machine has as `$MARK`.
final class Bench {
  let folder: String
  private let scratch = Scratch("e2e")
  /// Begins the names of what this test starts; short, since the kernel keeps 15 bytes of a name.
  let mark: String
  let environment: [String]

  init() throws {
    folder = scratch.path
    // Other users take part too.
    chmod(folder, 0o755)
    mark = "e2e" + String(UInt32.random(in: 0x100000...0xffffff), radix: 16)
    // Nothing of what the tests themselves were started with: no SUDO_UID, no NO_COLOR, no TMUX.
    environment = [
      "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME=\(folder)", "LC_ALL=C.UTF-8", "TERM=xterm-256color",
      // Swift's own crash reports would hold the terminal, waiting for a key.
      "SWIFT_BACKTRACE=enable=no", "PROGRAM=\(try Self.program())", "WORK=\(folder)", "MARK=\(mark)",
    ]
  }

  /// The binary that was built beside the test bundle.
  static func program() throws -> String {
    let program = Surroundings.built("execsnoop-top")
    guard access(program, X_OK) == 0 else {
      throw Subprocess.Failure(description: "\(program) is missing: swift build")
    }
    return program
  }

  /// Runs a bash script to its end, without standard input. These variables replace those of the bench.
  func run(_ script: String, with variables: [String] = []) async throws -> Outcome {
    let named = Set(variables.compactMap { $0.split(separator: "=").first })
    let kept = environment.filter { entry in entry.split(separator: "=").first.map { !named.contains($0) } ?? true }
    return try await Subprocess.run(["bash", "-c", script], environment: kept + variables)
  }

  /// Copies a program under the mark and this suffix, so that no other process has its name.
  @discardableResult
  func tool(_ suffix: String, copying program: String = "/bin/true") async throws -> String {
    let name = mark + suffix
    let outcome = try await Subprocess.run(["cp", program, "\(folder)/\(name)"], environment: environment)
    guard outcome.status == 0 else { throw Subprocess.Failure(description: "cp \(program): \(outcome)") }
    return name
  }

  func contents(_ name: String) -> [UInt8]? {
    try? FileDescriptor.contents(of: "\(folder)/\(name)")
  }

  func text(_ name: String) -> String? { contents(name).map { String(decoding: $0, as: UTF8.self) } }
}
