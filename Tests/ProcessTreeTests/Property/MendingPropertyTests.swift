import Testing

@testable import ProcessTree

@Suite("A machine whose events are lost at random")
struct MendingPropertyTests {
  @Test(arguments: 0..<150 as Range<UInt64>)
  func `after the last census the tree is as the machine is`(seed: UInt64) {
    var machine = LossyMachine(seed: seed)
    var tree = ProcessTree()
    var outline = Outline()
    var faults: [String] = []
    func take(_ events: [ProcessEvent]) {
      for event in events where faults.isEmpty {
        let change = tree.apply(event)
        outline.note(change, in: tree)
        faults += (tree._checkInvariants() + outline._checkInvariants(in: tree)).map { "\($0) after \(event)" }
      }
    }
    take(machine.snapshot())
    for step in 1...120 {
      take(machine.step())
      if step % 25 == 0 { take(machine.mend()) }
    }
    machine.calmDown()
    take(machine.mend())

    let running = tree.running.values.map { tree.arena[$0].id }.sorted()
    #expect(running == machine.alive.map(\.id).sorted(), "seed \(seed)")
    for process in machine.alive {
      guard let node = tree[process.id] else { continue }
      // Of one that was forked by a program that nobody ever saw, it is not known.
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
