import Glibc
import TestSupport
import Testing
import Trace

extension KernelTests {
  /// The real program, on failed execs of which not all can be read.
  @Suite struct UnknownTests {
    let scratch = Scratch()

    private func lines(of arguments: [String], _ steps: [String]) throws -> [String] {
      let output = scratch["output"]
      _ = try Fixture(
        ["execsnoop-top"] + arguments + ["--", Fixture.path] + steps, program: Surroundings.built("execsnoop-top"),
        output: output
      ).wait()
      return TestSupport.lines(of: contents(of: output))
    }

    @Test func `Log shows the tried files, and that the arguments are unreadable`() throws {
      let lines = try lines(of: ["log"], ["bad"])
      func ends(_ text: String) -> Int { lines.filter { $0.hasSuffix(text) }.count }
      #expect(ends(" good (file unreadable) (EFAULT)") == 1)
      // Before 6.8 the kernel read all arguments before it looked for the file, so the last ones are there.
      let isRead = !Kernel.isAtLeast(6, 8)
      let failure = "(\(isRead ? "EFAULT" : "ENOENT") /nonexistent/program)"
      #expect(ends(" /nonexistent/program (arguments unreadable) \(failure)") == 1, "\(lines)")
      #expect(ends(" first (some arguments unreadable) \(failure)") == (isRead ? 1 : 2), "\(lines)")
    }

    @Test func `Log shows that an exec is unreadable, and prints no empty line`() throws {
      let lines = try lines(of: ["log"], ["fork", "exhaust", "/bin/true", "true", "argument"])
      #expect(lines.filter { $0.hasSuffix(" (file and arguments unreadable) (EFAULT)") }.count == 1)
    }

    @Test func `JSON has no arguments if they are unknown`() throws {
      let lines = try lines(of: ["log", "--json"], ["bad"]).filter { $0.contains("\"ev\":\"fail\"") }
      #expect(lines.count == 4)
      let unknown = lines.filter { !$0.contains("\"argv\":") }
      #expect(unknown.count == 1)
      #expect(unknown.allSatisfy { $0.contains("\"file\":\"/nonexistent/program\"") })
      #expect(unknown.allSatisfy { $0.contains("\"marks\":[\"argv-unreadable\"]") })
      #expect(!lines.contains { $0.contains("\"argv\":[]") })
    }
  }
}
