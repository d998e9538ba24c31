internal import Events

// Which events lead to the state of a process.
extension TreeEvents {
  /// The steps of a process, the first one first, the others by time.
  func steps(of slot: Int32) -> [Step] {
    let record = tree.arena[record: slot]
    guard record.knowledge != .placeholder else { return [] }
    var later = programSteps(of: slot) + failureSteps(of: slot)
    for (index, look) in record.looks.enumerated() where look.time <= latest {
      later.append(Step(kind: .look, time: look.time, index: UInt64(truncatingIfNeeded: index)))
    }
    for (index, adoption) in record.adoptions.enumerated() where !isNamedByExit(adoption, index, of: slot) {
      later.append(Step(kind: .adoption, time: adoption.time, index: UInt64(truncatingIfNeeded: index)))
    }
    let known = Set(later.map(\.time))
    for (index, former) in record.formerProfiles.enumerated() where former.until <= latest {
      guard !known.contains(former.until), record.endTime != former.until else { continue }
      later.append(Step(kind: .facts, time: former.until, index: UInt64(truncatingIfNeeded: index)))
    }
    later = later.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    if record.isRunning, let last = later.last ?? startSteps(of: slot, before: later).last {
      // The facts of now, if no event had them.
      let facts = facts(of: slot, at: .max)
      if self.facts(of: slot, by: last) != facts { later.append(Step(kind: .present, time: last.time)) }
    }
    if record.gaps.contains(.exit), let end = record.endTime { later.append(Step(kind: .lostExit, time: end)) }
    if record.endStatus != nil, let end = record.endTime { later.append(Step(kind: .exit, time: end)) }
    return startSteps(of: slot, before: later) + withOutput(later, of: slot)
  }

  /// The same steps, with what the process wrote among them.
  private func withOutput(_ steps: [Step], of slot: Int32) -> [Step] {
    guard let written = tree.written[tree.arena[slot].id] else { return steps }
    let writes = (0..<written.eventCount).map { index in
      Step(kind: .output, time: written.time(ofEvent: index), index: UInt64(truncatingIfNeeded: index))
    }.filter { $0.time <= latest }
    return (steps + writes).enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
      .map(\.element)
  }

  /// How the process became known.
  private func startSteps(of slot: Int32, before later: [Step]) -> [Step] {
    let record = tree.arena[record: slot]
    let start = tree.arena[slot].id.startTime
    let wasFound = record.marks.contains(.fromProc)
    let wasForked =
      record.knowledge == .fork && !wasFound && !record.marks.contains(.inferred) && record.leftOut == 0
    var steps: [Step] = []
    if wasForked {
      let time = logged.forks[slot].flatMap { tree.log[$0]?.time } ?? start
      steps.append(Step(kind: .fork, time: time))
    } else if wasFound {
      // Its facts hold from the first event on.
      let read = foundImage(of: slot)?.time ?? later.first?.time ?? start
      steps.append(Step(kind: .existing, time: min(read, later.first?.time ?? .max)))
    }
    // With a forgotten ancestor in between, the known one is not the parent that forked it.
    if record.gaps.contains(.fork) || record.knowledge == .fork && !wasForked {
      steps.append(Step(kind: .lostFork, time: steps.first?.time ?? start))
    }
    if record.gaps.contains(.program), !wasFound, !steps.isEmpty {
      steps.append(Step(kind: .doubt, time: steps[0].time))
    }
    // Before its first event, in the tree of a moment.
    if steps.isEmpty, later.isEmpty { steps.append(Step(kind: .unknown, time: start)) }
    return steps
  }

  /// The program that the first look at /proc showed; nil where it showed none.
  func foundImage(of slot: Int32) -> ProcessImage? {
    let record = tree.arena[record: slot]
    guard record.marks.contains(.fromProc), !record.gaps.contains(.program), !record.isKernelThread else { return nil }
    return record.olderImages.first ?? record.newestImage
  }

  private func programSteps(of slot: Int32) -> [Step] {
    let record = tree.arena[record: slot]
    let images = record.images
    var steps: [Step] = []
    var executed = 0
    for (index, image) in images.enumerated() {
      guard image.marks.contains(.fromProc) else {
        executed &+= 1
        steps.append(Step(kind: .exec, time: image.time, index: UInt64(truncatingIfNeeded: index)))
        continue
      }
      if index == 0, foundImage(of: slot) != nil { continue }
      // It was not the program before, so an exec in between was lost.
      if record.gaps.contains(.exec), index > 0 || record.inheritedImage != nil {
        steps.append(Step(kind: .lostExec, time: image.time))
      }
      steps.append(Step(kind: .program, time: image.time, index: UInt64(truncatingIfNeeded: index)))
    }
    if images.isEmpty, let inherited = record.inheritedImage, !isInheritedAgain(inherited, by: slot) {
      steps.append(
        Step(kind: .program, time: max(inherited.time, tree.arena[slot].id.startTime), index: UInt64.max))
    }
    let oldest = images.first?.time ?? .max
    for sequence in logged.execs[slot] ?? [] {
      guard let time = tree.log[sequence]?.image?.time, time < oldest else { continue }
      executed &+= 1
      steps.append(Step(kind: .loggedExec, time: time, index: sequence))
    }
    let start = tree.arena[slot].id.startTime
    let unknown = Int(truncatingIfNeeded: record.execCount) &- executed
    if unknown > 0 {
      steps.append(
        Step(
          kind: .lostExecs, time: min(steps.map(\.time).min() ?? start, oldest),
          index: UInt64(truncatingIfNeeded: unknown)))
    }
    if record.gaps.contains(.exec), record.lostExecTime > 0 || !steps.contains(where: { $0.kind == .lostExec }) {
      steps.append(Step(kind: .lostExec, time: record.lostExecTime > 0 ? record.lostExecTime : start))
    }
    return steps
  }

