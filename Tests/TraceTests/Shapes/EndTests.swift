import Events
import Glibc
import TestSupport
import Testing
import Trace
import Tree

extension KernelTests {
  @Suite struct EndTests {
    let machine: Machine
    let scratch = Scratch()

    init() throws { machine = try Machine.shared() }

    @Test func `Every exit code and every signal is that of wait`() throws {
      let scene = try machine.run("chdir", scratch.path, "statuses")
      let ends = scene.numbers("child")
      var seen: Set<Int32> = []
      for end in ends {
        let status = ExitStatus(waitStatus: Int32(end[1]))
        #expect(try scene.node(end[0]).end?.status == status)
        seen.insert(status.waitStatus)
      }
      for code in Int32(0)..<256 { #expect(seen.contains(ExitStatus(code: code).waitStatus)) }
      for signal in [SIGHUP, SIGKILL, SIGSEGV, SIGTERM, 34, 64] {
        #expect(seen.contains(ExitStatus(signal: signal).waitStatus))
      }
      #expect(seen.contains(ExitStatus(signal: SIGABRT, core: true).waitStatus))
      #expect(seen.contains(ExitStatus(signal: SIGSEGV, core: true).waitStatus))
      #expect(scene.exits.count == ends.count + 1)
    }

    @Test func `Bytes from and to the disk are those of wait4`() throws {
      let scene = try machine.run("usage", "disk", scratch["file"], "8")
      let truth = try #require(scene.numbers("usage").first)
      let usage = try #require(try scene.node(truth[0]).end?.usage)
      // The C library's blocks are of 512 bytes.
      #expect(Int64(usage.readBytes / 512) == truth[6])
      #expect(Int64(usage.writtenBytes / 512) == truth[7])
      #expect(usage.readBytes >= 8 << 20 && usage.writtenBytes >= 8 << 20)
    }

    @Test(arguments: [(150, 0, 0), (100, 3, 0), (10, 0, 64), (40, 1, 64), (10, 40, 0)])
    func `CPU time, memory and faults are those of wait4`(
      _ shape: (milliseconds: Int, threads: Int, mebibytes: Int)
    ) throws {
      let scene = try machine.run(
        "usage", "burn", "\(shape.milliseconds)", "\(shape.threads)", "\(shape.mebibytes)")
      let truth = try #require(scene.numbers("usage").first)
      let usage = try #require(try scene.node(truth[0]).end?.usage)
      // The event has the usage up to the start of the exit; wait4 also counts the rest, which frees the memory.
      let cpu = Double(usage.cpuTime) / 1000, all = Double(truth[1] + truth[2])
      #expect(cpu <= all + 1000 && cpu > all * 0.95 - 15_000, "\(cpu) of \(all) µs")
      let spent = Double((shape.threads + 1) * shape.milliseconds) * 1000
      #expect(cpu >= spent, "each thread's time counts")
      #expect(abs(Double(usage.peakMemory) / 1024 - Double(truth[3])) < 1024, "peak memory, in KiB: \(truth[3])")
      #expect(usage.peakMemory >= UInt64(shape.mebibytes) << 20)
      #expect(abs(Int64(usage.minorFaults) - truth[4]) <= 64, "minor faults: \(usage.minorFaults) of \(truth[4])")
      #expect(Int64(usage.majorFaults) == truth[5])
    }
  }
}
