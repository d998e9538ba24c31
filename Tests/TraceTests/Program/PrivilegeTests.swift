import Events
import Glibc
import TestSupport
import Testing
import Trace

extension KernelTests {
  /// The privileges of the running program.
  @Suite struct PrivilegeTests {
    private let program = Surroundings.built("execsnoop-top")
    let scratch = Scratch()

    /// The lines of /proc/PID/task/TID/status of each thread, by key.
    private func threads(of pid: Int32) -> [[String: String]] {
      var result: [[String: String]] = []
      for name in names(in: "/proc/\(pid)/task") where Int32(name) != nil {
        var status: [String: String] = [:]
        for line in lines(of: contents(of: "/proc/\(pid)/task/\(name)/status")) {
          let parts = line.split(separator: ":", maxSplits: 1)
          if parts.count == 2 { status[String(parts[0])] = String(parts[1].drop { $0 == "\t" || $0 == " " }) }
        }
        result.append(status)
      }
      return result
    }

    /// Starts the program with a command that waits, and looks at all its threads while it traces.
    private func examine(_ extra: [String: String], _ body: ([[String: String]], Fixture) throws -> Void) throws {
      let output = scratch["output"]
      let fixture = try Fixture(
        ["execsnoop-top", "log"], program: program, extra: extra, output: output)
      try wait(for: "the first line") {
        try Fixture(["true"], program: "/bin/true").wait()
        usleep(20_000)
        return lines(of: contents(of: output)).contains { $0.hasPrefix("true ") }
      }
      try body(threads(of: fixture.pid), fixture)
      fixture.send(SIGTERM)
      fixture.wait()
    }

    private func expectNothingLeft(_ threads: [[String: String]]) {
      #expect(threads.count >= 2, "the collector has a thread of its own")
      for thread in threads {
        for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
          #expect(thread[set] == "0000000000000000", "\(set)")
        }
        #expect(thread["NoNewPrivs"] == "1")
      }
    }

    @Test func `Started by sudo, it runs as the caller with no privilege in any thread`() throws {
      try examine(["SUDO_UID": "65534", "SUDO_GID": "65534", "SUDO_USER": "nobody"]) { threads, _ in
        expectNothingLeft(threads)
        for thread in threads {
          #expect(thread["Uid"] == "65534\t65534\t65534\t65534")
          #expect(thread["Gid"] == "65534\t65534\t65534\t65534")
          #expect(thread["Groups"]?.split(separator: " ").allSatisfy { $0 == "65534" } == true)
        }
      }
    }

    @Test func `Started by root, it keeps no capability`() throws {
      try examine([:]) { threads, _ in
        expectNothingLeft(threads)
        #expect(threads.allSatisfy { $0["Uid"] == "0\t0\t0\t0" })
      }
    }

    @Test func `The traced command runs as the caller too`() throws {
      let output = scratch["output"]
      let status = try Fixture(
        ["execsnoop-top", "log", "--no-failed", "--", "/usr/bin/id", "-un"], program: program,
        extra: ["SUDO_UID": "65534", "SUDO_GID": "65534"], output: output
      ).wait()
      #expect(status == 0)
      #expect(lines(of: contents(of: output)).contains("nobody"))
    }

    @Test func `Without privileges one line says what it needs`() throws {
      let fixture = try Fixture(
        ["fixture", "ids", "65534", "65534", "exec", program, "execsnoop-top", "log"])
      #expect(ExitStatus(waitStatus: fixture.wait()) == ExitStatus(code: 1))
      #expect(fixture.lines == ["execsnoop-top: \(TraceError(.needPrivilege, errno: 0).description)"])
    }
  }
}
