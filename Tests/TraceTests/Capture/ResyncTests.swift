import Events
import Glibc
import TestSupport
import Testing
import Trace
import Tree

extension KernelTests {
  /// After a loss, what runs is what the tree shows.
  @Suite struct ResyncTests {
    let scratch = Scratch()

    @Test(arguments: Kernel.flavours)
    func `After a storm with losses the tree has exactly the running processes`(_ flavour: ObjectFlavour) throws {
      var settings = TraceSettings()
      settings.flavour = flavour
      settings.ringSize = 16 << 10
      let machine = try Machine(settings)
      let storm = try Fixture(["fixture", "storm", "\(Kernel.crowd(3000))", scratch["truth"], "1"])
      // Born while records are lost, and still there afterwards.
      let stayers = try (0..<10).map { try Fixture(["stayer \($0)", "ready"]) }
      #expect(storm.wait() == 0)
      var difference: [String] = []
      defer { for line in difference { Issue.record("\(line)") } }
      try wait(for: "the tree to be as /proc is") {
        machine.receiveEvents()
        difference = Self.difference(machine.tree) + unlike(stayers, in: machine.tree)
        return machine.lostEvents.total > 0 && difference.isEmpty
      }
      for stayer in stayers {
        let node = try #require(machine.tree.runningProcess(pid: stayer.pid).flatMap { machine.tree[$0] })
        #expect(node.parent?.pid == getpid())
      }
    }

    @Test(arguments: Kernel.flavours)
    func `Arguments that did not fit into the ring are read from /proc`(_ flavour: ObjectFlavour) throws {
      var settings = TraceSettings()
      settings.flavour = flavour
      settings.ringSize = 64 << 10
      let machine = try Machine(settings)
      // More than the ring holds, in one exec.
      let argv = ["stayer", "ready", String(repeating: "x", count: 120_000)]
      let stayer = try Fixture(argv)
      try stayer.waitUntilReady()
      var image: ProcessImage?
      try wait(for: "the whole arguments") {
        machine.receiveEvents()
        image = machine.tree.runningProcess(pid: stayer.pid).flatMap { machine.tree[$0] }?.image
        return image?.argv.texts == argv
      }
      #expect(image?.marks.contains(.fromProc) == true)
    }

    /// Which of them have another program in the tree.
    private func unlike(_ stayers: [Fixture], in tree: ProcessTree) -> [String] {
      stayers.enumerated().compactMap { number, stayer in
        let node = tree.runningProcess(pid: stayer.pid).flatMap { tree[$0] }
        let expected = ["stayer \(number)", "ready"]
        return node?.image?.argv.texts == expected ? nil : "\(stayer.pid) is not \(expected)"
      }
    }

    /// Who runs in the tree and not in /proc, or the other way round; but for the youngest, which come and go.
    private static func difference(_ tree: ProcessTree) -> [String] {
      let now = Fixture.now
      let old = { (id: ProcessID) in id.startTime + 500_000_000 < now }
      let listed = runningNow()
      let ghosts = tree.allProcesses.filter { id in
        guard let node = tree[id], node.isRunning, !node.isPlaceholder else { return false }
        return old(id) && !isAlive(id)
      }
      let missing = listed.filter { old($0) && tree.runningProcess(pid: $0.pid) == nil && isAlive($0) }
      return ghosts.map { "\($0) runs in the tree alone" } + missing.map { "\($0) is missing in the tree" }
    }
  }
}
