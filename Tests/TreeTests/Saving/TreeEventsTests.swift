import TestSupport
import Testing

@testable import Events
@testable import Filtering
@testable import Tree

extension ProcessTree {
  /// The tree that a replay makes of the events of this one.
  func replayed(only shown: Set<ProcessID>? = nil) -> ProcessTree {
    var other = ProcessTree(limits: Limits(processes: 10_000, execHistory: limits.execHistory))
    TreeEvents(of: self, only: shown).forEachBatch(of: 7) { events in
      for event in events { _ = other.apply(event) }
      return true
    }
    return other
  }

  /// Everything that a person can see of each process.
  /// - Parameter isWhole: whether no event was lost.
  func described(isWhole: Bool = true) -> [String] {
    allIDs.compactMap { id in
      guard let node = self[id] else { return nil }
      let isExact = isWhole || node.execCount > 0
      let program = isExact ? "\(node.imageIsInherited) \(String(describing: node.image?.time))" : ""
      let images = node.images.filter { isWhole || !$0.marks.contains(.fromProc) }.map {
        "\($0.comm) \($0.time) \($0.marks.rawValue)"
      }
      var facts = node.facts
      let hasParent = isWhole || node.isRunning || node.end?.status != nil
      if !hasParent { facts.parent = nil }
      // When a process ended whose exit nobody saw is a guess: a later process has its pid.
      let end = node.end.map {
        $0.status == nil && !isWhole
          ? "unseen" : "\($0.time) \(String(describing: $0.status?.waitStatus)) \(String(describing: $0.usage))"
      }
      return """
        \(id) below \(String(describing: node.parent)) \(facts) programs \(images) \(program) \
        title \(String(describing: node.title)) execs \(node.execCount) failed \(node.failedExecCount) \
        \(String(describing: node.lastFailure)) marks \(node.marks.subtracting(isWhole ? [] : .incomplete).rawValue) \
        gaps \(isWhole ? node.gaps : []) \
        outdated \(node.imageIsOutdated) \(node.isKernelThread) \(node.isPlaceholder) end \(end ?? "-")
        """
    }
  }
}

/// A tree as events, and the tree of these.
@Suite
struct TreeEventsTests {
  @Test(arguments: Seeds.first(400))
  func `A replay of a machine that loses nothing shows the same tree`(seed: UInt64) {
    var machine = LossyMachine(seed: seed)
    machine.calmDown()
    var tree = ProcessTree()
    for event in machine.snapshot() { _ = tree.apply(event) }
    for _ in 0..<120 { for event in machine.step() { _ = tree.apply(event) } }
    compare(tree.replayed(), tree, seed)
  }

  /// After losses a few processes may come back with another program, comm or place: a loss is named after the events
  /// that follow it. That is rare, and what was lost is never hidden.
  @Test func `A replay of a machine that loses events nearly always shows the same tree`() {
    let seeds = Seeds.first(400)
    var differences: [String] = []
    for seed in seeds {
      var machine = LossyMachine(seed: seed)
      var tree = ProcessTree()
      for event in machine.snapshot() { _ = tree.apply(event) }
      for step in 1...120 {
        for event in machine.step() { _ = tree.apply(event) }
        if step % 20 == 0 { for event in machine.resync() { _ = tree.apply(event) } }
      }
      let made = tree.replayed()
      #expect(made._checkInvariants() == [], "seed \(seed)")
      #expect(Set(made.allIDs) == Set(tree.allIDs), "seed \(seed)")
      #expect(made.totals.lost == tree.totals.lost && made.blindTime == tree.blindTime, "seed \(seed)")
      if let difference = difference(made, tree) { differences.append("seed \(seed): \(difference)") }
    }
    #expect(differences.count <= seeds.count / 20, "\(differences.joined(separator: "\n"))")
  }

