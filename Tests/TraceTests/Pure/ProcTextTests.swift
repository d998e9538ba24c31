import Glibc
import TestSupport
import Testing

@testable import Trace

/// Texts of /proc, whatever their contents.
@Suite struct ProcTextTests {
  @Test func `Mount points are found by type, with escaped characters`() {
    let table = """
      none / ext4 rw 0 0
      none /mnt/with\\040blank\\134and\\011tab cgroup2 rw 0 0
      cgroup2 /other tmpfs rw 0 0
      none /sys/fs/cgroup cgroup2 rw 0 0
      none /odd\\04 cgroup2
      broken
      """
    #expect(
      MountTable.mountPoints(ofType: "cgroup2", in: Array(table.utf8)) == [
        "/mnt/with blank\\and\ttab", "/sys/fs/cgroup", "/odd\\04",
      ])
    #expect(MountTable.mountPoints(ofType: "cgroup2", in: []) == [])
  }

  @Test func `A file is read to its end, even in small pieces`() throws {
    // A read of it gives whole mappings, and so less than was asked for.
    let fixture = try Fixture(["fixture", "ready"])
    try fixture.waitUntilReady()
    let mappings = lines(of: contents(of: "/proc/\(fixture.pid)/maps"))
    let whole = lines(of: try #require(ProcFiles.contents(of: "/proc/\(fixture.pid)/smaps")))
    #expect(mappings.count > 4 && whole.count > 100)
    for mapping in mappings { #expect(whole.contains(mapping)) }
    #expect(whole.last?.hasPrefix("VmFlags:") == true)
    fixture.wait()
    #expect(ProcFiles.contents(of: "/proc/nothing/of/the/kind") == nil)
    #expect(ProcFiles.contents(of: "/proc") == nil)
  }

  @Test func `Start times and ticks are converted in any time namespace`() {
    for lead in [0, 1, -1, 9_999_999, 864_000_000_000_000, -864_000_000_000_000, Int64.max, Int64.min] {
      let clock = ProcClock(tick: 10_000_000, lead: lead)
      for _ in 0..<200 {
        let start = UInt64.random(in: 0...UInt64.max)
        // As the kernel adds and divides, modulo 2^64.
        let ahead = Int128(start) + Int128(lead)
        let ticks = UInt64(truncatingIfNeeded: ahead) / 10_000_000
        #expect(clock.ticks(ofStart: start) == ticks)
        // The start of that tick is at most one of them earlier.
        #expect(start &- clock.start(ofTicks: ticks) < 10_000_000)
      }
      _ = clock.start(ofTicks: .max)
    }
  }

  @Test func `The limit of processes is a possible size of a map`() {
    #expect(128 << 10...4 << 20 ~= ProcessLimit.current)
  }
}

/// Processes that the user names by a number.
@Suite struct HeldProcessTests {
  private func fault(_ pid: Int32) -> HeldProcess.Fault? {
    do throws(HeldProcess.Fault) { _ = try HeldProcess(pid: pid) } catch { return error }
    return nil
  }

  @Test func `A pid without a process is refused with a reason`() throws {
    #expect(fault(getpid()) == nil && fault(1) == nil)
    for pid: Int32 in [0, -1, .min, .max, 4 << 20] { #expect(fault(pid) == .doesNotExist, "\(pid)") }

    // This process has more threads than one where tests run in it.
    let threads = names(in: "/proc/self/task").compactMap { Int32($0) }.filter { $0 != getpid() }
    #expect(threads.contains { fault($0) == .isThread(of: getpid()) }, "\(threads)")
  }

  @Test func `A zombie is refused, and an exit is noticed`() throws {
    let fixture = try Fixture(["fixture", "ready"])
    try fixture.waitUntilReady()
    let held = try HeldProcess(pid: fixture.pid)
    #expect(!held.hasEnded)
    fixture.send(SIGKILL)
    // Without waiting for it: it stays a zombie.
    try wait(for: "its end") {
      usleep(1000)
      return held.hasEnded
    }
    #expect(fault(fixture.pid) == .hasEnded)
    fixture.wait()
    #expect(fault(fixture.pid) == .doesNotExist)
  }
}
