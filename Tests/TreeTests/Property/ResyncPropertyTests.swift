import TestSupport
import Testing

@testable import Events
@testable import Tree

/// A machine whose events are lost at random.
@Suite
struct ResyncPropertyTests {
  @Test(arguments: Seeds.first(150))
  func `After the last census the tree equals the machine`(seed: UInt64) {
    var machine = LossyMachine(seed: seed)
    var tree = ProcessTree()
    var outline = Outline()
    var faults: [String] = []
    func apply(_ events: [ProcessEvent]) {
      for event in events where faults.isEmpty {
        let change = tree.apply(event)
        outline.apply(change, in: tree)
        faults += (tree._checkInvariants() + outline._checkInvariants(in: tree)).map { "\($0) after \(event)" }
      }
    }
    apply(machine.snapshot())
    for step in 1...120 {
      apply(machine.step())
      if step % 25 == 0 { apply(machine.resync()) }
    }
    machine.calmDown()
    apply(machine.resync())

    let running = tree.running.values.map { tree.arena[$0].id }.sorted()
    #expect(running == machine.alive.map(\.id).sorted(), "seed \(seed)")
    for process in machine.alive {
      guard let node = tree[process.id] else { continue }
      // The program is unknown if the process was forked by a program that was never seen.
      if let image = node.image {
        #expect(image.argv == process.image.argv, "program of \(process.id), seed \(seed)")
      } else {
        #expect(node.execCount == 0 && process.image.time < process.id.startTime)
      }
      #expect(node.presentParent == process.parent, "present parent of \(process.id), seed \(seed)")
      #expect(!node.imageIsOutdated, "\(process.id), seed \(seed)")
    }
    for process in machine.alive + machine.dead where process.forkIsKnown {
      #expect(tree[process.id]?.parent == process.original, "parent of \(process.id), seed \(seed)")
    }
    #expect(faults == [], "seed \(seed)")
  }
}
