internal import DequeModule
public import Events

// The tree as it was at an earlier moment: the processes that had started, with the events until then.
//
// It is derived from the present tree. Processes that were forgotten since are missing (`pin` prevents this).
// Facts whose changes the kernel does not report, such as the user, are as they are known now.

extension ProcessTree {
  /// The earliest moment that can be shown completely, in nanoseconds since boot: from then on all events are
  /// remembered. Nil before the first event.
  public var earliestMoment: UInt64? {
    log[log.firstSequence].map { max($0.time, log.forgottenUntil, quiet.forgottenUntil) }
  }

  /// Changes a tree that shows one moment of `now` into one that shows another.
  ///
  /// - Parameters:
  ///   - old: the moment that it shows; the greatest number for a copy of `now`.
  ///   - time: the moment to show, in nanoseconds since boot.
  ///   - now: the live tree.
  ///   - stale: processes about which `now` has learnt more since the old moment was derived.
  ///   - onChange: called for each change, with the tree right after it.
  /// - Complexity: O(events between the two, and the ancestors of their processes, each once); O(processes) from the
  ///   greatest number.
  public mutating func turn(
    from old: UInt64, to time: UInt64, in now: ProcessTree, stale: Set<ProcessID> = [],
    onChange: (TreeChange, ProcessTree) -> Void
  ) {
    moment = time
    log = now.log
    seen = now.seen
    written = now.written
    now.log.forEachEntry(after: time, upTo: .max) { seen.subtract($0) }
    now.quiet.forEachFound(after: time) { _, count in seen.failedExecs &+= Int(count) }
    var past = PastTree(now, at: time)
    var ids = stale
    if old == .max {
      ids = Set(now.allIDs)
    } else {
      ids.formUnion(now.idsTouched(between: min(old, time), and: max(old, time)))
    }
    // Parents before children, as far as their start times show.
    for id in ids.sorted() { revise(id, in: &past, onChange: onChange) }
    retirees = []
    spared = []
    waiting = []
    pinned = []
    arena.carrySums()
  }

  /// Every remembered process, parents before their children. - Complexity: O(processes).
  public var allIDs: [ProcessID] {
    var ids: [ProcessID] = []
    ids.reserveCapacity(slots.count)
    var slot = NodeArena.root
    while let next = arena.successor(of: slot, within: NodeArena.root) {
      ids.append(arena[next].id)
      slot = next
    }
    return ids
  }

  /// The processes whose state may differ between two moments.
  private func idsTouched(between low: UInt64, and high: UInt64) -> Set<ProcessID> {
    var ids = quiet.ids(after: low, upTo: high)
    log.forEachEntry(after: low, upTo: high) { entry in
      if let id = entry.id { ids.insert(id) }
    }
    return ids
  }

  /// Sets one process to its state at the moment.
  private mutating func revise(
    _ id: ProcessID, in past: inout PastTree, onChange: (TreeChange, ProcessTree) -> Void
  ) {
    guard let source = past.now.slot(of: id), past.existed(source) else { return removeSubtree(id, onChange) }
    let slot = insertWithAncestors(source, in: &past, onChange)
    var change = TreeChange()
    move(slot, toParentOf: source, in: past.now, &change)
    setRecord(of: slot, to: source, in: &past)
    self.addStep(.changed, slot, &change)
    arena.drainChangedChunks(into: &change)
    onChange(change, self)
  }

  /// Removes a process and all its descendants.
  private mutating func removeSubtree(_ id: ProcessID, _ onChange: (TreeChange, ProcessTree) -> Void) {
    guard let top = slot(of: id) else { return }
    var slot = top
    while true {
      while arena[slot].lastChild != NodeArena.none { slot = arena[slot].lastChild }
      let parent = arena[slot].parent
      var change = TreeChange()
      remove(slot, &change)
      arena.drainChangedChunks(into: &change)
      onChange(change, self)
      if slot == top { return }
      slot = parent
    }
  }

  /// Inserts a process if it is missing, with its missing ancestors and its descendants that had started.
  private mutating func insertWithAncestors(
    _ source: Int32, in past: inout PastTree, _ onChange: (TreeChange, ProcessTree) -> Void
  ) -> Int32 {
    let (now, time) = (past.now, past.time)
    if let known = slot(of: now.arena[source].id) { return known }
    var missing = [source]
    while let last = missing.last, now.arena[last].parent != NodeArena.root,
      slot(of: now.arena[now.arena[last].parent].id) == nil
    {
      missing.append(now.arena[last].parent)
    }
    while let next = missing.popLast() {
      let id = now.arena[next].id
      guard slot(of: id) == nil else { continue }
      let above = now.arena[next].parent
      let parent = above == NodeArena.root ? above : slot(of: now.arena[above].id)!
      var change = TreeChange()
      let slot = arena.allocate(id)
      arena[slot].sums = arena[record: slot].sums
      arena.link(slot, under: parent)
      slots.insert(slot, in: arena)
      setRecord(of: slot, to: next, in: &past)
      arena.setDepth(of: slot, under: parent)
      self.addStep(.inserted, slot, &change)
      arena.drainChangedChunks(into: &change)
      onChange(change, self)
      var child = now.arena[next].firstChild
      while child != NodeArena.none, now.arena[child].id.startTime <= time {
        missing.append(child)
        child = now.arena[child].next
      }
    }
    return slot(of: now.arena[source].id)!
  }

  /// Moves a process to the parent that it has in the live tree.
  private mutating func move(_ slot: Int32, toParentOf source: Int32, in now: ProcessTree, _ change: inout TreeChange) {
    let above = now.arena[source].parent
    let parent = above == NodeArena.root ? above : self.slot(of: now.arena[above].id)
    guard let parent, parent != arena[slot].parent, !arena.isWithin(parent, slot) else { return }
    let old = arena[slot].parent
    arena.unlink(slot)
    arena.link(slot, under: parent)
    addStep(.moved, slot, &change, from: old)
  }

  /// Replaces a process's record by that of the moment, and updates the sums and the table of running processes.
  private mutating func setRecord(of slot: Int32, to source: Int32, in past: inout PastTree) {
    let (before, run) = (arena[record: slot].sums, arena.ownRun(slot))
    let id = past.now.arena[source].id
    let old = arena[record: slot].heldImages
    arena[record: slot] = past.record(source, shown: arena[record: slot].profile, &profiles)
    for image in arena[record: slot].heldImages { programs.hold(image) }
    for image in old { programs.release(image) }
    var delta = arena[record: slot].sums
    delta.add(before.negated)
    if delta != SubtreeSums() { arena.add(delta, from: slot) }
    arena.updateLongest(of: slot, was: run)
    if arena[record: slot].isRunning {
      running[id.pidKey] = slot
    } else if running[id.pidKey] == slot {
      running[id.pidKey] = nil
    }
  }
}
