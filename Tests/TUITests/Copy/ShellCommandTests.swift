import Events
import Foundation
import Testing

@testable import TUI

/// Commands to run again.
/// A copied command runs as it did: the same file, arguments, directory and environment.
@Suite
struct ShellCommandTests {
  private func image(
    _ argv: [[UInt8]], file: RawBytes, cwd: RawBytes = "/", env: StringVector? = nil, marks: Marks = []
  ) -> ProcessImage {
    ProcessImage(
      time: 0, comm: "x", file: file, exe: file, cwd: cwd, argv: StringVector(argv), env: env, marks: marks)
  }

  private func bytes(_ words: String...) -> [[UInt8]] { words.map { Array($0.utf8) } }

  /// Programs that say what they were given: `cat /proc/self/cmdline`.
  @Test(arguments: Shell.installed, ["cat", "/bin/cat", "-cat", "o'd $n", ""])
  func `With every argument and the name it had`(shell: Shell, name: String) throws {
    let argv = bytes(name, "/proc/self/cmdline", "no\nsuch 'file'", "") + [[0xff, 0x1b]]
    let command = try #require(ShellCommand(image(argv, file: "/bin/cat")))
    // Called by its own file's name it may be called by its path.
    let isOwn = name.hasSuffix("/cat") || name == "cat"
    let expected = isOwn ? bytes("/bin/cat") + argv.dropFirst() : argv
    #expect(try shell.run(command.text) == StringVector(expected).bytes)
    #expect(command.omissions.isEmpty)
  }

  @Test(arguments: Shell.installed)
  func `In its directory with its environment`(shell: Shell) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("it's $a `dir`\n-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let entries =
      bytes("PATH=/usr/bin:/bin", "EMPTY=", "-dash=1", "A B=c\nd", "Q='\"$x`!~", "weird.name=1", "PWD=/elsewhere")
      + [Array("RAW=".utf8) + [0xff, 0x1b, 0x80]]
    let env = StringVector(entries + bytes("nameless", "=x"))
    let command = try #require(
      ShellCommand.inPlace(
        image(
          bytes("cat", "/proc/self/environ"), file: "/bin/cat", cwd: RawBytes(utf8: folder.path), env: env)))
    #expect(try shell.run(command.text) == StringVector(entries).bytes)
    #expect(command.omissions == ["2 environment entries without a name"])