  /// What no kernel reports: late and doubled events, times out of order, pids of running processes.
  @Test(arguments: Seeds.first(2000))
  func `Hostile events give a tree whose replay stays the same`(seed: UInt64) {
    var dice = SeededGenerator(seed: ~seed)
    var machine = RandomMachine(seed: seed)
    var tree = ProcessTree(
      limits: Limits(
        processes: dice.once(in: 2) ? 1000 : 20, logLines: dice.once(in: 2) ? 1000 : 10,
        execHistory: dice.once(in: 2) ? 1000 : 2))
    for _ in 0..<160 { _ = tree.apply(machine.next()) }
    let made = tree.replayed()
    #expect(made._checkInvariants() == [], "seed \(seed)")
    let ids = Set(tree.allIDs)
    // Placeholders that nothing names any more are not saved.
    #expect(tree.allIDs.allSatisfy { made[$0] != nil || tree[$0]?.isPlaceholder == true }, "seed \(seed)")
    #expect(made.allIDs.allSatisfy { ids.contains($0) || made[$0]?.isPlaceholder == true }, "seed \(seed)")
    for id in ids {
      guard let node = tree[id], let other = made[id] else { continue }
      #expect(other.execCount + Int(made.totals.lost.execs) >= node.execCount, "\(id), seed \(seed)")
    }
  }

  /// A filtered tree has nothing but what is shown.
  @Test(arguments: Seeds.first(200))
  func `A part of a tree is saved with its ancestors alone`(seed: UInt64) {
    var machine = LossyMachine(seed: seed)
    machine.calmDown()
    var tree = ProcessTree()
    for event in machine.snapshot() { _ = tree.apply(event) }
    for _ in 0..<120 { for event in machine.step() { _ = tree.apply(event) } }
    var dice = SeededGenerator(seed: seed)
    var shown: Set<ProcessID> = []
    for id in tree.allIDs where dice.once(in: 5) { shown.formUnion(tree.lineage(of: id) + [id]) }
    let made = tree.replayed(only: shown)
    #expect(Set(made.allIDs) == shown, "seed \(seed)")
    for id in shown {
      let (left, right) = (made[id], tree[id])
      #expect(left?.facts == right?.facts && left?.images == right?.images && left?.end == right?.end, "seed \(seed)")
    }
  }

  /// The tree of a moment, as a frozen view shows it.
  @Test(arguments: Seeds.first(100))
  func `A moment is saved as it was`(seed: UInt64) {
    var machine = LossyMachine(seed: seed)
    machine.calmDown()
    var tree = ProcessTree()
    for event in machine.snapshot() { _ = tree.apply(event) }
    for _ in 0..<120 { for event in machine.step() { _ = tree.apply(event) } }
    for time in stride(from: UInt64(95), to: 340, by: 31) {
      let past = tree.asOf(time)
      compare(past.replayed(), past, seed)
      TreeEvents(of: past).forEachBatch { events in
        #expect(events.allSatisfy { $0.time <= time }, "seed \(seed)")
        return true
      }
    }
  }

  private func compare(_ made: ProcessTree, _ tree: ProcessTree, _ seed: UInt64) {
    #expect(made._checkInvariants() == [])
    #expect(difference(made, tree) == nil, "seed \(seed)")
    #expect(made.totals.lost == tree.totals.lost && made.blindTime == tree.blindTime, "seed \(seed)")
  }

  private func difference(_ made: ProcessTree, _ tree: ProcessTree) -> String? {
    // A loss is named after the events that follow it. Sorted by time, a fork may find another program than the first
    // tree knew by then, and a process that was never seen to exit another last parent.
    let isWhole = tree.totals.lost.total == 0
    for (left, right) in zip(made.described(isWhole: isWhole), tree.described(isWhole: isWhole)) where left != right {
      return "\(left)\nnot\n\(right)"
    }
    if made.allIDs != tree.allIDs { return "\(made.allIDs)\nnot\n\(tree.allIDs)" }
    // A replay may mark more as incomplete, never less, but for a program that it found after all.
    let isMarked = tree.allIDs.allSatisfy { id in
      guard let node = tree[id], let other = made[id] else { return false }
      return other.gaps.union(.program).isSuperset(of: node.gaps)
    }
    return isMarked ? nil : "the replay has fewer marks"
  }
}
