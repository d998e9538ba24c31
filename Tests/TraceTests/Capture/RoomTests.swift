import Events
import Glibc
import Testing
import Trace
import Tree

extension KernelTests {
  /// How much of the ring an event takes: what there is to tell of it, and little more. Nobody empties the ring
  /// meanwhile.
  @Suite struct RoomTests {
    /// The events of the test's children while they do something.
    private func machine(ring: UInt32, _ body: () throws -> Void) throws -> Machine {
      var settings = TraceSettings()
      settings.ringSize = ring
      let machine = try Machine(settings, roots: [getpid()], meanwhile: body)
      machine.stop()
      return machine
    }

    /// The failed execs of the fixture; others of the machine search PATH meanwhile.
    private func failures(_ machine: Machine) -> [ProcessImage] {
      machine.events.compactMap { if case .failedExec(let event) = $0 { event.image } else { nil } }
        .filter { $0.argv.texts.first == "attempts" }
    }

    @Test(arguments: [(100, 1000), (3000, 140), (8000, 55)])
    func `Records of failed execs have their exact size`(size: Int, count: Int) throws {
      // All of them in half of the ring: some 400 bytes besides their arguments, and the name of this program's
      // directory.
      let machine = try machine(ring: 1 << 20) {
        let status = try Fixture(["fixture", "attempts", "\(count)", "\(size)"]).wait()
        #expect(status == 0)
      }
      #expect(machine.lostEvents == LossCounts())
      #expect(failures(machine).count == count)
      #expect(failures(machine).allSatisfy { $0.argv.texts == ["attempts", String(repeating: "x", count: size)] })
    }

    @Test func `Records of execs waste little space`() throws {
      // With some 1,200 bytes besides their environment, and what their forks and exits take, two thirds of the ring.
      let machine = try machine(ring: 1 << 20) {
        for _ in 0..<100 {
          try Fixture(["fixture"], extra: ["PADDING": String(repeating: "x", count: 5000)]).wait()
        }
      }
      // Failed execs of others find no room in a ring that is more than half full.
      let lost = machine.lostEvents
      #expect(lost == LossCounts(failedExecs: lost.failedExecs))
      // Others of the machine have smaller ones.
      let environments = machine.events.compactMap { if case .exec(let event) = $0 { event.image.env } else { nil } }
        .filter { $0.bytes.count > 5000 }
      #expect(environments.count == 100)
      #expect(environments.allSatisfy { !$0.isCut })
    }

    @Test func `A flood of failed execs causes no loss of other events`() throws {
      let machine = try machine(ring: 512 << 10) {
        let status = try Fixture(["fixture", "attempts", "400", "3000"]).wait()
        #expect(status == 0)
        for _ in 0..<50 { try Fixture(["fixture", "fork", "exit", "1"]).wait() }
      }
      let lost = machine.lostEvents
      #expect(lost == LossCounts(failedExecs: lost.failedExecs))
      #expect(lost.failedExecs > 0)
      #expect(failures(machine).count < 400 && UInt64(failures(machine).count) + lost.failedExecs >= 400)
      #expect(machine.tree.totals.forks >= 101 && machine.tree.totals.execs >= 51)
    }
  }
}
