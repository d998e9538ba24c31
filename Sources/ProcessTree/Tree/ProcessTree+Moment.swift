internal import DequeModule

// The tree as it was at a moment: what had begun by then, with what had happened to it by then.
//
// It is made of what is remembered now. A process of that moment which is forgotten since is missing (`pin` prevents
// that), and what the kernel does not tell of again, such as a change of user, is shown as it is known now.

extension ProcessTree {
  /// From when on every event is remembered: the earliest moment that can be shown in full, nanoseconds since boot. Nil
  /// while nothing happened.
  public var earliestMoment: UInt64? {
    log[log.firstSequence].map { max($0.time, log.forgottenUntil, quiet.forgottenUntil) }
  }

  /// Turns a tree that shows one moment of `now` into one that shows another.
  ///
  /// - Parameters:
  ///   - old: the moment that it shows; the greatest number there is for a copy of `now`.
  ///   - now: everything that is known.
  ///   - stale: of whom more is known by now than when the old moment was made.
  ///   - note: is told of each change, with the tree right after it.
  /// - Complexity: O(what happened between the two, and what stands above
  ///   that, each once); O(processes) from the greatest number.
  public mutating func turn(
    from old: UInt64, to time: UInt64, in now: ProcessTree, stale: Set<ProcessID> = [],
    note: (TreeChange, ProcessTree) -> Void
  ) {
    moment = time
    log = now.log
    seen = now.seen
    now.log.forEachEntry(after: time, upTo: .max) { seen.take(back: $0) }
    var past = PastTree(now, at: time)
    var ids = stale
    if old == .max {
      ids = Set(now.allIDs)
    } else {
      ids.formUnion(now.idsTouched(between: min(old, time), and: max(old, time)))
    }
    // Parents before children, as far as their starts tell.
    for id in ids.sorted() { revise(id, in: &past, note: note) }
    retirees = []
    spared = []
    waiting = []
    pinned = []
    arena.carrySums()
  }

  /// Every process that is remembered, parents before their children. - Complexity: O(processes).
  public var allIDs: [ProcessID] {
    var ids: [ProcessID] = []
    ids.reserveCapacity(slots.count)
    var slot = NodeArena.machine
    while let next = arena.successor(of: slot, within: NodeArena.machine) {
      ids.append(arena[next].id)
      slot = next
    }
    return ids
  }

  /// Whose state is another at one of two moments than at the other, and perhaps some more.
  private func idsTouched(between low: UInt64, and high: UInt64) -> Set<ProcessID> {
    var ids = quiet.ids(after: low, upTo: high)
    log.forEachEntry(after: low, upTo: high) { entry in
      if let id = entry.id { ids.insert(id) }
    }
    return ids
  }

  /// Makes one process what it was.
  private mutating func revise(
    _ id: ProcessID, in past: inout PastTree, note: (TreeChange, ProcessTree) -> Void
  ) {
    guard let source = past.now.slot(of: id), past.existed(source) else { return leave(id, note) }
    let slot = enter(source, in: &past, note)
    var change = TreeChange()
    stand(slot, as: source, in: past.now, &change)
    show(slot, as: source, in: &past)
    self.note(.changed, slot, &change)
    arena.takeChangedChunks(&change)
    note(change, self)
  }

  /// Takes out a process and all below it.
  private mutating func leave(_ id: ProcessID, _ note: (TreeChange, ProcessTree) -> Void) {
    guard let top = slot(of: id) else { return }
    var slot = top
    while true {
      while arena[slot].lastChild != NodeArena.none { slot = arena[slot].lastChild }
      let parent = arena[slot].parent
      var change = TreeChange()
      remove(slot, &change)
      arena.takeChangedChunks(&change)
      note(change, self)
      if slot == top { return }
      slot = parent
    }
  }

  /// Puts a process in its place, after those above it that are missing, and with those below it that began.
  private mutating func enter(
    _ source: Int32, in past: inout PastTree, _ note: (TreeChange, ProcessTree) -> Void
  ) -> Int32 {
    let (now, time) = (past.now, past.time)
    if let known = slot(of: now.arena[source].id) { return known }
    var missing = [source]
    while let last = missing.last, now.arena[last].parent != NodeArena.machine,
      slot(of: now.arena[now.arena[last].parent].id) == nil
    {
      missing.append(now.arena[last].parent)
    }
    while let next = missing.popLast() {
      let id = now.arena[next].id
      guard slot(of: id) == nil else { continue }
      let above = now.arena[next].parent
      let parent = above == NodeArena.machine ? above : slot(of: now.arena[above].id)!
      var change = TreeChange()
      let slot = arena.allocate(id)
      arena[slot].sums = arena[record: slot].sums
      arena.link(slot, under: parent)
      slots.insert(slot, in: arena)
      show(slot, as: next, in: &past)
      arena.setDepth(of: slot, under: parent)
      self.note(.inserted, slot, &change)
      arena.takeChangedChunks(&change)
      note(change, self)
      var child = now.arena[next].firstChild
      while child != NodeArena.none, now.arena[child].id.startTime <= time {
        missing.append(child)
        child = now.arena[child].next
      }
    }
    return slot(of: now.arena[source].id)!
  }

  /// Moves a process under the parent that is known by now.
  private mutating func stand(_ slot: Int32, as source: Int32, in now: ProcessTree, _ change: inout TreeChange) {
    let above = now.arena[source].parent
    let parent = above == NodeArena.machine ? above : self.slot(of: now.arena[above].id)
    guard let parent, parent != arena[slot].parent, !arena.isWithin(parent, slot) else { return }
    let old = arena[slot].parent
    arena.unlink(slot)
    arena.link(slot, under: parent)
    note(.moved, slot, &change, from: old)
  }

  private mutating func show(_ slot: Int32, as source: Int32, in past: inout PastTree) {
    let (before, run) = (arena[record: slot].sums, arena.ownRun(slot))
    let id = past.now.arena[source].id
    let old = arena[record: slot].heldImages
    arena[record: slot] = past.record(source, shown: arena[record: slot].profile, &profiles)
    for image in arena[record: slot].heldImages { programs.hold(image) }
    for image in old { programs.release(image) }
    var delta = arena[record: slot].sums
    delta.add(before.negated)
    if delta != SubtreeSums() { arena.add(delta, from: slot) }
    arena.noteRun(of: slot, was: run)
    if arena[record: slot].isRunning {
      running[id.pid] = slot
    } else if running[id.pid] == slot {
      running[id.pid] = nil
    }
  }
}
