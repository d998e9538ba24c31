import Events
import Glibc
import TestSupport
import Testing
import Trace
import Tree

extension KernelTests {
  /// The processes that run, as the tree has them and as /proc has them.
  @Suite struct LiveSetTests {
    let scratch = Scratch()

    /// A process as /proc can name it: its start is in clock ticks there.
    private struct Live: Hashable, CustomStringConvertible {
      let pid: Int32
      let startTicks: UInt64
      var description: String { "\(pid)@\(startTicks)" }
    }

    @Test func `After daemons, zombies and sessions the tree has exactly the running processes of /proc`() throws {
      let machine = try Machine()
      // As the user nobody: as root it would skip dangerous steps, and report success.
      let stress = try machine.run([
        "chdir", scratch.path, "ids", "65534", "65534", "exec", "/usr/bin/stress-ng", "stress-ng", "--daemon", "2",
        "--zombie", "2", "--session", "2", "--timeout", "3", "--metrics-brief",
      ])
      #expect(stress.status == 0)
      for stressor in ["daemon", "zombie", "session"] {
        let line = try #require(
          stress.lines.map { $0.split(separator: " ") }.first { $0.count > 6 && $0[3] == stressor }, "no \(stressor)")
        #expect((Int(line[4]) ?? 0) > 0, "\(stressor) did nothing")
      }
      #expect(stress.forks.count > 1000)

      var (missing, ghosts) = try differences(machine)
      // A process that exits leaves the tree a moment before /proc says so. Only a difference that stays is an error.
      let end = Fixture.now + 30_000_000_000
      while !(missing.isEmpty && ghosts.isEmpty) && Fixture.now < end {
        let now = try differences(machine)
        missing.formIntersection(now.missing)
        ghosts.formIntersection(now.ghosts)
      }
      #expect(missing.isEmpty, "run, and are not in the tree")
      #expect(ghosts.isEmpty, "run only in the tree")
    }

    /// The processes that run only in /proc, and those that run only in the tree. The machine need not be quiet for
    /// this: each set is bracketed by the other.
    private func differences(_ machine: Machine) throws -> (missing: Set<Live>, ghosts: Set<Live>) {
      let listed = Self.living()
      let known = try running(machine)
      let listedAgain = Self.living()
      let knownAgain = try running(machine)
      #expect(known.count > 5)
      return (
        listed.intersection(listedAgain).subtracting(known), known.intersection(knownAgain).subtracting(listedAgain)
      )
    }

    /// The running processes in the tree, after all events until now.
    private func running(_ machine: Machine) throws -> Set<Live> {
      // Records come in order: when this one's have come, so have all before them.
      _ = try machine.run("exit", "0")
      let tree = machine.tree, tick = 1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK)))
      var result: Set<Live> = []
      var rest = tree.topLevelProcesses
      while let id = rest.popLast() {
        if tree[id]?.isRunning == true { result.insert(Live(pid: id.pid, startTicks: id.startTime / tick)) }
        rest += tree.children(of: id)
      }
      return result
    }

    /// The running processes in /proc: those with a thread that has not exited.
    private static func living() -> Set<Live> {
      Set(
        names(in: "/proc").compactMap { name in
          guard let pid = Int32(name), let (state, start) = stat("/proc/\(pid)/stat") else { return nil }
          let threads = names(in: "/proc/\(pid)/task").map { stat("/proc/\(pid)/task/\($0)/stat")?.state }
          let isAlive = !isDead(state) || threads.contains { !isDead($0) }
          return isAlive ? Live(pid: pid, startTicks: start) : nil
        })
    }

    private static func isDead(_ state: Substring?) -> Bool { state.map { "ZX".contains($0) } ?? true }

    /// The state and the start time; see proc(5).
    private static func stat(_ path: String) -> (state: Substring, start: UInt64)? {
      let text = String(decoding: contents(of: path), as: UTF8.self)
      guard let end = text.lastIndex(of: ")") else { return nil }
      let fields = text[end...].split(separator: " ")
      guard fields.count > 20, let start = UInt64(fields[20]) else { return nil }
      return (fields[1], start)
    }
  }
}
