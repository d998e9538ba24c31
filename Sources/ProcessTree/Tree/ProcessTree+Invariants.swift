internal import DequeModule

extension ProcessTree {
  /// What is wrong with the tree; empty unless there is a bug. For tests. - Complexity: O(processes × depth).
  func _checkInvariants() -> [String] {
    var faults: [String] = []
    func require(_ condition: Bool, _ fault: @autoclosure () -> String) {
      if !condition { faults.append(fault()) }
    }
    var sums = Array(repeating: SubtreeCounts(), count: arena.capacity)
    var order: [Int32] = []
    var slot = NodeArena.machine
    while order.count <= slots.count, let next = arena.successor(of: slot, within: NodeArena.machine) {
      order.append(next)
      slot = next
    }
    require(order.count == slots.count, "\(order.count) reachable of \(slots.count)")
    guard faults.isEmpty else { return faults }

    for slot in order {
      let (links, record) = (arena[slot], arena[record: slot])
      require(links.isUsed && slots[links.id] == slot && record.facts.id == links.id, "identity of \(links.id)")
      require(links.next == NodeArena.none || arena[links.next].previous == slot, "links of \(links.id)")
      require(links.next == NodeArena.none || links.id < arena[links.next].id, "order at \(links.id)")
      require(links.next != NodeArena.none || arena[links.parent].lastChild == slot, "last child \(links.id)")
      require(children(of: links.id).count == Int(links.childCount), "child count of \(links.id)")
      sums[Int(slot)] = SubtreeCounts(
        processes: 1, running: record.isRunning ? 1 : 0, execs: record.execCount, failedExecs: record.failedExecCount)

      require((running[links.id.pid] == slot) == record.isRunning, "pid of \(links.id)")
      if record.isRunning {
        let guardian = links.guardian == NodeArena.none ? nil : arena[links.guardian].id
        require(guardian == record.presentParent, "present parent of \(links.id)")
      } else {
        require(links.guardian == NodeArena.none, "\(links.id) ended and is somebody's ward")
      }
      let isQueued = retirees.contains { $0.slot == slot && $0.turn == record.turn }
      if !record.isRunning || record.knowledge == .placeholder {
        require(isQueued || record.isDue, "\(links.id) will never be forgotten")
        require(isQueued || !isDispensable(slot), "\(links.id) could go and is not queued")
      }
      if totals.processes > limits.processes {
        require(!isDispensable(slot), "\(links.id) should be forgotten")
      }
    }
    for slot in order.reversed() {
      require(sums[Int(slot)] == arena[slot].counts, "sums of \(arena[slot].id)")
      sums[Int(arena[slot].parent)].add(sums[Int(slot)])
    }
    require(arena[NodeArena.machine].counts == sums[0], "sums of the machine")
    require(zip(retirees, retirees.dropFirst()).allSatisfy { $0.turn <= $1.turn }, "the queue is out of order")
    require(log.count <= limits.logLines, "log over its limit")
    return faults
  }
}

extension Outline {
  /// What is wrong with the outline; empty unless there is a bug or a change was not noted. For tests.
  /// - Complexity: O(processes).
  func _checkInvariants(in tree: ProcessTree) -> [String] {
    var expected = Outline()
    expected.folds = folds
    expected.setFilter(filter, in: tree)
    var faults: [String] = []
    if rowCount != expected.rowCount { faults.append("\(rowCount) rows, not \(expected.rowCount)") }
    if matchCount != expected.matchCount { faults.append("\(matchCount) matches, not \(expected.matchCount)") }
    for (id, slot) in tree.slots where entries[Int(slot)] != expected.entries[Int(slot)] {
      faults.append("\(id): \(entries[Int(slot)]), not \(expected.entries[Int(slot)])")
    }
    return faults
  }
}
