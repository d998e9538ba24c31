import Events
import Glibc
import TestSupport
import Testing
import Trace
import Tree

extension KernelTests {
  @Suite struct FailedExecTests {
    let machine: Machine
    let scratch = Scratch()

    init() throws { machine = try Machine.shared() }

    private func failure(_ steps: String...) throws -> (FailedExecEvent, ProcessNode, Scene) {
      let scene = try machine.run(steps)
      let failure = try #require(scene.failures.first)
      #expect(scene.failures.count == 1)
      #expect(scene.numbers("errno").map { $0.first } == [Int64(failure.errno)])
      let node = try scene.root
      #expect(node.failedExecCount == 1)
      #expect(node.lastFailure?.image == failure.image)
      #expect(node.image?.argv.texts.first == "fixture", "it runs on as it was")
      #expect(failure.image.exe.isEmpty && failure.image.interpreter == nil && failure.image.env == nil)
      return (failure, node, scene)
    }

    @Test func `ENOENT with the arguments of the call`() throws {
      let (failure, node, _) = try failure(
        "chdir", scratch.path, "attempt", "/nonexistent/program", "", "two words", "\u{1b}[31m", "--", "exit", "4")
      #expect(failure.errno == ENOENT)
      #expect(failure.image.file.text == "/nonexistent/program")
      #expect(failure.image.argv.texts == ["", "two words", "\u{1b}[31m"])
      #expect(failure.image.cwd.text == scratch.path)
      #expect(failure.image.comm == node.facts.comm)
      #expect(failure.image.marks == [])
      #expect(node.end?.status == ExitStatus(code: 4))
    }

    @Test func `EACCES for a file that is no program`() throws {
      scratch.write("text", "words", mode: 0o644)
      let (failure, _, _) = try failure("attempt", scratch["text"], "text", "--")
      #expect(failure.errno == EACCES)
      #expect(failure.image.argv.texts == ["text"])
    }

    @Test func `ENOEXEC for a program of no known form`() throws {
      scratch.write("odd", "neither script nor ELF", mode: 0o755)
      let (failure, _, _) = try failure("attempt", scratch["odd"], "odd", "--")
      #expect(failure.errno == ENOEXEC)
      #expect(failure.image.file.text == scratch["odd"])
    }

    @Test func `ENOENT for a script without its interpreter`() throws {
      scratch.write("script", "#!/nonexistent/interpreter\n", mode: 0o755)
      let (failure, _, _) = try failure("attempt", scratch["script"], "script", "--")
      #expect(failure.errno == ENOENT)
      #expect(failure.image.file.text == scratch["script"])
    }

    @Test func `E2BIG keeps the arguments that fit, and marks the cut`() throws {
      let (failure, _, _) = try failure("too-big", "/bin/true")
      #expect(failure.errno == E2BIG)
      #expect(failure.image.marks == .argvCut)
      #expect(failure.image.argv.texts.first == "too-big")
      let second = try #require(failure.image.argv.texts.dropFirst().first)
      #expect(second.count > 8000 && second.allSatisfy { $0 == "x" })
    }

    @Test func `A failed execveat shows the file like a successful one`() throws {
      let (failure, _, scene) = try failure("attempt-at", scratch.path, "not-there", "zero", "one", "--")
      let directory = try #require(scene.numbers("directory").first?.first)
      #expect(failure.errno == ENOENT)
      #expect(failure.image.file.text == "/dev/fd/\(directory)/not-there")
      #expect(failure.image.argv.texts == ["zero", "one"])
      #expect(failure.image.marks == [])
    }

    @Test func `An execveat of an open file that is no program`() throws {
      scratch.write("text", "words", mode: 0o644)
      let (failure, _, scene) = try failure("attempt-at", scratch["text"], "", "zero", "--")
      let directory = try #require(scene.numbers("directory").first?.first)
      #expect(failure.errno == EACCES)
      #expect(failure.image.file.text == "/dev/fd/\(directory)")
    }

    @Test func `An absolute path needs no directory`() throws {
      let (failure, _, _) = try failure("attempt-at", scratch.path, "/nonexistent/program", "zero", "--")
      #expect(failure.image.file.text == "/nonexistent/program")
    }

    @Test func `Unreadable data is marked`() throws {
      let scene = try machine.run("bad")
      let images = scene.failures.map(\.image)
      try #require(images.count == 4)
      // Before 6.8 the kernel copied the arguments first, and then looked for the file.
      let looksForFileFirst = Kernel.isAtLeast(6, 8)
      let errno = looksForFileFirst ? ENOENT : EFAULT
      #expect(scene.failures.map(\.errno) == [EFAULT, errno, errno, ENOENT])
      #expect(images[0].file.isEmpty && images[0].marks == .fileUnreadable)
      #expect(images[0].argv.texts == ["good"])
      #expect(images[1].argv.bytes.isEmpty && images[1].marks == .argvUnreadable)
      #expect(images[2].argv.texts == ["first"] && images[2].marks == .argvUnreadable)
      guard looksForFileFirst else {
        #expect(images[3].argv.texts.count == 3 && images[3].argv.texts.last == "third" && images[3].marks == [])
        return
      }
      // The kernel did not look at the arguments, so their page is not there yet.
      #expect(images[3].argv.texts == ["first"] && images[3].marks == .argvUnreadable)
    }

    @Test(arguments: [450, 511, 512, 4000, 4095, 5000])
    func `A long file name is complete, and one longer than PATH_MAX is cut`(_ length: Int) throws {
      let file = "/nonexistent" + String(repeating: "/x", count: 2500).prefix(length - 12)
      let (failure, _, scene) = try failure("attempt", file, "x", "--")
      // PATH_MAX counts the NUL.
      #expect(failure.errno == (length < 4096 ? ENOENT : ENAMETOOLONG))
      #expect(failure.image.file.text == String(file.prefix(4096)))
      #expect(failure.image.marks == (length > 4096 ? .fileCut : []))
      #expect(failure.image.cwd == scene.execs.first?.image.cwd)
    }

    @Test func `Twenty thousand bytes of arguments are complete`() throws {
      let arguments = (0..<200).map { "\($0)" + String(repeating: "y", count: 97) }
      let (failure, _, _) = try failureOf(["attempt", "/nonexistent/program"] + arguments + ["--"])
      #expect(failure.image.argv.texts == arguments)
      #expect(failure.image.marks == [])
    }

    private func failureOf(_ steps: [String]) throws -> (FailedExecEvent, ProcessNode, Scene) {
      let scene = try machine.run(steps)
      return (try #require(scene.failures.first), try scene.root, scene)
    }

    @Test func `A search in PATH shows every attempt and then the exec`() throws {
      let path = "\(scratch["a"]):\(scratch["b"]):/bin"
      let scene = try machine.run("exec", "/usr/bin/env", "env", "PATH=\(path)", "true", "argument")
      #expect(scene.failures.map(\.image.file.text) == [scratch["a/true"], scratch["b/true"]])
      #expect(scene.failures.allSatisfy { $0.errno == ENOENT && $0.image.argv.texts == ["true", "argument"] })
      #expect(try scene.root.image?.file.text == "/bin/true")
      #expect(try scene.root.failedExecCount == 2)
    }
  }
}
