// After a loss: what is missing is marked, and what can still be known is put right.

extension ProcessTree {
  /// A loss. What is known of a lost record places its process as the record itself would have.
  mutating func apply(_ event: LostEvent, _ change: inout TreeChange) {
    seen.lost += event.counts
    // Whom a loss concerned may be told a moment after the loss was counted.
    if event.counts.total > 0 {
      change.logged = log.append {
        LogEntry(
          sequence: $0, time: event.time, id: nil, parentPID: nil, comm: Comm([]), uid: 0, user: nil, cgroup: nil,
          image: nil, payload: .lost(event.counts))
      }
    }
    if event.concernsAll {
      let before = blindTime ?? event.since...event.time
      blindTime = min(before.lowerBound, event.since)...max(before.upperBound, event.time)
    }
    for record in event.records { apply(record, &change) }
  }

  private mutating func apply(_ lost: LostRecord, _ change: inout TreeChange) {
    let slot = settle(
      facts(of: lost), at: lost.time, knowing: lost.kind == .fork ? .fork : .later, &change)
    arena[record: slot].gaps.insert(ProcessGaps(lost.kind))
    switch lost.kind {
    case .fork:
      let parent = arena[slot].parent
      if parent != NodeArena.machine, arena[record: slot].inheritedImage == nil {
        arena[record: slot].inheritedImage = arena[record: parent].image(at: lost.time, comm: lost.comm)
      }
    case .exec: arena[record: slot].noteLostExec(at: lost.time)
    case .failedExec: break
    case .exit:
      if arena[record: slot].endStatus == nil {
        finish(slot, ProcessEnd(time: lost.time, status: nil, usage: nil), &change)
      }
    }
    note(.changed, slot, &change)
  }

  /// What the process is, as far as a lost record and what is known already say. A fork copies its parent.
  private func facts(of lost: LostRecord) -> ProcessFacts {
    func known(_ id: ProcessID?) -> ProcessFacts? {
      guard let id, let slot = slot(of: id), arena[record: slot].knowledge != .placeholder else { return nil }
      return node(at: slot).facts
    }
    var facts = ProcessFacts(id: lost.id, parent: lost.parent, comm: lost.comm, uid: lost.uid)
    guard let like = known(lost.id) ?? (lost.kind == .fork ? known(lost.parent) : nil) else { return facts }
    (facts.session, facts.processGroup, facts.tty, facts.cgroup) =
      (like.session, like.processGroup, like.tty, like.cgroup)
    facts.innerPID = like.id == lost.id ? like.innerPID : lost.id.pid
    facts.auditUID = like.auditUID
    if like.uid == lost.uid { (facts.user, facts.euid, facts.gid) = (like.user, like.euid, like.gid) }
    return facts
  }

  /// Ends what ended unseen, and gives the others the parent they have now.
  /// - Complexity: O(running processes + the census).
  mutating func apply(_ event: CensusEvent, _ change: inout TreeChange) {
    let starts = Dictionary(
      event.alive.map { ($0.id.pid, $0.id.startTime) }, uniquingKeysWith: { first, _ in first })
    let unsure = Set(event.unsure)
    let gone = running.values.filter { slot in
      let id = arena[slot].id
      return starts[id.pid] != id.startTime && !unsure.contains(id.pid) && id.startTime <= event.time
        && arena[record: slot].factsTime <= event.time
    }
    // In an order of their own, since that of a dictionary is another each time.
    for slot in gone.sorted(by: { arena[$0].id < arena[$1].id }) {
      // One that is only a name was never followed: nothing of it was lost.
      if arena[record: slot].knowledge != .placeholder { arena[record: slot].gaps.insert(.exit) }
      finish(slot, ProcessEnd(time: event.time, status: nil, usage: nil), &change)
    }
    for living in event.alive {
      guard let slot = slot(of: living.id), arena[record: slot].isRunning,
        arena[record: slot].knowledge != .placeholder, let parent = living.parent,
        arena.presentParent(of: slot) != parent
      else { continue }
      setPresentParent(of: slot, to: parent, at: event.time, &change)
      note(.changed, slot, &change)
    }
  }

  /// Whether events may be missing that concerned a process, without anything telling that they did.
  func isInBlindTime(_ slot: Int32) -> Bool {
    guard let blindTime else { return false }
    let id = arena[slot].id
    let end = arena[record: slot].endTime ?? UInt64.max
    return id.startTime <= blindTime.upperBound && end >= blindTime.lowerBound
  }

  /// /proc no longer shows the program: one that was only inherited, and does not go with the comm, is not believed.
  mutating func doubtProgram(of slot: Int32, named comm: Comm) {
    guard arena[record: slot].newestImage == nil, let inherited = arena[record: slot].inheritedImage,
      inherited.comm != comm
    else { return }
    arena[record: slot].inheritedImage = nil
    arena[record: slot].gaps.insert(.program)
  }

  /// Takes over the program that /proc shows where another is known: an exec was lost.
  mutating func correctProgram(of slot: Int32, by image: ProcessImage) {
    let record = arena[record: slot]
    if record.hasUnseenExec {
      guard record.lostExecTime <= image.time else { return }
    } else {
      guard record.isRunning, record.image.map({ $0.isUnlike(image) }) ?? false else { return }
      if !isInBlindTime(slot) {
        // It may have inherited what its parent no longer ran.
        if record.newestImage == nil { arena[record: slot].inheritedImage = image }
        return
      }
    }
    arena[record: slot].gaps.insert(.exec)
    addProgram(image, to: slot)
  }
}

extension ProcessImage {
  /// Whether what /proc shows is another program than this older one. Other arguments alone do not tell: programs
  /// write their titles there. Their name alone does not either: it is changed as easily.
  fileprivate func isUnlike(_ shown: ProcessImage) -> Bool {
    guard shown.time > time, !hasArguments(of: shown) else { return false }
    return exe.isEmpty || shown.exe.isEmpty ? comm != shown.comm : exe != shown.exe
  }
}
