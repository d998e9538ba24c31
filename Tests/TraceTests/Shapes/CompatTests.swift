import Events
import Glibc
import TestSupport
import Testing
import Trace
import Tree

#if arch(x86_64)
  extension KernelTests {
    /// Execs by the system calls of 32-bit programs.
    @Suite struct CompatTests {
      let machine: Machine
      let scratch = Scratch()

      init() throws { machine = try Machine.shared() }

      @Test func `A 32-bit program and its execs are seen`() throws {
        let program = scratch["narrow"]
        let scene = try machine.run("narrow", program, "exec", program, "narrow", "/bin/true", "one", "two words")
        #expect(scene.status == 0)
        #expect(
          scene.execs.map(\.image.argv.texts).dropFirst() == [
            ["narrow", "/bin/true", "one", "two words"], ["/bin/true", "one", "two words"],
          ])
        #expect(scene.execs.map(\.image.exe.text).dropFirst() == [program, "/usr/bin/true"])
        #expect(scene.execs.last?.image.file.text == "/bin/true")
        #expect(scene.execs.allSatisfy { $0.image.marks == [] })
        #expect(try scene.root.execCount == 3)
      }

      @Test func `A 64-bit program may use the 32-bit calls too`() throws {
        let scene = try machine.run("compat-exec", "/bin/true", "zero", "", "two words")
        #expect(scene.status == 0)
        #expect(scene.execs.last?.image.argv.texts == ["zero", "", "two words"])
        #expect(scene.execs.last?.image.marks == [])
      }

      @Test func `With fexit, failed 32-bit execs are seen too, with their arguments`() throws {
        let scene = try machine.run(
          "compat-attempt", "/nonexistent/program", "zero", "", "two words", "--", "compat-attempt-at", scratch.path,
          "not-there", "zero", "--", "exit", "4")
        #expect(scene.numbers("errno") == [[Int64(ENOENT)], [Int64(ENOENT)]])
        #expect(try scene.root.end?.status == ExitStatus(code: 4))
        // The tracepoints of system calls leave out the calls of 32-bit programs.
        guard machine.failedExecs == .fexit else {
          #expect(scene.failures.isEmpty)
          return
        }
        try #require(scene.failures.count == 2)
        let directory = try #require(scene.numbers("directory").first?.first)
        #expect(scene.failures.map(\.errno) == [ENOENT, ENOENT])
        #expect(scene.failures[0].image.file.text == "/nonexistent/program")
        #expect(scene.failures[0].image.argv.texts == ["zero", "", "two words"])
        #expect(scene.failures[1].image.file.text == "/dev/fd/\(directory)/not-there")
        #expect(scene.failures[1].image.argv.texts == ["zero"])
        #expect(scene.failures.allSatisfy { $0.image.marks == [] })
      }
    }
  }
#endif
