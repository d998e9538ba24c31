import Events
import Files
import Glibc
import Recording
import TestSupport
import Testing

@testable import Export

/// The command `export` of the built program.
@Suite struct CommandTests {
  private let program = Surroundings.built("execsnoop-top")
  private let scratch = Scratch()

  init() throws {
    var encoder = JSONLineEncoder(wallOffset: Story.boot)
    for recorded in Build.story.events { encoder.append(recorded.event) }
    try Reader.save(encoder.bytes, as: scratch["run.ndjson"])
  }

  private func export(_ arguments: String..., input: String = "/dev/null") throws -> Reader.Outcome {
    try Reader.run([program, "export"] + arguments, environment: ["PATH=/usr/bin:/bin", "TZ=UTC"], input: input)
  }

  @Test(arguments: ExportFormat.allCases) func `A file, standard input and the library give the same`(
    format: ExportFormat
  ) throws {
    let wanted = Build.story.export(format) { $0.title = RawBytes(utf8: scratch["run.ndjson"]) }
    let result = try export(scratch["run.ndjson"], "--format", format.rawValue)
    #expect(result.status == 0 && result.errors.isEmpty && result.output == wanted)
    let ending = format.endings[0]
    let written = try export(scratch["run.ndjson"], "-o", scratch["out\(ending)"])
    #expect(written.status == 0 && written.output.isEmpty && contents(of: scratch["out\(ending)"]) == wanted)
    let piped = try export("-", "--format", format.rawValue, input: scratch["run.ndjson"])
    #expect(piped.status == 0 && piped.output.count <= wanted.count && (format == .html || piped.output == wanted))
  }

