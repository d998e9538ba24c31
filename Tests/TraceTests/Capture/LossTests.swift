import Glibc
import ProcessTree
import StormTruth
import Testing
import Trace

extension KernelTests {
  /// What cannot be kept is counted, by kind, to the last one.
  @Suite struct LossTests {
    let scratch = Scratch()

    /// Storms in the scope of a trace, and compares what was seen and what was lost with the truth.
    /// - Parameter collects: whether the ring is emptied during the storm.
    private func storm(_ count: Int, ring: UInt32, collects: Bool) throws -> LossCounts {
      let log = scratch["truth"]
      let command = try TracedCommand(
        holding: [Fixture.path, "storm", "\(count)", log, "1"], as: InvokingUser(),
        output: open("/dev/null", O_WRONLY | O_CLOEXEC))
      var settings = TraceSettings()
      settings.ringSize = ring
      let machine: Machine
      if collects {
        machine = try Machine(settings, command: command)
        try command.release()
        #expect(command.status(waiting: true) == 0)
      } else {
        machine = try Machine(
          settings, command: command,
          meanwhile: {
            try command.release()
            #expect(command.status(waiting: true) == 0)
          })
      }
      machine.stop()
      let truth = UInt64(Birth.all(in: log).count)
      #expect(truth == UInt64(count))
      let totals = machine.tree.totals, lost = machine.lost
      var forks: UInt64 = 0, execs: UInt64 = 0, failures: UInt64 = 0, exits: UInt64 = 0
      for event in machine.events {
        switch event {
        case .fork: forks += 1
        case .exec: execs += 1
        case .failedExec: failures += 1
        case .exit: exits += 1
        case .existing, .lost: break
        }
      }
      #expect(forks + lost.forks == truth, "seen \(forks), lost \(lost.forks)")
      #expect(execs + lost.execs == truth + 1, "seen \(execs), lost \(lost.execs)")
      #expect(failures + lost.failedExecs == truth, "seen \(failures), lost \(lost.failedExecs)")
      #expect(exits + lost.exits == truth + 1, "seen \(exits), lost \(lost.exits)")
      #expect(lost.missedRuns == 0 && lost.overBudget == 0)
      #expect(UInt64(totals.forks) == forks, "what was seen is in the tree")
      #expect(UInt64(totals.execs) == execs && UInt64(totals.exits) == exits)
      // What an exec has is whole, or says that it is not.
      for case .exec(let exec) in machine.events where !exec.image.marks.contains(.argvCut) {
        #expect(!exec.image.argv.isCut && exec.image.argv.texts.count >= 3)
      }
      return lost
    }

    @Test func `A ring of 64 KiB loses, and what it lost is counted exactly`() throws {
      _ = try storm(3000, ring: 64 << 10, collects: true)
    }

    @Test func `Nobody empties the ring: what it holds is seen, the rest counted exactly`() throws {
      let lost = try storm(3000, ring: 64 << 10, collects: false)
      #expect(lost.forks > 0 && lost.execs > 0 && lost.failedExecs > 0 && lost.exits > 0)
    }

    @Test func `A ring of the usual size loses nothing of the same storm`() throws {
      #expect(try storm(3000, ring: TraceSettings().ringSize, collects: true) == LossCounts())
    }
  }
}
