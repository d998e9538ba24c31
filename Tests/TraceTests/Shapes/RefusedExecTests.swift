import Events
import Glibc
import Testing
import Trace
import Tree

extension KernelTests {
  /// Failed execs with odd numbers, of threads, and past the point of no return.
  @Suite struct RefusedExecTests {
    let machine: Machine

    init() throws { machine = try Machine.shared() }

    @Test(arguments: [Int32.max, Int32.min, -1, -99, -101, 1_000_000])
    func `A descriptor without a directory is shown as given`(_ descriptor: Int32) throws {
      let scene = try machine.run("attempt-with", "\(descriptor)", "0", "nope", "x", "--")
      #expect(scene.numbers("errno").map(\.first) == [Int64(EBADF)])
      #expect(scene.failures.map(\.errno) == [EBADF])
      #expect(scene.failures.first?.image.file.text == "/dev/fd/\(descriptor)/nope")
      #expect(scene.failures.first?.image.argv.texts == ["x"])
    }

    @Test func `The caller's own directory needs no descriptor`() throws {
      let scene = try machine.run("attempt-with", "-100", "0", "nope", "x", "--")
      #expect(scene.failures.map(\.image.file.text) == ["nope"])
    }

    @Test func `AT_EXECVE_CHECK is no failed exec, and calls with other flags are`() throws {
      // AT_EXECVE_CHECK, refused and granted; before 6.14 the kernel knows no such flag, and runs nothing either.
      let asked = try machine.run(
        "attempt-with", "-100", "0x10000", "/etc/passwd", "x", "--",
        "attempt-with", "-100", "0x10000", "/bin/true", "x", "--")
      let errors = asked.numbers("errno").map(\.first)
      #expect(errors == (Kernel.isAtLeast(6, 14) ? [Int64(EACCES), 0] : [Int64(EINVAL), Int64(EINVAL)]))
      #expect(asked.failures.isEmpty && asked.execs.count == 1)
      #expect(try asked.root.failedExecCount == 0)

      let odd = try machine.run("attempt-with", "-100", "0x40000000", "/bin/true", "x", "--")
      #expect(odd.failures.map(\.errno) == [EINVAL])
    }

    @Test func `A thread's name and user are not those of its process`() throws {
      let scene = try machine.run(
        "thread", "name", "worker", "thread-ids", "12345", "attempt", "/nonexistent/program", "x", "--", "exit", "3")
      let failure = try #require(scene.failures.first)
      #expect(failure.process.comm == scene.execs.first?.image.comm)
      #expect(failure.image.comm == failure.process.comm)
      #expect(failure.process.uid == 0 && failure.process.euid == 0)
      let exit = try #require(scene.exits.first)
      #expect(exit.process.comm == failure.process.comm && exit.process.uid == 0)
      #expect(exit.status == ExitStatus(code: 3))
    }

    @Test func `The name of the leader is the name of the process`() throws {
      let scene = try machine.run("name", "renamed", "thread", "name", "worker", "attempt", "/nonexistent", "x", "--")
      #expect(scene.failures.map(\.process.comm) == ["renamed"])
    }

    @Test func `Past the point of no return the call is unreadable, and marked`() throws {
      let scene = try machine.run("fork", "exhaust", "/bin/true", "true", "argument")
      let failure = try #require(scene.failures.first)
      #expect(scene.failures.count == 1)
      #expect(failure.image.file.isEmpty && failure.image.argvIsUnknown)
      #expect(failure.image.marks == [.fileUnreadable, .argvUnreadable])
    }

    @Test func `Two failed execs of threads at the same moment have separate arguments`() throws {
      let count = Kernel.crowd(500)
      let scene = try machine.run("attempts-together", "\(count)")
      var expected = Set(["A", "B"].flatMap { letter in (0..<count).map { "\(letter)\($0)" } })
      for failure in scene.failures {
        let argv = failure.image.argv.texts
        let tag = try #require(argv.first)
        #expect(expected.remove(tag) != nil, "\(tag) is reported twice")
        let filler = String(repeating: String(tag.prefix(1)), count: 3000)
        #expect(argv.dropFirst() == [filler, filler, filler], "the arguments of \(tag)")
        #expect(failure.image.marks == [])
      }
      #expect(expected.isEmpty, "missing, such as \(expected.first ?? "")")
    }
  }
}
