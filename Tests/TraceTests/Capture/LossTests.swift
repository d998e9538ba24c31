import Events
import Glibc
import StormTruth
import TestSupport
import Testing
import Trace
import Tree

extension KernelTests {
  /// All lost events are counted by kind, and the tree is resynced.
  @Suite struct LossTests {
    let scratch = Scratch()

    /// Storms in the scope of a trace, and compares what was seen and what was lost with the truth.
    /// - Parameters:
    ///   - collects: whether the ring is emptied during the storm.
    ///   - budget: how many bytes of events may wait; then the mailbox is not drained before the end of the storm.
    private func storm(_ count: Int, ring: UInt32, collects: Bool, budget: Int? = nil) throws -> LossCounts {
      let log = scratch["truth"]
      let command = try TracedCommand(
        holding: [Fixture.path, "storm", "\(count)", log, "1"], as: try InvokingUser(),
        output: open("/dev/null", O_WRONLY | O_CLOEXEC))
      var settings = TraceSettings()
      settings.ringSize = ring
      let machine: Machine
      if collects {
        machine = try Machine(settings, command: command, budget: budget)
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
      if budget != nil {
        // While the trace continues: dropped events make a census due.
        try wait(for: "the census") {
          machine.receiveEvents()
          return machine.events.contains { if case .census = $0 { true } else { false } }
        }
      }
      machine.stop()
      let births = Birth.all(in: log)
      let truth = UInt64(births.count)
      #expect(truth == UInt64(count))
      let totals = machine.tree.totals, lost = machine.lost
      var forks: UInt64 = 0, execs: UInt64 = 0, failures: UInt64 = 0, exits: UInt64 = 0
      for event in machine.events {
        switch event {
        case .fork: forks += 1
        case .exec: execs += 1
        case .failedExec: failures += 1
        case .exit: exits += 1
        case .existing, .lost, .census, .output, .host: break
        }
      }
      #expect(forks + lost.forks == truth + 1, "seen \(forks), lost \(lost.forks)")
      #expect(execs + lost.execs == truth + 1, "seen \(execs), lost \(lost.execs)")
      #expect(failures + lost.failedExecs == truth, "seen \(failures), lost \(lost.failedExecs)")
      #expect(exits + lost.exits == truth + 1, "seen \(exits), lost \(lost.exits)")
      #expect(lost.missedRuns == 0)
      #expect(budget != nil || lost.overBudget == 0)
      expectResynced(machine, births, storm: command.pid)
      #expect(UInt64(totals.forks) == forks, "what was seen is in the tree")
      #expect(UInt64(totals.execs) == execs && UInt64(totals.exits) == exits)
      // The data of an exec is complete, or marked.
      for case .exec(let exec) in machine.events where !exec.image.marks.contains(.argvCut) {
        #expect(!exec.image.argv.isCut && exec.image.argv.texts.count >= 3)
      }
      return lost
    }

    /// No exited process runs in the tree, and none has a wrong parent; the missing ones were counted as unnamed.
    private func expectResynced(_ machine: Machine, _ births: [Birth], storm: Int32) {
      let tree = machine.tree
      var unnamed: UInt64 = 0
      var nodes: [Int32: ProcessNode] = [:]
      for event in machine.events {
        if case .lost(let loss) = event { unnamed += loss.unnamed }
      }
      for id in tree.allProcesses {
        guard let node = tree[id], node.id.startTime >= births.first?.time ?? 0 else { continue }
        nodes[id.pid] = node
        #expect(!node.isRunning || isAlive(id), "\(id) runs in the tree alone")
      }
      var missing: UInt64 = 0
      for birth in births {
        guard let node = nodes[birth.pid] else {
          missing += 1
          continue
        }
        #expect(node.parent?.pid == storm, "the parent of \(birth.pid)")
        #expect(!node.isRunning)
      }
      #expect(missing <= unnamed, "\(missing) are missing, \(unnamed) may be")
      if machine.lostEvents.total > 0 {
        #expect(tree.allProcesses.contains { tree[$0]?.marks.contains(.incomplete) ?? false })
      }
      #expect((tree.blindTime != nil) == (unnamed > 0))
    }

    @Test func `A ring of 64 KiB loses records, and all losses are counted`() throws {
      _ = try storm(3000, ring: 64 << 10, collects: true)
    }

    @Test func `A ring that is not drained: its records are seen, and losses are counted`() throws {
      let lost = try storm(3000, ring: 64 << 10, collects: false)
      #expect(lost.forks > 0 && lost.execs > 0 && lost.failedExecs > 0 && lost.exits > 0)
    }

    @Test func `A mailbox that is not drained: events within its limit are seen, and losses are counted`() throws {
      let lost = try storm(3000, ring: TraceSettings().ringSize, collects: true, budget: 256 << 10)
      #expect(lost.forks > 0 && lost.execs > 0 && lost.failedExecs > 0 && lost.exits > 0)
      #expect(lost.overBudget == lost.total - lost.procRaces)
    }

    @Test func `A ring of the usual size loses no record of the same storm`() throws {
      #expect(try storm(3000, ring: TraceSettings().ringSize, collects: true) == LossCounts())
    }
  }
}
