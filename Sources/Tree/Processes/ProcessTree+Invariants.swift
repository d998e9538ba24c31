internal import DequeModule
internal import Events

extension ProcessTree {
  /// The faults of the tree, for tests: none, unless there is a bug. - Complexity: O(processes × depth).
  func _checkInvariants() -> [String] {
    var current = self
    current.updateSums()
    return arena._checkPending() + current._checkCurrent()
  }

  /// The checks of a tree whose sums are up to date.
  private func _checkCurrent() -> [String] {
    var faults: [String] = []
    func require(_ condition: Bool, _ fault: @autoclosure () -> String) {
      if !condition { faults.append(fault()) }
    }
    var sums = Array(repeating: SubtreeSums(), count: arena.capacity)
    var longest = Array(repeating: UInt64(0), count: arena.capacity)
    var order: [Int32] = []
    var slot = NodeArena.root
    while order.count <= slots.count, let next = arena.successor(of: slot, within: NodeArena.root) {
      order.append(next)
      slot = next
    }
    require(order.count == slots.count, "\(order.count) reachable of \(slots.count)")
    guard faults.isEmpty else { return faults }

    for slot in order {
      let (links, record, presentLinks) = (arena[slot], arena[record: slot], arena[presentLinks: slot])
      require(arena.isUsed(slot) && self.slot(of: links.id) == slot, "identity of \(links.id)")
      require(links.next == NodeArena.none || arena[links.next].previous == slot, "links of \(links.id)")
      require(links.next == NodeArena.none || links.id < arena[links.next].id, "order at \(links.id)")
      require(links.next != NodeArena.none || arena[links.parent].lastChild == slot, "last child \(links.id)")
      require(children(of: links.id).count == Int(links.childCount), "child count of \(links.id)")
      sums[Int(slot)] = record.sums
      longest[Int(slot)] = arena.ownRun(slot)

      // Present parents and the queue of processes to forget matter only in a tree that applies events.
      guard moment == nil else { continue }
      require((running[links.id.pidKey] == slot) == record.isRunning, "pid of \(links.id)")
      if record.isRunning {
        let parentSlot = presentLinks.presentParent == NodeArena.none ? nil : arena[presentLinks.presentParent].id
        require(
          parentSlot == arena.presentParent(of: slot),
          "present parent \(String(describing: parentSlot)) of \(links.id), not \(String(describing: arena.presentParent(of: slot))) \(record.adoptions)"
        )
      } else {
        require(
          presentLinks.presentParent == NodeArena.none, "\(links.id) exited and still has a link to a present parent")
      }
      let isQueued =
        retirees.contains { $0.slot == slot && $0.queueNumber == record.queueNumber }
        || (spared + pinned).contains { $0.slot == slot }
      if !record.isRunning || record.knowledge == .placeholder {
        require(isQueued || record.isDue, "\(links.id) will never be forgotten")
        require(isQueued || !isDispensable(slot), "\(links.id) may be forgotten and is not queued")
      }
      if isOverLimits, record.isDue, isLink(slot) {
        require(
          waiting.contains { $0.slot == slot && $0.queueNumber == record.queueNumber },
          "\(links.id) is due and not in the waiting list")
      }
      if isOverLimits, !pinned.contains(where: { $0.slot == slot }) {
        require(!isDispensable(slot), "\(links.id) should be forgotten")
      }
    }
    for slot in order.reversed() {
      require(sums[Int(slot)] == arena[slot].sums, "sums of \(arena[slot].id)")
      require(longest[Int(slot)] == arena[slot].longestRun, "longest run below \(arena[slot].id)")
      let parent = Int(arena[slot].parent)
      sums[parent].add(sums[Int(slot)])
      longest[parent] = max(longest[parent], longest[Int(slot)])
    }
    require(arena[NodeArena.root].sums == sums[0], "sums of the root")
    require(arena.whole == sums[0], "sums of the whole")
    var disorder = 0
    var renewed = arena
    for slot in order {
      let parent = arena[slot].parent
      if order.count < 1000 || slot == order.last {
        let leftOut = lineage(of: arena[slot].id).compactMap { self.slot(of: $0) }.reduce(arena.leftOut(above: slot)) {
          $0 &+ arena.leftOut(above: $1)
        }
        let depth = lineage(of: arena[slot].id).count &+ Int(leftOut)
        require(arena.depth(of: slot) == depth, "depth of \(arena[slot].id)")
      }
      renewed.renewDepth(of: slot)
      require(
        renewed[slot].depth == renewed[parent].depth &+ 1 &+ arena.leftOut(above: slot),
        "renewed depth of \(arena[slot].id)")
      if parent != NodeArena.root, arena[slot].id < arena[parent].id { disorder &+= 1 }
    }
    require(arena.disorder == disorder, "\(arena.disorder) links to younger parents, not \(disorder)")
    require(arena[NodeArena.root].longestRun == longest[0], "longest run of the root")
    faults += arena._checkSiblings(order + [NodeArena.root])
    require(
      zip(retirees, retirees.dropFirst()).allSatisfy { !($1.queueNumber < $0.queueNumber) }, "the queue is out of order"
    )
    require(log.count <= limits.logLines, "log over its limit")
    return faults
  }
}

extension NodeArena {
  /// The faults of the list of pending sums.
  fileprivate func _checkPending() -> [String] {
    var faults: [String] = []
    for (place, item) in pending.items.enumerated() {
      if Int(self[item.slot].pending) != place &+ 1 { faults.append("place of the pending \(self[item.slot].id)") }
      if !isUsed(item.slot), item.sums != SubtreeSums() { faults.append("sums of a free slot are pending") }
    }
    for slot in 0..<Int32(truncatingIfNeeded: capacity) where self[slot].pending > 0 {
      if Int(self[slot].pending) > pending.items.count { faults.append("\(self[slot].id) is not in the pending list") }
    }
    return faults
  }

  /// The faults of the chunks of these parents' children.
  fileprivate func _checkSiblings(_ parents: [Int32]) -> [String] {
    var faults: [String] = []
    for parent in parents {
      let children = children(of: parent)
      guard let order = siblings.order(of: parent) else {
        if children.count > siblings.capacity { faults.append("no index of \(self[parent].id)") }
        if children.contains(where: { self[$0].chunk >= 0 }) {
          faults.append("chunks without index: \(self[parent].id)")
        }
        continue
      }
      if order.flatMap({ siblings[$0].slots }) != children { faults.append("index of \(self[parent].id)") }
      for chunk in order {
        let slots = siblings[chunk].slots
        let longest = slots.map { self[$0].longestRun }.max()
        let failures = slots.reduce(0) { $0 &+ self[$1].sums.failures }
        if failures != siblings[chunk].failures { faults.append("failures of a chunk of \(self[parent].id)") }
        if slots.contains(where: { self[$0].chunk != chunk }) { faults.append("members of \(self[parent].id)") }
        if siblings[chunk].parent != parent || slots.count > siblings.capacity || longest != siblings[chunk].longestRun
        {
          faults.append("chunk of \(self[parent].id)")
        }
      }
    }
    return faults
  }
}
