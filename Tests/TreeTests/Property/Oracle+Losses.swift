@testable import Events
@testable import Tree

/// A second implementation of the rules for losses and censuses.
extension Oracle {
  mutating func apply(_ event: LostEvent) {
    totals.lost += event.counts
    if event.unnamed > 0 || event.counts.missedRuns > 0 {
      blindTime = min(blindTime?.lowerBound ?? .max, event.since)...max(blindTime?.upperBound ?? 0, event.time)
    }
    for record in event.records { apply(record) }
  }

  private mutating func apply(_ lost: LostRecord) {
    var facts = ProcessFacts(id: lost.id, parent: lost.parent, comm: lost.comm, uid: lost.uid)
    let like = known(lost.id) ?? (lost.kind == .fork ? lost.parent.flatMap(known) : nil)
    if let like, like.uid == lost.uid { facts.user = like.user }
    let at = insertOrUpdate(facts, lost.time, lost.kind == .fork ? 2 : 1)
    switch lost.kind {
    case .fork:
      processes[at].gaps.insert(.fork)
      if processes[at].inherited == nil, let parent = processes[at].parent {
        processes[at].inherited = image(of: self[parent]!, at: lost.time, comm: lost.comm)
      }
    case .exec:
      processes[at].gaps.insert(.exec)
      processes[at].lostExecTime = max(processes[at].lostExecTime, lost.time)
      endSearches(at, lost.time)
    case .failedExec: processes[at].gaps.insert(.failedExec)
    case .exit:
      processes[at].gaps.insert(.exit)
      if processes[at].status == nil { end(at, nil, lost.time) }
    }
  }

  private func known(_ id: ProcessID) -> Process? {
    self[id].flatMap { $0.knowledge == 0 ? nil : $0 }
  }

  mutating func apply(_ census: CensusEvent) {
    let gone = processes.filter { process in
      process.isRunning && process.id.startTime <= census.time && process.factsTime <= census.time
        && !census.unsure.contains(process.id.pid)
        && census.alive.first { $0.id.pid == process.id.pid }?.id != process.id
    }
    for id in gone.map(\.id).sorted() {
      let at = index(id)!
      if processes[at].knowledge > 0 { processes[at].gaps.insert(.exit) }
      end(at, nil, census.time)
    }
    for living in census.alive {
      guard let at = index(living.id), processes[at].isRunning, processes[at].knowledge > 0, let parent = living.parent,
        processes[at].presentParent != parent
      else { continue }
      name(at, parent, census.time)
    }
  }

  /// /proc shows a program.
  mutating func show(_ at: Int, _ image: ProcessImage) {
    let process = processes[at]
    guard let newest = process.images.last ?? process.inherited else {
      processes[at].images = [image]
      return
    }
    if process.lostExecTime > process.images.last?.time ?? 0 {
      if image.time < process.lostExecTime { return }
    } else {
      let isOther = newest.exe.isEmpty || image.exe.isEmpty ? newest.comm != image.comm : newest.exe != image.exe
      guard process.isRunning, image.time > newest.time, isOther, newest.argv.bytes != image.argv.bytes else {
        return
      }
      if !mayLackEvents(process) {
        if process.images.isEmpty { processes[at].inherited = image }
        return
      }
    }
    processes[at].gaps.insert(.exec)
    add(image, at)
    endSearches(at, image.time)
  }

  func mayLackEvents(_ process: Process) -> Bool {
    guard let blindTime else { return false }
    return process.id.startTime <= blindTime.upperBound && process.endTime ?? .max >= blindTime.lowerBound
  }
}
