// Facts that change without an event: what was known before, and what a later look at the process showed.

extension ProcessRecord {
  /// Takes over what the fork of a child tells: the child begins with its parent's user, groups, session, terminal and
  /// name, whatever the parent did to its own since its last event. Not with its cgroup: a child can be born into another.
  ///
  /// - Returns: whether that was news.
  mutating func learn(fromChild child: ProcessFacts, at time: UInt64, _ profiles: inout Profiles) -> Bool {
    guard knowledge != .placeholder, time >= factsTime else { return false }
    if session == child.session, processGroup == child.processGroup, profile.isLike(child) { return false }
    var facts = facts(child.id, parent: nil)
    (facts.comm, facts.uid, facts.euid, facts.gid) = (child.comm, child.uid, child.euid, child.gid)
    (facts.auditUID, facts.tty, facts.user) = (child.auditUID, child.tty, child.user)
    (facts.session, facts.processGroup) = (child.session, child.processGroup)
    update(facts, at: time, isToldLate: true, &profiles)
    return true
  }

  /// Keeps what it was, for those who go back in time.
  mutating func keepProfile(until time: UInt64, before new: ProcessFacts, isToldLate: Bool) {
    let isOther = profile.uid != new.uid || profile.euid != new.euid || profile.gid != new.gid
    // Whoever has a history has it without gaps.
    guard isOther || isToldLate || !formerProfiles.isEmpty else { return }
    let former = RareFacts.FormerProfile(until: time, profile: profile)
    withRare { rare in
      rare.formerProfiles.append(former)
      if rare.formerProfiles.count > RareFacts.historyLimit { rare.formerProfiles.removeFirst() }
    }
  }

  /// What /proc showed of it last, where that is more than its program tells. A look before its last exec tells nothing.
  var look: ProcessImage? { looks.last.flatMap { $0.time >= newestImage?.time ?? 0 ? $0 : nil } }

  /// Whether a look shows anything that is not known.
  func isNews(_ shown: ProcessImage) -> Bool {
    if let look { return !shown.showsTheSame(as: look) }
    return image.map { shown.showsMore(than: $0) } ?? shown.marks.contains(.title)
  }

  /// - Returns: the look that is kept no longer.
  mutating func add(look shown: ProcessImage) -> ProcessImage? {
    var dropped: ProcessImage?
    withRare { rare in
      rare.looks.append(shown)
      if rare.looks.count > RareFacts.historyLimit { dropped = rare.looks.removeFirst() }
    }
    return dropped
  }
}

extension Profile {
  /// Whether a child may well have begun as a copy of it.
  fileprivate func isLike(_ child: ProcessFacts) -> Bool {
    comm == child.comm && uid == child.uid && euid == child.euid && gid == child.gid && auditUID == child.auditUID
      && tty == child.tty && (child.user == nil || user == child.user)
  }
}

extension ProcessImage {
  fileprivate func showsTheSame(as other: ProcessImage) -> Bool {
    marks == other.marks && names == other.names && hasArguments(of: other)
  }

  /// Whether it shows another title or directory than the program began with, or that a file is gone.
  fileprivate func showsMore(than program: ProcessImage) -> Bool {
    let new = marks.intersection(.seenAgain).subtracting(program.marks)
    let isElsewhere = !cwd.isEmpty && !program.cwd.isEmpty && !program.marks.contains(.cwdCut) && cwd != program.cwd
    return !new.isEmpty || isElsewhere || hasOtherArguments(than: program)
  }

  /// Whether its arguments, as far as they were kept, are no longer those of the program.
  func hasOtherArguments(than program: ProcessImage) -> Bool {
    // What could not be read may be anything.
    if !marks.isDisjoint(with: [.incomplete, .argvUnreadable]) || program.marks.contains(.argvUnreadable) {
      return false
    }
    return withArgv { shown in
      program.withArgv { known in
        let isCut = program.argvIsCut || program.marks.contains(.argvCut)
        return isCut ? !shown.starts(with: known) : !shown.elementsEqual(known)
      }
    }
  }
}
