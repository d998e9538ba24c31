import Events
import Glibc
import Recording
import TestSupport
import Testing

@testable import Export

/// docs/EXPORTS.md: every command in it works, and its lists are those of the program.
@Suite struct DocumentTests {
  private let document = text(of: "\(Surroundings.repository)/docs/EXPORTS.md") ?? ""

  /// The blocks of commands, in order.
  private var commands: [String] {
    document.split(separator: "```sh\n").dropFirst().compactMap { $0.split(separator: "\n```").first.map(String.init) }
  }

  @Test func `Every command works`() throws {
    for program in [Reader.python, "/usr/bin/dot", "/usr/bin/curl", "/usr/bin/sqlite3", "/usr/bin/python3"] {
      guard Reader.isThere(program) else { return }
    }
    let scratch = Scratch()
    try Build.story.record(scratch["run.db"])
    symlink(Surroundings.built("execsnoop-top"), scratch["execsnoop-top"])

    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    let collector = try spawn(
      [Reader.python, "\(Surroundings.repository)/Tests/ExportTests/Readers/collect", scratch.path],
      program: Reader.python,
      input: null, output: null, errors: null)
    defer {
      kill(collector, SIGKILL)
      waitpid(collector, nil, 0)
      close(null)
    }
    let waited = try Reader.run([
      "/bin/sh", "-c", "timeout 60 sh -c 'until [ -s \"$0\" ]; do sleep 0.05; done' \(scratch["port"])",
    ])
    #expect(waited.status == 0, "the collector did not start")
    let port = text(of: scratch["port"]) ?? ""

    #expect(commands.count >= 8)
    for command in commands {
      let result = try Reader.run(
        ["/bin/sh", "-euc", "cd \(scratch.path)\n" + command.replacing("localhost:4318", with: "127.0.0.1:\(port)")],
        environment: ["PATH=\(scratch.path):/usr/bin:/bin", "TZ=UTC"])
      #expect(result.status == 0 && result.errors.isEmpty, "\(command): \(result.errors)")
      if command.contains(":memory:") {
        #expect(String(decoding: result.output, as: UTF8.self) == "cc|1|3.0\nmake|1|6.0\nsleep|1|4.0\nmake\n")
      }
    }
    #expect(text(of: scratch["spans"]) == "3\n")
    for (file, start) in [
      ("run.html", "<!DOCTYPE html>"), ("build.html", "<!DOCTYPE html>"), ("run.folded", "make 1000000\n"),
      ("cpu.folded", "make 500000\n"), ("slow.json", "{\"state\":"), ("run.csv", "row,parent_row,"),
      ("failed.svg", "<?xml"),
      ("run.pftrace", "\n"), ("failed.csv", "row,"), ("late.csv", "row,"), ("part.csv", "row,"),
    ] {
      #expect(text(of: scratch[file])?.hasPrefix(start) ?? false, "\(file)")
    }
    #expect(lines(of: contents(of: scratch["late.csv"])).count == 4)
    #expect(lines(of: contents(of: scratch["part.csv"])).count == 4)
    #expect(lines(of: contents(of: scratch["failed.csv"])).count == 3)
  }

  @Test func `Every format has a section and its endings, every weight a row`() {
    for format in ExportFormat.allCases {
      #expect(document.contains("\n## \(format.rawValue)\n"))
      #expect(
        document.contains("| `\(format.rawValue)` | \(format.endings.map { "`\($0)`" }.joined(separator: ", ")) |"))
    }
    for weight in StackWeight.allCases { #expect(document.contains("\n| `\(weight.rawValue)`")) }
    #expect(document.contains("at\nmost \(SpanWriter.batch / 1000),000 spans"))
    #expect(document.contains("more than \(StackWriter.depthLimit) levels"))
  }
}
