import Glibc
import TestSupport
import Testing

/// Programs of others that read exports: Python with the modules of Tools/readers, Graphviz, Chromium.
enum Reader {
  static let python = "\(Surroundings.repository)/.build/readers/bin/python"
  private static let scripts = "\(Surroundings.repository)/Tests/ExportTests/Readers"

  /// Whether a program is there. Where tests must not be skipped, it fails if it is not.
  static func isThere(_ program: String, sourceLocation: SourceLocation = #_sourceLocation) -> Bool {
    if access(program, X_OK) == 0 { return true }
    if Surroundings.requireKernel {
      Issue.record("\(program) is missing: run `make deps-test`", sourceLocation: sourceLocation)
    } else {
      print("skipped: \(program) is missing: run `make deps-test`")
    }
    return false
  }

  /// The lines that the script `read` prints for an export.
  /// - Returns: nil where Python is missing and may be.
  static func read(
    _ format: String, _ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [String]? {
    guard isThere(python, sourceLocation: sourceLocation) else { return nil }
    let scratch = Scratch()
    try save(bytes, as: scratch["export"])
    let result = try run([python, "\(scripts)/read", format, scratch["export"]])
    #expect(result.status == 0, "\(result.errors)", sourceLocation: sourceLocation)
    return lines(of: result.output)
  }

  /// What the script `page` saw in a browser: its facts by their names.
  static func look(at path: String) throws -> [String: String] {
    let result = try run(
      [python, "\(scripts)/page", path],
      environment: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/tmp", "TZ=UTC"])
    #expect(result.status == 0, "\(result.errors)")
    var facts: [String: String] = [:]
    for line in lines(of: result.output) {
      let parts = line.split(separator: " ")
      if parts.count == 2 { facts[String(parts[0])] = text(ofHexadecimal: parts[1]) }
    }
    return facts
  }

  struct Outcome {
    let status: Int32
    let output: [UInt8]
    let errors: String
  }

  /// Runs a program to its end.
  static func run(
    _ argv: [String], environment: [String] = ["PATH=/usr/bin:/bin"], input: String = "/dev/null"
  ) throws -> Outcome {
    let scratch = Scratch()
    func file(_ name: String) -> Int32 { open(scratch[name], O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
    let (output, errors) = (file("output"), file("errors"))
    let source = open(input, O_RDONLY | O_CLOEXEC)
    defer { for descriptor in [output, errors, source] { close(descriptor) } }
    let pid = try spawn(
      argv, program: argv[0], environment: environment, input: source, output: output, errors: errors)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return Outcome(
      status: status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f, output: contents(of: output),
      errors: String(decoding: contents(of: errors), as: UTF8.self))
  }

  static func save(_ bytes: [UInt8], as path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    defer { close(file) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      try #require(count > 0)
      rest = rest.dropFirst(count)
    }
  }
}

/// Text as the scripts print it: two digits a byte, `-` for none.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef")
  let text = String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  return text.isEmpty ? "-" : text
}

func hexadecimal(_ text: String) -> String { hexadecimal(text.utf8) }

func text(ofHexadecimal digits: some StringProtocol) -> String {
  if digits == "-" { return "" }
  let values = digits.compactMap(\.hexDigitValue)
  return String(
    decoding: stride(from: 0, to: values.count - 1, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) },
    as: UTF8.self)
}
