import Events
import Testing

@testable import Trace

/// What /proc/PID/cmdline holds: arguments, or a title.
@Suite struct CommandLineTests {
  private func read(
    _ text: String, _ place: CommandLine.Place? = nil, exe: String = "/usr/bin/prog", comm: Comm = "prog"
  ) -> CommandLine {
    CommandLine(Array(text.utf8), at: place, exe: Array(exe.utf8), comm: comm)
  }

  /// Arguments of this many bytes where an exec puts them.
  private func place(_ size: UInt64, environment: UInt64? = nil, start: UInt64 = 2000) -> CommandLine.Place? {
    CommandLine.Place(stack: 1000, start: start, end: start + size, environment: environment ?? start + size)
  }

  @Test(arguments: [
    ["prog", "a", "b"], ["prog"], ["prog", "", ""], ["prog", "a", "", ""], ["-prog"], ["/usr/bin/prog", "x y"], [""],
    ["sh", "-c", "", "", "", ""], ["a name with blanks", "x"], [],
  ])
  func `Arguments stay arguments, also empty ones`(_ argv: [String]) {
    let bytes = argv.map { $0 + "\0" }.joined()
    for place in [nil, place(UInt64(bytes.utf8.count))] {
      let line = read(bytes, place)
      #expect(!line.isTitle && line.argv.texts == argv)
    }
  }

  @Test func `The name of a program may contain blanks`() {
    let line = read("my program\0", exe: "/opt/my program", comm: "my program")
    #expect(!line.isTitle && line.argv.texts == ["my program"])
  }

  @Test(arguments: [
    ("title: worker 1" + String(repeating: "\0", count: 26), "title: worker 1"),
    ("title\0\0", "title"),
    ("nginx: master process\0", "nginx: master process"),
    ("prog" + String(repeating: "\0", count: 40), "prog"),
    ("no NUL at all", "no NUL at all"),
    ("two\0texts" + String(repeating: "\0", count: 40), "two texts"),
    (String(repeating: "\0", count: 30), ""),
  ])
  func `Without the place of the arguments, zeros after one text that is no program name make a title`(
    _ bytes: String, _ title: String
  ) {
    let line = read(bytes)
    #expect(line.isTitle)
    #expect(line.argv.texts == (title.isEmpty ? [] : [title]))
    #expect(!line.coversEnvironment)
  }

  @Test func `Text that the kernel shows by its own rule is a title`() {
    // Shorter than the arguments: their last byte is no longer NUL.
    #expect(read("prog\0", place(40)).isTitle)
    #expect(read("prog\0", place(40)).argv.texts == ["prog"])
    // Longer: it continues in the environment.
    let over = read(String(repeating: "t", count: 50) + "\0", place(40))
    #expect(over.isTitle && over.coversEnvironment)
    // As long, and not closed.
    #expect(read("abcd", place(4)).isTitle)
    // Memory of its own.
    let moved = read("(sd-pam)\0", place(9, environment: 7000), exe: "/usr/lib/systemd/systemd", comm: "(sd-pam)")
    #expect(moved.isTitle && !moved.coversEnvironment && moved.argv.texts == ["(sd-pam)"])
    #expect(read("prog\0", place(5, start: 500)).isTitle)
    // Some of many arguments could not be read: these are arguments still.
    #expect(!read("prog\0a\0", place(40)).isTitle)
  }

  @Test func `A stat without addresses gives no place`() {
    #expect(CommandLine.Place(stack: 0, start: 0, end: 0, environment: 0) == nil)
    #expect(CommandLine.Place(stack: 1, start: 9, end: 9, environment: 9) == nil)
    #expect(CommandLine.Place(stack: .max, start: 9, end: 3, environment: .max) == nil)
    #expect(CommandLine.Place(stack: .max, start: 1, end: .max, environment: 0)?.isMoved == true)
  }

  @Test(arguments: [
    "1 (a) b) S -5 4294967295 7 34816 -1 4194560", "1 (x) R 1 2 3", "", "1 (", ")(", "1 () ",
    "7 (n) S 18446744073709551616 1 1 0 -1 0",
  ])
  func `A stat with an unexpected format gives nothing, whatever its numbers`(_ text: String) {
    #expect(ProcStat(Array(text.utf8)) == nil)
  }

  @Test func `The largest numbers are read exactly`() throws {
    let most = String(UInt64.max)
    let rest = (0..<12).map { _ in "0" } + [most] + (0..<30).map { _ in most }
    let stat = try #require(
      ProcStat(Array("7 (n) Z -1 -2 -3 \(Int32.max) -1 \(UInt32.max) \(rest.joined(separator: " "))\n".utf8)))
    #expect(stat.startTicks > 0 && stat.parent == -1 && stat.isKernelThread && stat.hasEnded)
    #expect(stat.arguments == nil)
  }

  @Test(arguments: [
    (0, nil), (34816, "pts/0"), (34819, "pts/3"), (1_083_393, "pts/257"), (1025, "tty1"), (1088, "ttyS0"), (1281, nil),
  ])
  func `Terminals have the names that the kernel gives them`(_ number: Int32, _ name: String?) throws {
    let rest = (0..<45).map { _ in "1" }.joined(separator: " ")
    let stat = try #require(ProcStat(Array("7 (n) S 1 2 3 \(number) -1 0 \(rest)\n".utf8)))
    #expect(stat.terminalName?.text == name)
  }
}
