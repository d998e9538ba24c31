import Glibc
import TestSupport
import Testing

@testable import Recording

/// Files in other formats, made by the programs that usually make them: the error names the format and says what to do.
@Suite
struct ForeignFormatTests {
  /// Runs a script in a new directory with two events in the file `rec`, and reads the file `x` that it makes.
  /// - Returns: how many events were read, and the message about the file, without its name.
  private func read(_ script: String) throws -> (events: Int, message: String) {
    let scratch = Scratch()
    defer { withExtendedLifetime(scratch) {} }
    let folder = scratch.path
    let lines = #"{"ev":"lost","boot":1}\n{"ev":"lost","boot":2}\n"#
    try #require(system("cd \(folder) && printf '\(lines)' >rec && \(script)") == 0, "\(script)")
    let path = scratch["x"]
    var events = 0
    do throws(RecordingError) {
      let notice = try readAll(path, counting: &events)
      return (events, notice ?? "")
    } catch {
      return (events, String(error.description.dropFirst(path.utf8.count + 1)))
    }
  }

  private func readAll(_ path: String, counting events: inout Int) throws(RecordingError) -> String? {
    var file = try EventFile(path: path)
    while let piece = try file.read() { events += piece.count }
    return file.notice?.dropFirst(path.utf8.count + 1).description
  }

  @Test(arguments: [
    ("gzip -c rec | gzip -c >x", "is compressed by gzip: zcat FILE | execsnoop-top tree -"),
    ("xz -c rec >x", "is compressed by xz: xzcat FILE | execsnoop-top tree -"),
    ("bzip2 -c rec >x", "is compressed by bzip2: bzcat FILE | execsnoop-top tree -"),
    (
      "zstd -qc rec | gzip -c >x", "is compressed by zstd: zstdcat FILE | execsnoop-top tree -"
    ),
    ("tar cf x rec", "is a tar archive: tar -xOf FILE | execsnoop-top tree -"),
    (
      "iconv -f UTF-8 -t UTF-16 rec >x",
      "is text in UTF-16: iconv -f UTF-16 -t UTF-8 FILE | execsnoop-top tree -"
    ),
    (
      "iconv -f UTF-8 -t UTF-16LE rec >x",
      "is text in UTF-16LE: iconv -f UTF-16LE -t UTF-8 FILE | execsnoop-top tree -"
    ),
    (
      "iconv -f UTF-8 -t UTF-16BE rec >x",
      "is text in UTF-16BE: iconv -f UTF-16BE -t UTF-8 FILE | execsnoop-top tree -"
    ),
    (
      "iconv -f UTF-8 -t UTF-32 rec >x",
      "is text in UTF-32: iconv -f UTF-32 -t UTF-8 FILE | execsnoop-top tree -"
    ),
    (
      "printf '{\\n  \"ev\": \"lost\",\\n  \"boot\": 1\\n}\\n' >x",
      "is JSON, but not one object a line: jq -c . FILE | execsnoop-top tree -"
    ),
    (
      "tr -d '\\n' <rec >x",
      "is JSON, but not one object a line: jq -c . FILE | execsnoop-top tree -"
    ),
    (
      "(printf '['; head -1 rec; printf ']') >x",
      "is a JSON array, not one object a line: jq -c '.[]' FILE | execsnoop-top tree -"
    ),
    ("cp /bin/true x", "is an ELF program: make a recording with `execsnoop-top record`"),
    (
      "printf 'PERFILE2\\150\\000' >x",
      "is a file of `perf record`: make a recording with `execsnoop-top record`"
    ),
    (
      "printf 'COMM             PID     PPID    RET ARGS\\nsh 1 0 0 sh\\n' >x",
      "is text output of `execsnoop-top log`, which has no times: make a recording with `execsnoop-top record`"
    ),
    (
      "printf 'ev,seq,boot\\nlost,1,2\\n' >x",
      "is text of no format that is read: make a recording with `execsnoop-top record`, or name its format with --from "
        + "(\(TraceFormat.allCases.map(\.rawValue).joined(separator: ", ")))"
    ),
    (
      "head -c 5000 /dev/zero >x",
      "contains only NUL bytes: make a recording with `execsnoop-top record`"
    ),
    (
      "printf '{\"state\":\"running\",\"depth\":0}\\n' >x",
      "is output of `execsnoop-top tree --json`, which has no events: make a recording with `execsnoop-top record`"
    ),
    (": >x", "is empty: make a recording with `execsnoop-top record`"),
  ])
  func `A foreign file is named, with advice`(script: String, message: String) throws {
    let result = try read(script)
    #expect(result.events == 0 && result.message == message)
  }

  @Test(arguments: [
    "cp rec x", "(printf '\\357\\273\\277'; cat rec) >x", "sed 's/$/\\r/' rec >x", "sed 's/^/\\x1e/' rec >x",
    "(printf '\\n\\n'; cat rec) >x", "(printf '\\357\\273\\277'; sed 's/$/\\r/' rec) >x",
  ])
  func `Additions of other programs do not spoil a recording`(script: String) throws {
    let result = try read(script)
    #expect(result.events == 2 && result.message.isEmpty)
  }

  @Test func `A fault in a recording is reported by its place`() throws {
    for script in ["(cat rec; echo '[]') >x", "(cat rec; gzip -c rec; echo) >x"] {
      let result = try read(script)
      #expect(result.events == 2 && result.message.contains("line 3, column 1: expected an object"))
    }
    #expect(try read("echo '{\"ev\":\"fork\"}' >x").message.contains("line 1, column 1: expected a member \"boot\""))
  }
}