  /// Whether a replay finds the program of the parent at the fork.
  private func isInheritedAgain(_ image: ProcessImage, by slot: Int32) -> Bool {
    let parent = tree.arena[slot].parent
    guard !tree.isTop(parent), !image.marks.contains(.fromProc) || foundImage(of: parent) == image else {
      return false
    }
    let record = tree.arena[record: parent]
    let fork = logged.forks[slot].flatMap { tree.log[$0]?.time } ?? tree.arena[slot].id.startTime
    let shown = record.images.last { $0.time <= fork } ?? record.inheritedImage ?? record.images.first
    // Until the program after a lost exec is known, children have none.
    return shown == image && (record.lostExecTime > fork || record.lostExecTime <= image.time)
  }

  private func failureSteps(of slot: Int32) -> [Step] {
    let record = tree.arena[record: slot]
    var steps: [Step] = []
    if record.gaps.contains(.failedExec) {
      steps.append(Step(kind: .lostFailure, time: tree.arena[slot].id.startTime))
    }
    guard record.failedExecCount > 0 else { return steps }
    var (known, hasLast) = (0, false)
    for sequence in logged.failures[slot] ?? [] {
      guard let entry = tree.log[sequence] else { continue }
      known &+= 1
      hasLast = hasLast || entry.image == record.lastFailure?.image
      steps.append(Step(kind: .failure, time: entry.time, index: sequence))
    }
    if let last = record.lastFailure, !hasLast {
      known &+= 1
      steps.append(Step(kind: .lastFailure, time: last.time))
    }
    let unknown = Int(truncatingIfNeeded: record.failedExecCount) &- known
    if unknown > 0 {
      let first = record.failureTimes.first ?? tree.arena[slot].id.startTime
      steps.append(Step(kind: .lostFailures, time: first, index: UInt64(truncatingIfNeeded: unknown)))
    }
    return steps
  }

  // MARK: - Adoptions

  /// Finds the exits that gave a process its later parents.
  mutating func findReapers(of slot: Int32) {
    var former = tree.arena[slot].parent
    for adoption in tree.arena[record: slot].adoptions {
      if let slotOfFormer = exited(former, at: adoption.time), reapers[slotOfFormer] == nil {
        reapers[slotOfFormer] = adoption.parent ?? tree.arena[slot].id
      }
      former = adoption.parent.flatMap { tree.slot(of: $0) } ?? NodeArena.root
    }
  }

  /// The process if it exited at this time, with an exit to save.
  private func exited(_ slot: Int32, at time: UInt64) -> Int32? {
    guard slot != NodeArena.root, includes(slot), tree.arena[record: slot].endStatus != nil,
      tree.arena[record: slot].endTime == time
    else { return nil }
    return slot
  }

  /// Whether the exit of the parent before names this parent as the reaper.
  private func isNamedByExit(_ adoption: RareFacts.Adoption, _ index: Int, of slot: Int32) -> Bool {
    guard let parent = adoption.parent else { return true }
    // What is known of its own exit may be earlier than that of its parent.
    if let end = tree.arena[record: slot].endTime, end <= adoption.time { return false }
    let former =
      index == 0
      ? tree.arena[slot].parent
      : tree.arena[record: slot].adoptions[index &- 1].parent.flatMap { tree.slot(of: $0) } ?? NodeArena.root
    return exited(former, at: adoption.time).map { reapers[$0] == parent } ?? false
  }

  // MARK: - Losses

  mutating func planLosses() {
    var counted = LossCounts()
    for sequence in logged.losses {
      guard let entry = tree.log[sequence], let counts = entry.lost else { continue }
      counted += counts
      add(Step(kind: .loss, time: entry.time, index: sequence), of: NodeArena.root, key: entry.time)
    }
    if (tree.totals.lost - counted).total > 0 {
      add(Step(kind: .earlierLoss, time: 0), of: NodeArena.root, key: 0)
    }
    if let blind = tree.blindTime, blind.lowerBound <= latest {
      let time = min(blind.upperBound, latest)
      add(Step(kind: .blindTime, time: time), of: NodeArena.root, key: time)
    }
  }

  /// The losses that the log does not have any more.
  var earlierLosses: LossCounts {
    var counted = LossCounts()
    for sequence in logged.losses { counted += tree.log[sequence]?.lost ?? LossCounts() }
    return tree.totals.lost - counted
  }
}

extension ProcessRecord {
  /// The programs that it executed, oldest first.
  var images: [ProcessImage] { newestImage.map { olderImages + [$0] } ?? [] }
}