    let place = try #require(
      ShellCommand.inPlace(
        image(bytes("pwd", "-P"), file: "/bin/pwd", cwd: RawBytes(utf8: folder.path), env: env)))
    #expect(try shell.run(place.text) == Array((folder.resolvingSymlinksInPath().path + "\n").utf8))
  }

  /// The environment of the shell is that of the process that was asked about.
  @Test(arguments: Shell.installed)
  func `In short, with what differs from another environment`(shell: Shell) throws {
    let base = bytes("PATH=/usr/bin:/bin", "GONE=1", "SAME=x", "CHANGED=old", "PWD=/elsewhere", "SHLVL=1")
    let own = bytes("PATH=/usr/bin:/bin", "SAME=x", "CHANGED=it's new", "ADDED=a b", "PWD=/", "SHLVL=2", "_=/bin/cat")
    let other = image(bytes("make"), file: "/bin/make", env: StringVector(base))
    let argv = bytes("cat", "/proc/self/environ")
    let command = try #require(
      ShellCommand.brief(image(argv, file: "/bin/cat", cwd: "/usr", env: StringVector(own)), beside: other))
    #expect(
      String(decoding: command.text, as: UTF8.self)
        == "cd -- /usr && env -u GONE 'CHANGED=it'\\''s new' 'ADDED=a b' /bin/cat /proc/self/environ")
    #expect(command.omissions.isEmpty)
    // The shell has the base; what it runs has the rest.
    let prefix = ShellQuoting.line([Array("export".utf8)] + base) + Array("; ".utf8)
    let seen = try shell.run(prefix + command.text).split(separator: 0).map { Array($0) }
    for entry in bytes("SAME=x", "CHANGED=it's new", "ADDED=a b") { #expect(seen.contains(entry)) }
    #expect(!seen.contains { $0.starts(with: "GONE=".utf8) })

    let same = try #require(ShellCommand.brief(image(argv, file: "/bin/cat", env: other.env), beside: other))
    #expect(same.text == Array("cd -- / && /bin/cat /proc/self/environ".utf8))
    let unknown = try #require(ShellCommand.brief(image(argv, file: "/bin/cat"), beside: other))
    #expect(unknown.text == same.text && unknown.omissions == ["the environment was not captured"])
  }

  @Test(arguments: Shell.installed)
  func `A variable that is there twice is set as the program saw it`(shell: Shell) throws {
    let env = StringVector(bytes("A=first", "B=1", "A=second", "A"))
    let command = try #require(
      ShellCommand.inPlace(image(bytes("cat", "/proc/self/environ"), file: "/bin/cat", env: env)))
    #expect(try shell.run(command.text) == StringVector(bytes("A=first", "B=1")).bytes)
    #expect(
      command.omissions == [
        "1 environment entries without a name", "1 environment entries with a repeated name",
      ])
  }

  @Test(arguments: Shell.installed)
  func `A shell between is this machine's own, and runs nothing for the environment`(shell: Shell) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("between-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["bash", "file"] {
      let trap = folder.appendingPathComponent(name)
      try Data("#!/bin/sh\necho trapped\n".utf8).write(to: trap)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: trap.path)
    }
    let env = StringVector(bytes("PATH=\(folder.path)", "BASH_ENV=\(folder.path)/file", "ENV=\(folder.path)/file"))
    let link = folder.appendingPathComponent("a=b").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/bin/echo")
    for (name, file) in [("other", "/bin/echo"), (link, link)] {
      let command = try #require(
        ShellCommand.inPlace(image(bytes(name, "said"), file: RawBytes(utf8: file), env: env)))
      #expect(try shell.run(command.text) == Array("said\n".utf8))
      #expect(command.omissions == ["the intermediate shell may change PWD, SHLVL and _"])
    }
    // What is a shell itself has none between.
    let script = image(bytes("/bin/bash", "-c", "echo said"), file: "/bin/bash", env: env)
    #expect(ShellCommand.inPlace(script)?.omissions.isEmpty == true)
  }

  @Test(arguments: Shell.installed)
  func `A path with an equals sign is no variable`(shell: Shell) throws {
    let link = FileManager.default.temporaryDirectory.appendingPathComponent("a=b-\(UUID())")
    try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: "/bin/echo")
    defer { try? FileManager.default.removeItem(at: link) }
    let made = image([Array(link.path.utf8), Array("said".utf8)], file: RawBytes(utf8: link.path), env: .empty)
    for command in [ShellCommand(made), .inPlace(made)] {
      #expect(try shell.run(#require(command).text) == Array("said\n".utf8))
    }
  }

  @Test func `A script is run by its interpreter as the kernel did`() throws {
    let script = ProcessImage(
      time: 0, comm: "x.sh", file: "./x.sh", exe: "/usr/bin/dash", interpreter: "/bin/sh", cwd: "/tmp",
      argv: StringVector(["/bin/sh", "./x.sh", "a b"]))
    #expect(ShellCommand(script)?.text == Array("/bin/sh ./x.sh 'a b'".utf8))

    // A relative one is nothing else to a shell: no variable before another command, no option of env(1).
    func text(_ interpreter: String, isInPlace: Bool = false) -> String? {
      let script = ProcessImage(
        time: 0, comm: "s", file: "./s", exe: "/exe", interpreter: RawBytes(utf8: interpreter), cwd: "/tmp",
        argv: StringVector([interpreter, "rm", "./s"]), env: .empty)
      let command = isInPlace ? ShellCommand.inPlace(script) : ShellCommand(script)
      return command.map { String(decoding: $0.text, as: UTF8.self) }
    }
    #expect(text("A=b/c") == "'./A=b/c' rm ./s" || text("A=b/c") == "./A=b/c rm ./s")
    #expect(text("-S/x", isInPlace: true)?.hasPrefix("cd -- /tmp && env -i ./-S/x rm") == true)
  }

  @Test func `The file that was asked for is run and not what PATH has`() {
    func text(_ name: String, file: RawBytes, exe: RawBytes = "/exe") -> String? {
      let made = ProcessImage(time: 0, comm: "x", file: file, exe: exe, cwd: "/", argv: StringVector([name, "x"]))
      return ShellCommand(made).map { String(decoding: $0.text, as: UTF8.self) }
    }
    #expect(text("git", file: "/usr/bin/git") == "/usr/bin/git x")
    #expect(text("tool", file: "tool") == "./tool x")
    #expect(text("-x/tool", file: "-x/tool") == "./-x/tool x")
    #expect(text("/bin/sshd", file: "", exe: "") == "/bin/sshd x")
    #expect(text("/usr/bin/exe", file: "") == "/exe x")
    #expect(text("/bin/sshd", file: "") == #"bash -c 'exec -a "$0" "$@"' /bin/sshd /exe x"#, "a name is no file")
    #expect(text("exe", file: "/dev/fd/3") == "/exe x")
    #expect(text("-bash", file: "", exe: "/bin/bash") == #"bash -c 'exec -a "$0" "$@"' -bash /bin/bash x"#)
  }

  @Test func `What is missing is said`() throws {
    let cut = image(bytes("cat", "x"), file: "/bin/cat", marks: [.argvCut, .argvUnreadable])
    #expect(ShellCommand(cut)?.omissions == ["the arguments were cut", "some arguments were unreadable"])
    #expect(ShellCommand(arguments: cut).omissions.count == 2)
    #expect(ShellCommand.inPlace(cut)?.text == nil, "without an environment")
    let noPlace = image(bytes("cat"), file: "/bin/cat", cwd: "", env: .empty, marks: .envCut)
    #expect(ShellCommand.inPlace(noPlace)?.omissions == ["the environment was cut", "the directory is unknown"])
    #expect(ShellCommand(image([], file: "/bin/cat"))?.omissions == ["the argument list was empty"])
    #expect(ShellCommand(image([], file: ""))?.text == nil)
  }
}
