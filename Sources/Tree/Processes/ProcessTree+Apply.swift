public import Events

extension ProcessTree {
  /// Applies one event.
  ///
  /// Any event places its process, even if earlier events were lost. No event can make a cycle or revive a process;
  /// a second exit or a second fork of the same process is ignored. Sums over subtrees follow with `updateSums`.
  /// - Complexity: O(1), amortised, at any depth. An exit adds O(running present children), a census and a loss O(the
  ///   processes that they name).
  public mutating func apply(_ event: ProcessEvent) -> TreeChange {
    var change = TreeChange()
    switch event {
    case .fork(let fork): apply(fork, &change)
    case .exec(let exec): apply(exec, &change)
    case .failedExec(let failure): apply(failure, &change)
    case .exit(let exit): apply(exit, &change)
    case .existing(let existing): apply(existing, &change)
    case .lost(let lost): apply(lost, &change)
    case .census(let census): apply(census, &change)
    case .output(let output): apply(output)
    case .host(let host): apply(host, &change)
    }
    recordQuietChanges(of: event, change)
    enforceLimits(&change)
    arena.drainChangedChunks(into: &change)
    if arena.hasManyPending { arena.carrySums() }
    return change
  }

  private mutating func apply(_ event: ForkEvent, _ change: inout TreeChange) {
    if let known = slot(of: event.process.id), arena[record: known].knowledge == .fork { return }
    let slot = insertOrUpdate(event.process, at: event.time, knowing: .fork, &change)
    arena[record: slot].marks.subtract([.inferred, .fromProc])
    // The fork gives the program that /proc did not show.
    arena[record: slot].gaps.remove(.program)
    let parent = arena[slot].parent
    if !isTop(parent) {
      arena[record: slot].inheritedImage = arena[record: parent].image(at: event.time, comm: event.process.comm)
    }
    // Kernel threads start with a name of their own.
    if event.isByParent, !event.process.isKernelThread, let named = event.process.parent, named != event.process.id,
      let parentSlot = self.slot(of: named),
      arena[record: parentSlot].updateFacts(fromChild: event.process, at: event.time, &profiles)
    {
      addStep(.changed, parentSlot, &change)
    }
    seen.forks &+= 1
    appendLogEntry(.fork, event.process, at: event.time, image: arena[record: slot].inheritedImage, &change)
    addStep(.changed, slot, &change)
  }

  private mutating func apply(_ event: ExecEvent, _ change: inout TreeChange) {
    let slot = insertOrUpdate(event.process, at: event.time, knowing: .later, &change)
    addProgram(event.image.asExecuted, to: slot)
    // A helper that the kernel started becomes an ordinary process by its exec.
    arena[record: slot].isKernelThread = event.process.isKernelThread
    arena[record: slot].countExec()
    arena.add(SubtreeSums(execs: 1), from: slot)
    seen.execs &+= 1
    let found = arena[record: slot].hasRareFacts ? endSearches(of: slot, by: event.time, &change) : 0
    appendLogEntry(.exec(found: found), event.process, at: event.time, image: event.image, &change)
    addStep(.changed, slot, &change)
  }

  private mutating func apply(_ event: FailedExecEvent, _ change: inout TreeChange) {
    let slot = insertOrUpdate(event.process, at: event.time, knowing: .later, &change)
    programs.hold(event.image)
    let failure = ExecFailure(errno: event.errno, image: event.image)
    let payload = search(slot, failure, &change)
    if let gone = arena[record: slot].add(failure, limit: limits.execHistory) { programs.release(gone) }
    appendLogEntry(payload, event.process, at: event.time, image: event.image, &change)
    addStep(.changed, slot, &change)
  }

  private mutating func apply(_ event: ExitEvent, _ change: inout TreeChange) {
    if let known = slot(of: event.process.id), arena[record: known].endStatus != nil { return }
    let slot = insertOrUpdate(event.process, at: event.time, knowing: .later, &change)
    finish(slot, ProcessEnd(time: event.time, status: event.status, usage: event.usage, killer: event.killer), &change)
    if let reaper = event.reaper, reaper != event.process.id,
      arena[presentLinks: slot].firstPresentChild != NodeArena.none
    {
      reparent(childrenOf: slot, to: reaper, at: event.time, &change)
      retireIfDue(slot)
    }
    seen.exits &+= 1
    if !event.status.isSuccess { seen.nonzero &+= 1 }
    let start = event.process.id.startTime
    let runTime = event.time > start ? event.time &- start : 0
    appendLogEntry(
      .exit(status: event.status, runTime: arena[record: slot].isTimed ? runTime : LogEntry.unknownTime), event.process,
      at: event.time, image: arena[record: slot].image, &change)
  }

