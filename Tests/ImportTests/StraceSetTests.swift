import Events
import Glibc
import TestSupport
import Testing

@testable import Recording

/// The files of `strace -ff -o PREFIX` as one trace.
@Suite
struct StraceSetTests {
  private let scratch = Scratch()

  private func outline(_ path: String? = nil) throws -> (lines: [String], message: String) {
    var events: [RecordedEvent] = []
    do throws(RecordingError) {
      var file = try EventFile(path: path ?? scratch["set"])
      while let some = try file.read() { events += some }
      return (lines(of: events), file.notice ?? "")
    } catch {
      return (lines(of: events), error.description)
    }
  }

  private func lines(of events: [RecordedEvent]) -> [String] {
    events.map { event in
      let parent = event.event.process?.parent.map { " < \($0.pid)" } ?? ""
      return event.event.line + (event.event.line.hasPrefix("fork") ? parent : "")
    }
  }

  private func exec(_ name: String) -> String { "execve(\"/bin/\(name)\", [\"\(name)\"], 0x7f /* 9 vars */) = 0" }

  private let family = [
    "exec 10", "fork 11 < 10", "exec 11", "fork 12 < 11", "exec 12", "exit 12 0", "exit 11 256", "exit 10 0",
  ]

  /// A shell, its child and its grandchild. The files are written in the order of their names, not of their calls.
  private func write(_ time: (Int) -> String) {
    scratch.write("set.10", "\(time(0))\(exec("sh"))\n\(time(1))vfork() = 11\n\(time(9))+++ exited with 0 +++\n")
    scratch.write(
      "set.11",
      "\(time(2))\(exec("make"))\n\(time(3))clone(child_stack=NULL, flags=SIGCHLD) = 12\n\(time(7))+++ exited with 1 +++\n"
    )
    scratch.write("set.12", "\(time(4))\(exec("cc"))\n\(time(5))+++ exited with 0 +++\n")
  }

  @Test func `Files are merged by their times, of any kind, and parents are known`() throws {
    for time in [
      { "1700000000.00000\($0) " }, { "10:00:00.00000\($0) " }, { "10:00:0\($0) " }, { "10:00:0\($0 / 4) " },
      { _ in "10:00:00 " }, { "10:00:00.00000\($0) (+     0.000001) " },
      // Over midnight.
      { $0 < 4 ? "23:59:5\($0 + 6) " : "00:00:0\($0 - 4) " },
    ] as [(Int) -> String] {
      write(time)
      let (lines, message) = try outline()
      #expect(lines == family, "\(time(1))")
      #expect(message.isEmpty)
    }
  }

  @Test func `Without times a child's lines come after the call of its parent`() throws {
    for time in [{ _ in "" }, { _ in "     0.000010 " }] as [(Int) -> String] {
      write(time)
      let (lines, message) = try outline()
      #expect(lines == family)
      #expect(message == "\(scratch.path)/set.* has no times: only the order of its events is known")
    }
    // The parent has the greater pid.
    scratch.write("set.9", "\(exec("as"))\n+++ exited with 0 +++\n")
    scratch.write("set.12", "\(exec("cc"))\nvfork() = 9\n+++ exited with 0 +++\n")
    #expect(try outline().lines[4...].starts(with: ["exec 12", "fork 9 < 12", "exec 9", "exit 9 0", "exit 12 0"]))
    // Nobody is first.
    scratch.write("set.9", "vfork() = 10\n+++ exited with 0 +++\n")
    let circle = try outline().lines
    #expect(circle.count == 11, "\(circle)")
  }

  @Test func `Compressed files and a directory with one set are read, several are named`() throws {
    write { "1700000000.00000\($0) " }
    try #require(system("cd \(scratch.path) && gzip set.11 && zstd -q --rm set.12") == 0)
    #expect(try outline().lines == family)
    #expect(try outline(scratch.path).lines == family)
    scratch.write("other.7", "\(exec("a"))\n+++ exited with 0 +++\n")
    #expect(
      try outline(scratch.path).message == "\(scratch.path) is a directory with 2 traces of strace -ff: name one of "
        + "them: \(scratch.path)/other, \(scratch.path)/set")
  }

  @Test func `Wrong lines, cut lines and files of other formats are named`() throws {
    write { "1700000000.00000\($0) " }
    scratch.write("set.12", "1700000000.000004 \(exec("cc"))\n\nnonsense\n\n\nmore\n1700000000.000005 +++ exi")
    scratch.write("set.13", #"{"ev":"exec"}"# + "\n")
    scratch.write("set.14", "")
    let (lines, message) = try outline()
    #expect(lines == family.filter { $0 != "exit 12 0" })
    #expect(
      message == "\(scratch.path)/set.* is read as strace's output, but line 3 of \(scratch.path)/set.12 is not of it, "
        + "the first of 2 such lines, which are left out; it is read without \(scratch.path)/set.13, which is of another "
        + "format; it ends within line 7 of \(scratch.path)/set.12, which is left out")
  }

  @Test func `An exec of a thread is one of its process`() throws {
    scratch.write(
      "set.20",
      "1.000000 \(exec("py"))\n1.000001 clone3({flags=CLONE_VM|CLONE_THREAD}, 88) = 21\n"
        + "1.000004 +++ superseded by execve in pid 21 +++\n1.000005 <... execve resumed>) = 0\n"
        + "1.000006 +++ exited with 0 +++\n")
    scratch.write("set.21", "1.000002 execve(\"/bin/true\", [\"true\"], 0x7f /* 1 var */ <pid changed to 20 ...>\n")
    scratch.replaceTimes()
    #expect(try outline().lines == ["exec 20", "exec 20", "exit 20 0"])
  }

  @Test func `Sets are found among files that are named`() throws {
    write { "1700000000.00000\($0) " }
    scratch.write("host.1", "7 1700000000.0 \(exec("a"))\n")
    scratch.write("host.2", "8 1700000000.0 \(exec("b"))\n")
    scratch.write("run.1", #"{"ev":"exec"}"# + "\n")
    let names = ["host.1", "set.12", "host.2", "set.10", "run.1", "set.11"]
    let sets = StraceFiles.sets(among: names.map { Array(scratch[$0].utf8) })
    #expect(sets.count == 1)
    #expect(sets.first?.places == [1, 3, 5])
    #expect(sets.first?.set.members.map(\.pid) == [10, 11, 12])
    #expect(StraceFiles(prefix: Array(scratch["host"].utf8)) == nil)
    #expect(StraceFiles(prefix: Array(scratch["none"].utf8)) == nil)
  }

  @Test func `More files than descriptors are read`() throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    let count = min(Int(limit.rlim_cur), 2048) + 100
    for number in 1...count {
      let time = "1700000000.\(String(number + 100_000).dropFirst())0"
      scratch.write("set.\(number)", "\(time) \(exec("a"))\n1700000001.00000 +++ exited with 0 +++\n")
    }
    let (lines, message) = try outline()
    #expect(lines.count == 2 * count)
    #expect(lines.prefix(count).enumerated().allSatisfy { $1 == "exec \($0 + 1)" })
    #expect(message.isEmpty)
  }
}

extension Scratch {
  /// Gives the lines of all files times that are those of -ttt.
  fileprivate func replaceTimes() { _ = system("cd \(path) && sed -i 's/^1\\./1700000000./' set.*") }
}
