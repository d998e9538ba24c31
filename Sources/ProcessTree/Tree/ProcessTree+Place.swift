// How processes get their place: from whichever event speaks of them first, and a better one when a better source does.

extension ProcessTree {
  /// Makes sure that the process of an event is in the tree, where the event (or a better one before it) says that it
  /// stands, and takes over its facts if they are news.
  mutating func settle(
    _ facts: ProcessFacts, at time: UInt64, knowing knowledge: ProcessRecord.Knowledge, _ change: inout TreeChange
  ) -> Int32 {
    let named = facts.parent == facts.id ? nil : facts.parent
    let parent = named.map { slotOrPlaceholder($0, &change) } ?? NodeArena.machine
    let slot: Int32
    if let known = self.slot(of: facts.id) {
      slot = known
      let before = arena[record: slot].knowledge
      let isOrphan = arena[slot].parent == NodeArena.machine && before != .fork
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

  /// The slot of a process that others name; where it is not known it becomes a placeholder among the roots, so that
  /// those below it stand together.
  mutating func slotOrPlaceholder(_ id: ProcessID, _ change: inout TreeChange) -> Int32 {
    if let known = slot(of: id) { return known }
    let slot = insert(id, under: NodeArena.machine, &change)
    retire(slot)
    return slot
  }

  /// A better source names the original parent of a known process. Refused where that would close a circle.
  mutating func place(_ slot: Int32, under parent: Int32, _ change: inout TreeChange) {
    let old = arena[slot].parent
    guard old != parent, !arena.isWithin(parent, slot) else { return }
    let present = arena.presentParent(of: slot)
    arena.unlink(slot)
    arena.link(slot, under: parent)
    if let present { arena.setPresentParent(of: slot, to: present, at: arena[record: slot].presentParentTime) }
    note(.moved, slot, &change, from: old)
    retireIfDue(old)
  }

  /// Takes over the present parent that an event names, unless a later one named another.
  mutating func setPresentParent(
    of slot: Int32, to parent: ProcessID, at time: UInt64, _ change: inout TreeChange
  ) {
    guard parent != arena[slot].id, time >= arena[record: slot].presentParentTime else { return }
    arena[record: slot].presentParentTime = time
    let isSame = arena.presentParent(of: slot) == parent
    if !isSame {
      arena.setPresentParent(of: slot, to: parent, at: time)
    }
    guard arena[record: slot].isRunning, !(isSame && arena[wards: slot].guardian != NodeArena.none) else { return }
    let guardian = slotOrPlaceholder(parent, &change)
    // The parent may turn out to hold the pid of this very process, which then ended before.
    guard arena[record: slot].isRunning else { return }
    if let former = arena.dismiss(slot) { retireIfDue(former) }
    arena.entrust(slot, to: guardian)
  }

  /// The kernel's reparenting: all that still run below the dead get the reaper as present parent.
  mutating func handOver(
    wardsOf dead: Int32, to reaper: ProcessID, at time: UInt64, _ change: inout TreeChange
  ) {
    let guardian = slotOrPlaceholder(reaper, &change)
    while arena[wards: dead].firstWard != NodeArena.none {
      let ward = arena[wards: dead].firstWard
      _ = arena.dismiss(ward)
      guard ward != guardian else {
        // The reaper was a child of the dead: who it belongs to now, its own events will tell.
        arena.setPresentParent(of: ward, to: nil, at: time)
        note(.changed, ward, &change)
        continue
      }
      arena.entrust(ward, to: guardian)
      arena.setPresentParent(of: ward, to: reaper, at: time)
      arena[record: ward].presentParentTime = max(time, arena[record: ward].presentParentTime)
      note(.changed, ward, &change)
    }
  }

  /// The end of a process, or the news of how it ended.
  mutating func finish(_ slot: Int32, _ end: ProcessEnd, _ change: inout TreeChange) {
    if arena[record: slot].isRunning {
      arena.add(SubtreeSums(running: -1), from: slot)
      if running[arena[slot].id.pid] == slot { running[arena[slot].id.pid] = nil }
      if let guardian = arena.dismiss(slot) { retireIfDue(guardian) }
      retire(slot)
    }
    setEnd(of: slot, to: end)
    note(.changed, slot, &change)
  }

  /// Takes in how it ended; a second time where that comes late.
  private mutating func setEnd(of slot: Int32, to end: ProcessEnd) {
    let (run, cpu) = (arena.ownRun(slot), arena[record: slot].cpuTime)
    arena[record: slot].finish(end)
    let used = arena[record: slot].cpuTime &- cpu
    if used != 0 { arena.add(SubtreeSums(cpuTime: used), from: slot) }
    arena.noteRun(of: slot, was: run)
  }

  func note(
    _ kind: TreeChange.Step.Kind, _ slot: Int32, _ change: inout TreeChange, from old: Int32 = NodeArena.none,
    leavingOut: Bool = false
  ) {
    let parent = arena[slot].parent
    change.add(
      TreeChange.Step(
        kind: kind, id: arena[slot].id, parent: parent == NodeArena.machine ? nil : arena[parent].id, slot: slot,
        parentSlot: parent, formerParentSlot: old, leavesOut: leavingOut))
  }

  private mutating func insert(_ id: ProcessID, under parent: Int32, _ change: inout TreeChange) -> Int32 {
    let slot = arena.allocate(id)
    arena[slot].sums = SubtreeSums(processes: 1, running: 1)
    arena.link(slot, under: parent)
    slots.insert(slot, in: arena)
    note(.inserted, slot, &change)
    takePID(slot, &change)
    return slot
  }

  /// Two processes cannot have one pid at a time: of two that seem to, the exit of the older was lost (or comes late).
  private mutating func takePID(_ slot: Int32, _ change: inout TreeChange) {
    let id = arena[slot].id
    guard let other = running[id.pid] else {
      running[id.pid] = slot
      return
    }
    let isNewer = arena[other].id < id
    if isNewer { running[id.pid] = slot }
    let (older, newer) = isNewer ? (other, slot) : (slot, other)
    let end = ProcessEnd(time: arena[newer].id.startTime, status: nil, usage: nil)
    quiet.add(arena[older].id, at: end.time)
    finish(older, end, &change)
  }
}
