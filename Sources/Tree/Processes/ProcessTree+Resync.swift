internal import Events

// After a loss: marks missing data, and restores what can still be known.

extension ProcessTree {
  /// Applies a loss. A lost record places its process as far as the record is known.
  mutating func apply(_ event: LostEvent, _ change: inout TreeChange) {
    seen.lost += event.counts
    // Without counts, the event only names processes that an earlier loss affected.
    if event.counts.total > 0 {
      change.logged = log.append {
        LogEntry(
          sequence: $0, time: event.time, id: nil, parentPID: nil, comm: Comm([]), uid: 0, user: nil, cgroup: nil,
          image: nil, payload: .lost(event.counts))
      }
    }
    if event.affectsAll {
      let before = blindTime ?? event.since...event.time
      blindTime = min(before.lowerBound, event.since)...max(before.upperBound, event.time)
      let own = blindTimes[event.host] ?? event.since...event.time
      blindTimes[event.host] = min(own.lowerBound, event.since)...max(own.upperBound, event.time)
    }
    for record in event.records { apply(record, &change) }
  }

  private mutating func apply(_ lost: LostRecord, _ change: inout TreeChange) {
    let slot = insertOrUpdate(
      facts(of: lost), at: lost.time, knowing: lost.kind == .fork ? .fork : .later, &change)
    switch lost.kind {
    case .exec, .failedExec: arena[record: slot].addGap(ProcessGaps(lost.kind), at: lost.time)
    case .fork, .exit: arena[record: slot].gaps.insert(ProcessGaps(lost.kind))
    }
    switch lost.kind {
    case .fork:
      let parent = arena[slot].parent
      if !isTop(parent), arena[record: slot].inheritedImage == nil {
        arena[record: slot].inheritedImage = arena[record: parent].image(at: lost.time, comm: lost.comm)
      }
    case .exec:
      arena[record: slot].recordLostExec(at: lost.time)
      endSearches(of: slot, byUnseenExecAt: lost.time, &change)
    case .failedExec: break
    case .exit:
      if arena[record: slot].endStatus == nil {
        finish(slot, ProcessEnd(time: lost.time, status: nil, usage: nil), &change)
      }
    }
    addStep(.changed, slot, &change)
  }

  /// The facts of a lost record's process, completed by known facts: its own, or after a fork those of its parent.
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

  /// Ends the processes that exited unseen, and updates the present parent of the others.
  /// - Complexity: O(running processes + the census).
  mutating func apply(_ event: CensusEvent, _ change: inout TreeChange) {
    let starts = Dictionary(
      event.alive.map { ($0.id.pid, $0.id.startTime) }, uniquingKeysWith: { first, _ in first })
    let unsure = Set(event.unsure)
    let gone = running.values.filter { slot in
      let id = arena[slot].id
      return id.host == event.host && !id.isHost && starts[id.pid] != id.startTime && !unsure.contains(id.pid)
        && id.startTime <= event.time
        && arena[record: slot].factsTime <= event.time
    }
    // Sorted, since the order of a dictionary differs in each run.
    for slot in gone.sorted(by: { arena[$0].id < arena[$1].id }) {
      // A placeholder was never traced: nothing of it was lost.
      if arena[record: slot].knowledge != .placeholder { arena[record: slot].gaps.insert(.exit) }
      finish(slot, ProcessEnd(time: event.time, status: nil, usage: nil), &change)
    }
    for living in event.alive {
      guard let slot = slot(of: living.id), arena[record: slot].isRunning,
        arena[record: slot].knowledge != .placeholder, let parent = living.parent,
        arena.presentParent(of: slot) != parent
      else { continue }
      setPresentParent(of: slot, to: parent, at: event.time, &change)
      addStep(.changed, slot, &change)
    }
  }

  /// Whether events of a process may be missing without a mark.
  func isInBlindTime(_ slot: Int32) -> Bool {
    let id = arena[slot].id
    guard blindTime != nil, let blindTime = blindTimes[id.host] else { return false }
    let end = arena[record: slot].endTime ?? UInt64.max
    return id.startTime <= blindTime.upperBound && end >= blindTime.lowerBound
  }

  /// Drops an inherited program that does not match the comm, where /proc no longer shows the program.
  mutating func doubtProgram(of slot: Int32, named comm: Comm) {
    guard arena[record: slot].newestImage == nil, let inherited = arena[record: slot].inheritedImage,
      inherited.comm != comm
    else { return }
    arena[record: slot].inheritedImage = nil
    arena[record: slot].gaps.insert(.program)
  }

  /// Adds the program from /proc if it differs from the known one, because an exec was lost.
  mutating func correctProgram(of slot: Int32, by image: ProcessImage, _ change: inout TreeChange) {
    let record = arena[record: slot]
    if record.hasUnseenExec {
      guard record.lostExecTime <= image.time else { return }
    } else {
      guard record.isRunning, record.image.map({ $0.isUnlike(image) }) ?? false else { return }
      if !isInBlindTime(slot) {
        // No exec was lost: the parent no longer ran the inherited program when it forked.
        if record.newestImage == nil { arena[record: slot].inheritedImage = image }
        return
      }
    }
    arena[record: slot].addGap(.exec, at: image.time)
    addProgram(image, to: slot)
    endSearches(of: slot, byUnseenExecAt: image.time, &change)
  }
}

extension ProcessImage {
  /// Whether /proc shows another program than this older one. Different arguments do not prove it, because programs
  /// write titles there. Neither does a different name, which is as easy to change.
  fileprivate func isUnlike(_ shown: ProcessImage) -> Bool {
    guard shown.time > time, !hasArguments(of: shown) else { return false }
    return exe.isEmpty || shown.exe.isEmpty ? comm != shown.comm : exe != shown.exe
  }
}