  @Test(arguments: ExportFormat.allCases) func `A database gives the same, and the machine`(format: ExportFormat) throws
  {
    try Build.story.record(scratch["run.db"])
    let host = try #require(try EventFile(path: scratch["run.db"]).host)
    var name = utsname()
    uname(&name)
    let own = withUnsafeBytes(of: &name.nodename) { RawBytes($0.prefix { $0 != 0 }) }
    #expect(host.name == own)
    #expect(host.boot == RawBytes(contents(of: "/proc/sys/kernel/random/boot_id").filter { $0 != 0x0a }))
    #expect(try EventFile(path: scratch["run.ndjson"]).host == nil)
    let result = try export(scratch["run.db"], "--format", format.rawValue)
    #expect(result.status == 0 && result.errors.isEmpty)
    #expect(
      result.output == Build.story.export(format, host: host) { $0.title = RawBytes(utf8: scratch["run.db"]) })
  }

  @Test func `A filter and times narrow it`() throws {
    func stacks(_ arguments: String...) throws -> String {
      let result = try Reader.run(
        [program, "export", scratch["run.ndjson"], "--format", "folded", "--weight", "count"] + arguments,
        environment: ["PATH=/usr/bin:/bin", "TZ=UTC"])
      #expect(result.status == 0, "\(result.errors)")
      return String(decoding: result.output, as: UTF8.self)
    }
    #expect(try stacks() == "make 1\nmake;cc 1\nmake;sleep 1\n")
    #expect(try stacks("--filter", "comm=cc") == "make;cc 1\n")
    #expect(try stacks("--to", "+500ms") == "make 1\n")
    #expect(try stacks("--from", "-1s") == "make 1\nmake;sleep 1\n")
    #expect(try stacks("--from", "18:05:23") == "make 1\nmake;sleep 1\n")
    #expect(try stacks("--from", "2026-03-01T18:05:23Z", "--to", "-0.5s") == "make 1\nmake;sleep 1\n")
  }

  @Test func `The output is new, private and complete`() throws {
    let out = scratch["out.csv"]
    #expect(try export(scratch["run.ndjson"], "-o", out).status == 0)
    var facts = stat()
    #expect(lstat(out, &facts) == 0 && facts.st_mode == S_IFREG | 0o600)
    // It exists now.
    let again = try export(scratch["run.ndjson"], "-o", out)
    #expect(
      again.status == 1
        && again.errors == "execsnoop-top: \(out) exists: use --force to replace it, or name another file\n")
    #expect(try export(scratch["run.ndjson"], "-o", out, "--force", "--filter", "comm=cc").status == 0)
    #expect(lines(of: contents(of: out)).count == 3)
    // A link is replaced itself, and what it leads to stays.
    scratch.write("other", "kept")
    symlink(scratch["other"], scratch["link.csv"])
    #expect(try export(scratch["run.ndjson"], "-o", scratch["link.csv"]).status == 1)
    #expect(try export(scratch["run.ndjson"], "-o", scratch["link.csv"], "--force").status == 0)
    #expect(text(of: scratch["other"]) == "kept")
    #expect(lstat(scratch["link.csv"], &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG)
    // Nothing else is written to.
    mkfifo(scratch["pipe.csv"], 0o600)
    let pipe = try export(scratch["run.ndjson"], "-o", scratch["pipe.csv"], "--force")
    #expect(pipe.status == 1 && pipe.errors.hasSuffix(" is neither a regular file nor a link: name another file\n"))
    #expect(names(in: scratch.path).filter { $0.hasPrefix(".") }.isEmpty)
  }

  @Test func `A full disk leaves no file and no draft`() throws {
    let full = scratch["full"]
    mkdir(full, 0o755)
    guard mount("none", full, "tmpfs", 0, "size=4k") == 0 else {
      #expect(!Surroundings.requireKernel, "mounting needs root")
      return
    }
    defer { umount(full) }
    let result = try export(scratch["run.ndjson"], "-o", full + "/run.html")
    #expect(result.status == 1)
    #expect(result.errors == "execsnoop-top: \(full)/run.html: cannot write it: No space left on device\n")
    #expect(names(in: full).isEmpty)
  }

  @Test func `Every error is one line that says what to do`() throws {
    scratch.write("text", "hello\n")
    let run = scratch["run.ndjson"]
    let cases: [([String], Int32, String)] = [
      ([run], 2, "no format: use --format with one of perfetto, html, otlp, folded, csv, json, dot, or -o FILE"),
      ([run, "-o", "x.txt"], 2, "the ending of x.txt names no format: use --format with one of "),
      ([run, "--format", "pdf"], 2, "perfetto"),
      ([run, "--format", "csv", "--weight", "cpu"], 2, "--weight needs --format folded"),
      ([run, "--format", "csv", "--force"], 2, "--force needs -o"),
      ([run, "--format", "csv", "--filter", "comm="], 2, "--filter"),
      ([run, "--format", "csv", "--from", "yesterday"], 2, "expected a time such as 05:28:57, 2026-"),
      ([run, "--format", "csv", "--from", "-1s", "--to", "+1s"], 2, "--from is later than --to: exchange them"),
      (["/nonexistent.db", "--format", "csv"], 1, "cannot open /nonexistent.db: No such file or directory"),
      ([scratch["text"], "--format", "csv"], 1, "make a recording with `execsnoop-top record`"),
      ([run, "-o", "/nonexistent/x.csv"], 1, "/nonexistent/x.csv: cannot create it: No such file or directory"),
      ([run, "--format", "csv", "-o", "/tmp/"], 1, "/tmp/ is not the name of a file: name one to write to"),
    ]
    for (arguments, status, message) in cases {
      let result = try Reader.run([program, "export"] + arguments)
      #expect(result.status == status, "\(arguments): \(result.errors)")
      #expect(
        result.errors.hasPrefix("execsnoop-top: ") && result.errors.split(separator: "\n").count == 1,
        "\(result.errors)")
      #expect(result.errors.contains(message), "\(arguments): \(result.errors)")
      #expect(result.output.isEmpty)
    }
    let none = try export(run, "--format", "folded", "--filter", "comm=nothing")
    #expect(none.status == 0 && none.errors == "execsnoop-top: no process matches: the export is empty\n")
  }

  @Test func `The events before a fault are exported`() throws {
    let lines = text(of: scratch["run.ndjson"]) ?? ""
    scratch.write("fault.ndjson", lines + "{\"ev\":\"exec\"}\n" + lines)
    let result = try export(scratch["fault.ndjson"], "--format", "folded")
    #expect(result.status == 1 && result.errors.contains("fault.ndjson, line 11, column "))
    #expect(result.output == Build.story.export(.folded))
    scratch.write("cut.ndjson", lines + "{\"ev\":")
    let cut = try export(scratch["cut.ndjson"], "--format", "folded")
    #expect(cut.status == 0 && cut.errors.hasSuffix(" ends within line 11, which is left out\n"))
    #expect(cut.output == Build.story.export(.folded))
  }

  @Test func `A signal ends it, and leaves no file`() throws {
    // A FIFO whose writer writes nothing more.
    let fifo = scratch["events"]
    mkfifo(fifo, 0o600)
    let writer = open(fifo, O_RDWR | O_CLOEXEC)
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    defer {
      close(writer)
      close(null)
    }
    let lines = contents(of: scratch["run.ndjson"])
    #expect(write(writer, lines, lines.count) == lines.count)
    let pid = try spawn(
      [program, "export", fifo, "-o", scratch["signal.csv"]], program: program, input: null, output: null, errors: null)
    // The draft is there once the signals are watched.
    while !names(in: scratch.path).contains(where: { $0.hasPrefix(".signal.csv.") }) { usleep(5000) }
    kill(pid, SIGTERM)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    #expect(status >> 8 & 0xff == 128 + SIGTERM)
    #expect(!names(in: scratch.path).contains { $0.contains("signal.csv") })
  }

  @Test func `Lines without wall clock times take only relative times`() throws {
    var encoder = JSONLineEncoder(wallOffset: nil)
    for recorded in Build.story.events { encoder.append(recorded.event) }
    try Reader.save(encoder.bytes, as: scratch["plain.ndjson"])
    let result = try export(scratch["plain.ndjson"], "--format", "csv", "--from", "18:05")
    #expect(result.status == 2)
    #expect(
      result.errors
        == "execsnoop-top: --from 18:05: the recording has no wall clock times: use +2m or -10s\n")
    #expect(try export(scratch["plain.ndjson"], "--format", "csv", "--from", "+1s").status == 0)
  }
}
