internal import Events

// Makes each event when it is needed: all events of a large tree at once would take much memory.
extension TreeEvents {
  func event(_ entry: Entry) -> ProcessEvent {
    let (slot, step) = (entry.slot, entry.step)
    switch step.kind {
    case .loss, .earlierLoss, .blindTime: return .lost(loss(step))
    case .census: return .census(census(at: step.time, on: UInt16(truncatingIfNeeded: step.index)))
    case .output:
      let id = tree.arena[slot].id
      return .output(
        tree.written[id]?.event(Int(truncatingIfNeeded: step.index), of: id)
          ?? OutputEvent(time: step.time, process: id, stream: .output, bytes: []))
    default: break
    }
    let record = tree.arena[record: slot]
    let facts = facts(of: slot, by: step)
    switch step.kind {
    case .fork: return .fork(ForkEvent(time: step.time, process: facts))
    case .exec:
      return .exec(ExecEvent(process: facts, image: image(step, of: record) ?? unread(facts, at: step.time)))
    case .loggedExec:
      return .exec(ExecEvent(process: facts, image: tree.log[step.index]?.image ?? unread(facts, at: step.time)))
    case .failure, .lastFailure:
      let entry = step.kind == .failure ? tree.log[step.index] : nil
      return .failedExec(
        FailedExecEvent(
          process: facts, errno: entry?.errno ?? record.lastFailure?.errno ?? 0,
          image: entry?.image ?? record.lastFailure?.image ?? unread(facts, at: step.time)))
    case .exit:
      return .exit(
        ExitEvent(
          time: step.time, process: facts, status: record.endStatus ?? ExitStatus(code: 0),
          usage: record.usage, reaper: reapers[slot], killer: record.killer))
    case .existing: return .existing(found(slot, facts, at: step.time))
    case .program:
      let image = step.index == .max ? record.inheritedImage : image(step, of: record)
      return .existing(
        ExistingProcess(time: step.time, process: facts, image: image ?? unread(facts, at: step.time)))
    case .doubt, .unknown:
      return .existing(ExistingProcess(time: step.time, process: facts, image: unread(facts, at: step.time)))
    case .facts, .adoption, .present:
      return .existing(
        ExistingProcess(time: step.time, process: facts, image: unread(facts, at: step.time), isAgain: true))
    case .look:
      let looks = record.looks
      let look =
        step.index < UInt64(truncatingIfNeeded: looks.count)
        ? looks[Int(truncatingIfNeeded: step.index)] : unread(facts, at: step.time)
      return .existing(ExistingProcess(time: step.time, process: facts, image: look, isAgain: true))
    case .lostFork: return lost(.fork, facts, step, LossCounts())
    case .lostExec: return lost(.exec, facts, step, LossCounts())
    case .lostFailure: return lost(.failedExec, facts, step, LossCounts())
    case .lostExit: return lost(.exit, facts, step, LossCounts())
    case .lostExecs: return lost(.exec, facts, step, LossCounts(execs: step.index))
    case .lostFailures: return lost(.failedExec, facts, step, LossCounts(failedExecs: step.index))
    case .loss, .earlierLoss, .blindTime, .census, .output: return .lost(loss(step))
    }
  }

  private func image(_ step: Step, of record: ProcessRecord) -> ProcessImage? {
    let images = record.images
    return step.index < UInt64(truncatingIfNeeded: images.count) ? images[Int(truncatingIfNeeded: step.index)] : nil
  }

  /// A process that was running before the trace.
  private func found(_ slot: Int32, _ facts: ProcessFacts, at time: UInt64) -> ExistingProcess {
    let record = tree.arena[record: slot]
    let image: ProcessImage
    if let shown = foundImage(of: slot) {
      image = shown.asRead
    } else if record.gaps.contains(.program) || !record.isKernelThread {
      image = unread(facts, at: time)
    } else {
      image = ProcessImage(time: time, comm: facts.comm, marks: .fromProc)
    }
    return ExistingProcess(time: time, process: facts, image: image)
  }

