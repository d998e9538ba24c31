import Events
import Glibc
import TestSupport
import Testing
import Trace

extension KernelTests {
  /// The mark of an exec that changed privileges, compared with AT_SECURE in the program.
  @Suite struct PrivilegeFieldTests {
    let machine: Machine
    let scratch = Scratch()

    init() throws { machine = try Machine.shared() }

    /// Copies the fixture with this mode, and has a user exec it.
    private func raised(_ mode: String, _ steps: [String] = [], as user: String = "65534") throws -> (ExecEvent, Report)
    {
      let program = scratch["raised"]
      let scene = try machine.run(
        ["copy", program, mode] + steps + ["ids", user, user, "exec", program, "raised", "report"])
      return (try #require(scene.execs.last), try #require(Report.all(in: scene.lines).first, "\(scene.lines)"))
    }

    @Test func `A setuid program changes the effective user`() throws {
      let (exec, report) = try raised("4755")
      #expect(exec.image.marks == .privilegeChanged)
      #expect(report.number("secure") == 1)
      #expect(Int64(exec.process.uid) == report.number("uid") && exec.process.uid == 65534)
      #expect(Int64(exec.process.euid) == report.number("euid") && exec.process.euid == 0)
    }

    @Test func `A setgid program changes the effective group`() throws {
      let (exec, report) = try raised("2755")
      #expect(exec.image.marks == .privilegeChanged)
      #expect(report.number("secure") == 1 && report.number("egid") == 0)
      #expect(Int64(exec.process.gid) == report.number("gid") && exec.process.gid == 65534)
    }

    @Test func `A program with file capabilities changes what its user may do`() throws {
      let (exec, report) = try raised("755", ["caps", scratch["raised"]])
      #expect(exec.image.marks == .privilegeChanged)
      #expect(report.number("secure") == 1)
      #expect(report.number("euid") == 65534 && exec.process.euid == 65534)
    }

    @Test func `A setuid program of root changes nothing for root`() throws {
      let (exec, report) = try raised("4755", as: "0")
      #expect(exec.image.marks == [] && report.number("secure") == 0)
    }

    @Test func `A plain program started by a setuid one changes nothing`() throws {
      // The user differs from the effective one all along, which is as good as setuid to the C library.
      let program = scratch["raised"]
      let scene = try machine.run(
        "copy", program, "4755", "copy", scratch["plain"], "755", "ids", "65534", "65534", "exec", program, "raised",
        "exec", scratch["plain"], "plain", "report")
      let report = try #require(Report.all(in: scene.lines).first)
      #expect(scene.execs.map(\.image.marks) == [[], .privilegeChanged, []])
      #expect(report.number("secure") == 1 && report.number("uid") == 65534 && report.number("euid") == 0)
    }
  }
}
