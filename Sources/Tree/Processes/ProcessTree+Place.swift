internal import Events

// Places processes in the tree: by the first event that names them, and again by a better source.

extension ProcessTree {
  /// Inserts the process of an event, or moves it if the event is a better source of its place, and updates its facts.
  /// Returns its slot.
  mutating func insertOrUpdate(
    _ facts: ProcessFacts, at time: UInt64, knowing knowledge: ProcessRecord.Knowledge, _ change: inout TreeChange
  ) -> Int32 {
    let named = facts.parent == facts.id ? nil : facts.parent
    let parent = named.map { slotOrPlaceholder($0, &change) } ?? top(of: facts.id)
    let slot: Int32
    if let known = self.slot(of: facts.id) {
      slot = known
      let before = arena[record: slot].knowledge
      let isOrphan = isTop(arena[slot].parent) && before != .fork
      if named != nil, before < knowledge || isOrphan { place(slot, under: parent, &change) }
      arena[record: slot].knowledge = max(before, knowledge)
    } else {
      slot = insert(facts.id, under: parent, &change)
      arena[record: slot].knowledge = knowledge
    }
    arena.renewDepth(of: slot)
    let likely = arena[record: parent].profile
    arena[record: slot].update(facts, at: time, likely: likely, &profiles)
    if facts.isKernelThread { arena[record: slot].isKernelThread = true }
    if let named { setPresentParent(of: slot, to: named, at: time, &change) }
    return slot
  }

  /// The slot of a process that other events name. An unknown process becomes a top-level placeholder, so that its
  /// children have a common parent.
  mutating func slotOrPlaceholder(_ id: ProcessID, _ change: inout TreeChange) -> Int32 {
    if let known = slot(of: id) { return known }
    let slot = insert(id, under: top(of: id), &change)
    retire(slot)
    return slot
  }

  /// Moves a process to the original parent that a better source names, unless this would make a cycle.
  mutating func place(_ slot: Int32, under parent: Int32, _ change: inout TreeChange) {
    let old = arena[slot].parent
    guard old != parent, !arena.isWithin(parent, slot) else { return }
    let present = arena.presentParent(of: slot)
    arena.unlink(slot)
    arena.link(slot, under: parent)
    if let present { arena.setPresentParent(of: slot, to: present, at: arena[record: slot].presentParentTime) }
    addStep(.moved, slot, &change, from: old)
    retireIfDue(old)
  }

  /// Sets the present parent that an event names, unless a later event named another.
  mutating func setPresentParent(
    of slot: Int32, to parent: ProcessID, at time: UInt64, _ change: inout TreeChange
  ) {
    guard parent != arena[slot].id, time >= arena[record: slot].presentParentTime else { return }
    arena[record: slot].presentParentTime = time
    let isSame = arena.presentParent(of: slot) == parent
    if !isSame {
      arena.setPresentParent(of: slot, to: parent, at: time)
    }
    guard arena[record: slot].isRunning, !(isSame && arena[presentLinks: slot].presentParent != NodeArena.none) else {
      return
    }
    let parentSlot = slotOrPlaceholder(parent, &change)
    // The parent's identity may show that another process has the pid of this one, which has exited then.
    guard arena[record: slot].isRunning else { return }
    if let former = arena.unlinkPresentParent(of: slot) { retireIfDue(former) }
    arena.linkPresentParent(of: slot, to: parentSlot)
  }

  /// The kernel's reparenting: the reaper adopts all running children of an exited process.
  mutating func reparent(
    childrenOf exited: Int32, to reaper: ProcessID, at time: UInt64, _ change: inout TreeChange
  ) {
    let parentSlot = slotOrPlaceholder(reaper, &change)
    while arena[presentLinks: exited].firstPresentChild != NodeArena.none {
      let child = arena[presentLinks: exited].firstPresentChild
      _ = arena.unlinkPresentParent(of: child)
      guard child != parentSlot else {
        // The reaper was a child of the exited process. Its own events will name its parent.
        arena.setPresentParent(of: child, to: nil, at: time)
        addStep(.changed, child, &change)
        continue
      }
      arena.linkPresentParent(of: child, to: parentSlot)
      arena.setPresentParent(of: child, to: reaper, at: time)
      arena[record: child].presentParentTime = max(time, arena[record: child].presentParentTime)
      addStep(.changed, child, &change)
    }
  }

  /// Ends a process, or adds the status of a process that has already ended.
  mutating func finish(_ slot: Int32, _ end: ProcessEnd, _ change: inout TreeChange) {
    if arena[record: slot].isRunning {
      if !arena[record: slot].endIsUnknown { arena.add(SubtreeSums(running: -1), from: slot) }
      if running[arena[slot].id.pidKey] == slot { running[arena[slot].id.pidKey] = nil }
      if let parentSlot = arena.unlinkPresentParent(of: slot) { retireIfDue(parentSlot) }
      retire(slot)
      written.end(arena[slot].id)
    }
    setEnd(of: slot, to: end)
    addStep(.changed, slot, &change)
  }

  /// Stores how it exited; again if the status arrives later.
  private mutating func setEnd(of slot: Int32, to end: ProcessEnd) {
    let (run, cpu) = (arena.ownRun(slot), arena[record: slot].cpuTime)
    let nonzero = arena[record: slot].exitedNonzero
    arena[record: slot].finish(end)
    let used = arena[record: slot].cpuTime &- cpu
    let isNonzero = arena[record: slot].exitedNonzero
    if used != 0 || isNonzero != nonzero {
      arena.add(
        SubtreeSums(nonzero: isNonzero == nonzero ? 0 : isNonzero ? 1 : -1, cpuTime: used), from: slot)
    }
    arena.updateLongest(of: slot, was: run)
  }

  /// Adds a step to the change.
  func addStep(
    _ kind: TreeChange.Step.Kind, _ slot: Int32, _ change: inout TreeChange, from old: Int32 = NodeArena.none,
    leavingOut: Bool = false
  ) {
    let parent = arena[slot].parent
    change.add(
      TreeChange.Step(
        kind: kind, id: arena[slot].id, parent: parent == NodeArena.root ? nil : arena[parent].id, slot: slot,
        parentSlot: parent, formerParentSlot: old, leavesOut: leavingOut))
  }

  mutating func insert(_ id: ProcessID, under parent: Int32, _ change: inout TreeChange) -> Int32 {
    let slot = arena.allocate(id)
    if id.isHost { arena[record: slot].isHost = true }
    arena[slot].sums = arena[record: slot].sums
    arena.link(slot, under: parent)
    slots.insert(slot, in: arena)
    if !lacks.isEmpty { markLack(of: slot) }
    addStep(.inserted, slot, &change)
    claimPID(slot, &change)
    return slot
  }

  /// Makes a process the owner of its pid. If another process has it, the exit of the older one was lost or will arrive
  /// late.
  private mutating func claimPID(_ slot: Int32, _ change: inout TreeChange) {
    let id = arena[slot].id
    guard let other = running[id.pidKey] else {
      running[id.pidKey] = slot
      return
    }
    let isNewer = arena[other].id < id
    if isNewer { running[id.pidKey] = slot }
    let (older, newer) = isNewer ? (other, slot) : (slot, other)
    let end = ProcessEnd(time: arena[newer].id.startTime, status: nil, usage: nil)
    quiet.add(arena[older].id, at: end.time)
    finish(older, end, &change)
  }
}
