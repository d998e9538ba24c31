import Glibc

/// A folder of a test's own, and programs run from it. Scripts find the program under test as `$PROGRAM`, the folder as
/// `$WORK`, and a name that no other process on the machine has as `$MARK`.
final class Bench {
  let folder: String
  /// Begins the names of what this test starts; short, since the kernel keeps 15 bytes of a name.
  let mark: String
  let environment: [String]

  init() throws {
    var path = Array("/tmp/e2e-XXXXXX".utf8CString)
    guard mkdtemp(&path) != nil else { throw Subprocess.Failure(description: "mkdtemp: errno \(errno)") }
    folder = String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
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

  deinit { Subprocess.runSilently(["rm", "-rf", folder], environment: environment) }

  /// The binary that was built beside the test bundle.
  static func program() throws -> String {
    guard let bundle = realpath("/proc/self/exe", nil) else { throw Subprocess.Failure(description: "no /proc") }
    defer { free(bundle) }
    let path = String(cString: bundle)
    let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    let program = "\(folder)/execsnoop-top"
    guard access(program, X_OK) == 0 else {
      throw Subprocess.Failure(description: "\(program) is missing: swift build")
    }
    return program
  }

  /// Runs a script of bash's to its end, without standard input. Later variables win over the bench's.
  func run(_ script: String, with variables: [String] = []) async throws -> Outcome {
    let named = Set(variables.compactMap { $0.split(separator: "=").first })
    let kept = environment.filter { entry in entry.split(separator: "=").first.map { !named.contains($0) } ?? true }
    return try await Subprocess.run(["bash", "-c", script], environment: kept + variables)
  }

  /// Copies a program under the mark and this suffix: a process that nobody else has.
  @discardableResult
  func tool(_ suffix: String, copying program: String = "/bin/true") async throws -> String {
    let name = mark + suffix
    let outcome = try await Subprocess.run(["cp", program, "\(folder)/\(name)"], environment: environment)
    guard outcome.status == 0 else { throw Subprocess.Failure(description: "cp \(program): \(outcome)") }
    return name
  }

  func contents(_ name: String) -> [UInt8]? {
    let descriptor = open("\(folder)/\(name)", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return result }
      result += buffer[..<count]
    }
  }

  func text(_ name: String) -> String? { contents(name).map { String(decoding: $0, as: UTF8.self) } }
}