  /// A program that is not known.
  private func unread(_ facts: ProcessFacts, at time: UInt64) -> ProcessImage {
    ProcessImage(time: time, comm: facts.comm, marks: [.fromProc, .incomplete])
  }

  // MARK: - Facts

  /// The facts that the event of a step has.
  func facts(of slot: Int32, by step: Step) -> ProcessFacts {
    let record = tree.arena[record: slot]
    var facts = facts(of: slot, at: step.time)
    switch step.kind {
    case .fork, .existing, .lostFork, .unknown, .doubt:
      let parent = tree.arena[slot].parent
      facts.parent = tree.isTop(parent) ? nil : tree.arena[parent].id
      if step.kind == .fork {
        facts.comm =
          logged.forks[slot].flatMap { tree.log[$0]?.comm } ?? record.inheritedImage?.comm ?? facts.comm
      }
    case .exec: facts.comm = image(step, of: record)?.comm ?? facts.comm
    case .loggedExec, .failure: facts.comm = tree.log[step.index]?.comm ?? facts.comm
    case .adoption:
      let adoptions = record.adoptions
      if step.index < UInt64(truncatingIfNeeded: adoptions.count) {
        facts.parent = adoptions[Int(truncatingIfNeeded: step.index)].parent
      }
    case .present, .exit: return self.facts(of: slot, at: .max)
    default: break
    }
    return facts
  }

  /// The facts after all events until a time.
  func facts(of slot: Int32, at time: UInt64) -> ProcessFacts {
    let record = tree.arena[record: slot]
    let original = tree.arena[slot].parent
    var parent = tree.isTop(original) ? nil : tree.arena[original].id
    for adoption in record.adoptions where adoption.time <= time && adoption.time <= latest { parent = adoption.parent }
    var facts = record.facts(tree.arena[slot].id, parent: parent)
    guard let former = record.formerProfiles.first(where: { $0.until > time && $0.until <= latest }) else {
      return facts
    }
    let profile = former.profile
    (facts.comm, facts.uid, facts.euid, facts.gid) = (profile.comm, profile.uid, profile.euid, profile.gid)
    (facts.auditUID, facts.tty, facts.cgroup, facts.user) = (
      profile.auditUID, profile.tty, profile.cgroup, profile.user
    )
    return facts
  }

  // MARK: - Losses

  private func lost(
    _ kind: LostRecord.Kind, _ facts: ProcessFacts, _ step: Step, _ counts: LossCounts
  ) -> ProcessEvent {
    let record = LostRecord(
      kind: kind, time: step.time, id: facts.id, parent: facts.parent, comm: facts.comm, uid: facts.uid)
    var event = LostEvent(time: step.time, counts: counts, records: [record])
    event.host = facts.id.host
    return .lost(event)
  }

  private func loss(_ step: Step) -> LostEvent {
    switch step.kind {
    case .loss: LostEvent(time: step.time, counts: tree.log[step.index]?.lost ?? LossCounts())
    case .blindTime: LostEvent(time: step.time, since: tree.blindTime?.lowerBound, counts: LossCounts(), unnamed: 1)
    default: LostEvent(time: step.time, counts: earlierLosses)
    }
  }

  /// Who ran at a time at which others had exited unseen.
  private func census(at time: UInt64, on host: UInt16) -> CensusEvent {
    var alive: [CensusEvent.Living] = []
    var slot = NodeArena.root
    while let next = tree.arena.successor(of: slot, within: NodeArena.root) {
      slot = next
      guard includes(slot), tree.arena[slot].id.host == host else { continue }
      if let end = tree.arena[record: slot].endTime, end < time || end == time && endsWithoutEvent(slot) { continue }
      alive.append(CensusEvent.Living(id: tree.arena[slot].id, parent: nil))
    }
    var census = CensusEvent(time: time, alive: alive)
    census.host = host
    return census
  }
}
