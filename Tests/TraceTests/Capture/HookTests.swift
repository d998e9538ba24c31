import Events
import Glibc
import TestSupport
import Testing
import Trace
import Tree

extension KernelTests {
  /// Failed execs, in each way that the kernel allows.
  @Suite struct HookTests {
    let scratch = Scratch()

    /// The names of the hooks that must work here. A hook that may be refused must not be the chosen one.
    private static let required: [Substring] =
      getenv("EXECSNOOP_TOP_REQUIRE_HOOKS").map { String(cString: $0).split(separator: " ") } ?? []

    @Test(arguments: [FailedExecHook.fexit, .tracepoint])
    func `Each hook reports the same`(_ hook: FailedExecHook) throws {
      var settings = TraceSettings()
      settings.failedExecHook = hook
      let machine: Machine
      do {
        machine = try Machine(settings)
      } catch let error as TraceError {
        #expect(!Self.required.contains("\(hook)"), "\(error)")
        #expect(try Machine.shared().failedExecs != hook, "refused, and yet chosen")
        return
      }
      #expect(machine.failedExecs == hook)
      let arguments = ["", "two words", String(repeating: "x", count: 3000), "last"]
      let scene = try machine.run(
        ["chdir", scratch.path, "attempt", "/nonexistent/program"] + arguments
          + ["--", "attempt-at", "/", "not-there"] + arguments
          + ["--", "thread", "attempt", "./nor-this", "in", "a", "thread", "--", "exec", "/bin/true", "true"])
      #expect(scene.status == 0)
      let failures = scene.failures
      let directory = try #require(scene.numbers("directory").first?.first)
      let files = ["/nonexistent/program", "/dev/fd/\(directory)/not-there", "./nor-this"]
      #expect(failures.map(\.image.file.text) == files)
      #expect(failures.map(\.image.argv.texts) == [arguments, arguments, ["in", "a", "thread"]])
      #expect(failures.allSatisfy { $0.errno == ENOENT && $0.image.marks == [] })
      #expect(failures.allSatisfy { $0.image.cwd.text == scratch.path })
      #expect(try scene.root.image?.argv.texts == ["true"], "an exec that succeeds is no failed one")
    }
  }
}