  private mutating func apply(_ event: ExistingProcess, _ change: inout TreeChange) {
    let id = event.process.id
    let known = slot(of: id).flatMap { arena[record: $0].knowledge == .placeholder ? nil : $0 }
    if let known {
      if event.isAgain { look(at: known, event, &change) } else { update(known, from: event, &change) }
      return
    }
    let slot = insertOrUpdate(event.process, at: event.time, knowing: .later, &change)
    arena[record: slot].marks.insert(.fromProc)
    arena[record: slot].marks.remove(.inferred)
    arena[record: slot].isKernelThread = event.isKernelThread
    if event.image.marks.contains(.incomplete) {
      arena[record: slot].gaps.insert(.program)
    } else if !event.isKernelThread {
      setFirstProgram(of: slot, to: event.image)
    }
    addStep(.changed, slot, &change)
  }

  /// Applies data of /proc to a process that already had events: adds missing facts and replaces older ones.
  private mutating func update(_ slot: Int32, from event: ExistingProcess, _ change: inout TreeChange) {
    let new = event.process
    let isNamed = arena.presentParent(of: slot) != nil
    if let parent = new.parent, parent != new.id, isTop(arena[slot].parent),
      arena[record: slot].knowledge != .fork
    {
      place(slot, under: slotOrPlaceholder(parent, &change), &change)
    }
    if let parent = new.parent, !isNamed || arena[record: slot].isRunning {
      setPresentParent(of: slot, to: parent, at: event.time, &change)
    }
    if arena[record: slot].knowledge != .fork {
      arena[record: slot].marks.insert(.fromProc)
      arena[record: slot].marks.remove(.inferred)
    }
    if event.isKernelThread { arena[record: slot].isKernelThread = true }
    if event.image.marks.contains(.incomplete) {
      doubtProgram(of: slot, named: new.comm)
    } else if !event.isKernelThread {
      if arena[record: slot].image == nil {
        setFirstProgram(of: slot, to: event.image)
      } else {
        correctProgram(of: slot, by: event.image.asRead, &change)
      }
    }
    if arena[record: slot].isRunning { arena[record: slot].update(new, at: event.time, &profiles) }
    arena[record: slot].complete(user: new.user, of: new.uid, cgroup: new.cgroup, &profiles)
    addStep(.changed, slot, &change)
  }

  mutating func addProgram(_ image: ProcessImage, to slot: Int32) {
    let marks = image.marks.intersection([.untimed, .endless])
    if !marks.isEmpty { noteLack(marks, host: arena[slot].id.host) }
    let before = arena[record: slot].sums
    programs.hold(image)
    if let gone = arena[record: slot].add(image, limit: limits.execHistory) { programs.release(gone) }
    if !marks.isEmpty { addChange(since: before, of: slot) }
  }

  /// Nothing but the other programs tells that a process without one has no times, or no end. - Complexity: O(1), and
  /// once for each machine O(processes).
  private mutating func noteLack(_ marks: Marks, host: UInt16) {
    guard lacks[host]?.isSuperset(of: marks) != true else { return }
    lacks[host, default: []].formUnion(marks)
    for slot in 0..<Int32(clamping: arena.capacity)
    where slot != NodeArena.root && arena.isUsed(slot) && arena[slot].id.host == host {
      markLack(of: slot)
    }
  }

  /// Marks a process without a program.
  mutating func markLack(of slot: Int32) {
    guard let marks = lacks[arena[slot].id.host], arena[record: slot].image == nil, !arena[record: slot].isHost else {
      return
    }
    let before = arena[record: slot].sums
    if marks.contains(.untimed) { arena[record: slot].isUntimed = true }
    if marks.contains(.endless) { arena[record: slot].isEndless = true }
    addChange(since: before, of: slot)
  }

  /// Adds to the sums what has changed in a process's own part.
  private mutating func addChange(since before: SubtreeSums, of slot: Int32) {
    var delta = arena[record: slot].sums
    delta.add(before.negated)
    if delta != SubtreeSums() { arena.add(delta, from: slot) }
  }

  /// Stores the program that /proc showed, if none is known yet.
  private mutating func setFirstProgram(of slot: Int32, to image: ProcessImage) {
    let image = image.asRead
    let before = arena[record: slot].sums
    programs.hold(image)
    arena[record: slot].newestImage = image
    addChange(since: before, of: slot)
  }

  private mutating func appendLogEntry(
    _ payload: LogEntry.Payload, _ facts: ProcessFacts, at time: UInt64, image: ProcessImage?,
    _ change: inout TreeChange
  ) {
    change.logged = log.append {
      LogEntry(
        sequence: $0, time: time, id: facts.id, parentPID: facts.parent?.pid, comm: facts.comm, uid: facts.uid,
        user: facts.user, cgroup: facts.cgroup, image: image, payload: payload)
    }
  }
}
