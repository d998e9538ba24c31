import Glibc
import TestSupport
import Testing

@testable import Recording

/// Files of something else.
/// Files that are no recordings, made by the programs that make such files: what they are, and what to do, in one line.
@Suite
struct ForeignFormatTests {
  /// Runs a script in a folder of its own with two events in `rec`, and reads the file `x` that it leaves there.
  /// - Returns: how many events were read, and what was said of the file, behind its name.
  private func read(_ script: String) throws -> (events: Int, said: String) {
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
    ("gzip -c rec >x", "is compressed by gzip: zcat FILE | execsnoop-top tree -"),
    ("xz -c rec >x", "is compressed by xz: xzcat FILE | execsnoop-top tree -"),
    ("bzip2 -c rec >x", "is compressed by bzip2: bzcat FILE | execsnoop-top tree -"),
    (
      "printf '\\050\\265\\057\\375\\004\\000' >x", "is compressed by zstd: zstdcat FILE | execsnoop-top tree -"
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
      "is a JSON array, and not one object a line: jq -c '.[]' FILE | execsnoop-top tree -"
    ),
    ("cp /bin/true x", "is an ELF program: a recording is what `execsnoop-top log --json` prints"),
    (
      "printf 'PERFILE2\\150\\000' >x",
      "is what `perf record` writes: a recording is what `execsnoop-top log --json` prints"
    ),
    (
      "printf 'execve(\"/bin/true\", [\"true\"], 0x7ff /* 9 vars */) = 0\\n' >x",
      "holds what strace prints: a recording is what `execsnoop-top log --json` prints"
    ),
    (
      "printf 'COMM             PID     PPID    RET ARGS\\nsh 1 0 0 sh\\n' >x",
      "holds lines of text as `execsnoop-top log` prints them, which have no times: record with `log --json`"
    ),
    (
      "printf 'ev,seq,boot\\nlost,1,2\\n' >x",
      "holds text, but no lines of JSON: a recording is what `execsnoop-top log --json` prints"
    ),
    (
      "head -c 5000 /dev/zero >x",
      "holds NUL bytes and no text: a recording is what `execsnoop-top log --json` prints"
    ),
    (
      "printf '{\"state\":\"running\",\"depth\":0}\\n' >x",
      "holds what `execsnoop-top tree --json` prints, and no events: a recording is what `execsnoop-top log --json` prints"
    ),
    (": >x", "is empty: a recording is what `execsnoop-top log --json` prints"),
  ])
  func `What it is, and what to do`(script: String, said: String) throws {
    let result = try read(script)
    #expect(result.events == 0 && result.said == said)
  }

  @Test(arguments: [
    "cp rec x", "(printf '\\357\\273\\277'; cat rec) >x", "sed 's/$/\\r/' rec >x", "sed 's/^/\\x1e/' rec >x",
    "(printf '\\n\\n'; cat rec) >x", "(printf '\\357\\273\\277'; sed 's/$/\\r/' rec) >x",
  ])
  func `What other programs add to a recording, and it is one still`(script: String) throws {
    let result = try read(script)
    #expect(result.events == 2 && result.said.isEmpty)
  }

  @Test func `A fault in a recording is told by its place, not by what the file might be`() throws {
    for script in ["(cat rec; echo '[]') >x", "(cat rec; gzip -c rec; echo) >x"] {
      let result = try read(script)
      #expect(result.events == 2 && result.said.contains("line 3, column 1: expected an object"))
    }
    #expect(try read("echo '{\"ev\":\"fork\"}' >x").said.contains("line 1, column 1: expected a member \"boot\""))
  }
}
