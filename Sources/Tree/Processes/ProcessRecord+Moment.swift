internal import Events

extension ProcessRecord {
  /// The record as it was at a moment, derived from the present record.
  ///
  /// - Parameters:
  ///   - counts: what happened after the moment; nil if the stored programs and failures are complete.
  ///   - shown: a profile that is likely to match.
  func at(
    _ time: UInt64, counts: LaterCounts?, shown: Profile, profiles: inout Profiles
  ) -> ProcessRecord {
    var past = self
    if let endTime, endTime > time {
      past.resurrect()
      past.gaps.remove(.exit)
    }
    let execs = past.dropImages(after: time)
    var failures = 0
    if hasRareFacts { failures = past.dropRareFacts(after: time) }
    past.execCount = max(execCount &- (counts?.execs ?? Int32(clamping: execs)), 0)
    past.failedExecCount = max(failedExecCount &- (counts?.failures ?? Int32(clamping: failures)), 0)
    past.restoreExecFailures(of: time, later: counts?.settled)
    if factsTime > time { past.restoreProfile(of: time, shown: shown, &profiles) }
    return past
  }

  /// Whether the times of all execs and failed execs are stored.
  var remembersAll: Bool {
    droppedImages == 0 && failureTimes.count == Int(failedExecCount) && !settlementsAreCut
  }

  /// - Returns: how many stored failed execs are after the moment.
  private mutating func dropRareFacts(after time: UInt64) -> Int {
    let failures = failureTimes.count &- failureTimes.partitioningIndex { $0 > time }
    let isChanged =
      failures > 0 || lostExecTime > time || adoptions.contains { $0.time > time } || looks.contains { $0.time > time }
      || gapTimes.contains { $0.time > time }
    guard isChanged else { return 0 }
    for gap in gapTimes where gap.time > time { gaps.remove(gap.gap) }
    withRare { rare in
      rare.failureTimes.removeLast(failures)
      if let last = rare.lastFailure, last.time > time { rare.lastFailure = nil }
      if rare.lostExecTime > time { rare.lostExecTime = 0 }
      rare.gapTimes.removeAll { $0.time > time }
      rare.adoptions.removeAll { $0.time > time }
      rare.looks.removeAll { $0.time > time }
    }
    isAdopted = !adoptions.isEmpty
    return failures
  }

  /// Restores the earlier profile, and the name of the program that ran then, unless the process is known to have
  /// changed its name by then.
  private mutating func restoreProfile(of time: UInt64, shown: Profile, _ profiles: inout Profiles) {
    let former = formerProfiles
    let place = former.partitioningIndex { $0.until > time }
    if place < former.count { profile = former[place].profile }
    let known = place > 0 ? former[place &- 1].until : 0
    guard let image, image.time >= known, image.comm != profile.comm else { return }
    var facts = facts(ProcessID(pid: 0, startTime: 0), parent: nil)
    facts.comm = image.comm
    profile = profiles.profile(of: facts, likely: shown)
  }
}

extension Totals {
  /// Subtracts an event of the log.
  mutating func subtract(_ entry: LogEntry) {
    switch entry.payload {
    case .fork: forks &-= 1
    case .exec(let found):
      execs &-= 1
      failedExecs &+= Int(found)
    case .failedExec(let item): failedExecs &-= item.counts ? 1 : 0
    case .exit(let status, _):
      exits &-= 1
      nonzero &-= status.isSuccess ? 0 : 1
    case .lost(let counts): lost -= counts
    }
  }
}
