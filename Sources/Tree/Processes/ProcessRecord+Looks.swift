internal import Events

// Facts that change without an event: the earlier facts, and what a later look at the process showed.

extension ProcessRecord {
  /// Takes over the facts of a forked child: a child starts with its parent's user, groups, session, terminal and name,
  /// which the parent may have changed since its last event. The cgroup is left out: a child can start in another.
  ///
  /// - Returns: whether a fact changed.
  mutating func learn(fromChild child: ProcessFacts, at time: UInt64, _ profiles: inout Profiles) -> Bool {
    guard knowledge != .placeholder, time >= factsTime else { return false }
    if session == child.session, processGroup == child.processGroup, profile.isLike(child) { return false }
    var facts = facts(child.id, parent: nil)
    (facts.comm, facts.uid, facts.euid, facts.gid) = (child.comm, child.uid, child.euid, child.gid)
    (facts.auditUID, facts.tty, facts.user) = (child.auditUID, child.tty, child.user)
    (facts.session, facts.processGroup) = (child.session, child.processGroup)
    update(facts, at: time, isLate: true, &profiles)
    return true
  }

  /// Keeps the earlier facts, for views of an earlier moment.
  mutating func keepProfile(until time: UInt64, before new: ProcessFacts, isLate: Bool) {
    let isOther = profile.uid != new.uid || profile.euid != new.euid || profile.gid != new.gid
    // A history must have no gaps once it has started.
    guard isOther || isLate || !formerProfiles.isEmpty else { return }
    let former = RareFacts.FormerProfile(until: time, profile: profile)
    withRare { rare in
      rare.formerProfiles.append(former)
      if rare.formerProfiles.count > RareFacts.historyLimit { rare.formerProfiles.removeFirst() }
    }
  }

  /// The last look that showed more than the program. A look before the last exec does not count.
  var look: ProcessImage? { looks.last.flatMap { $0.time >= newestImage?.time ?? 0 ? $0 : nil } }

  /// Whether a look shows anything new.
  func isNews(_ shown: ProcessImage) -> Bool {
    if let look { return !shown.showsTheSame(as: look) }
    return image.map { shown.showsMore(than: $0) } ?? shown.marks.contains(.title)
  }

  /// - Returns: the look that is dropped, if any.
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
  /// Whether a child may have started as a copy of it.
  fileprivate func isLike(_ child: ProcessFacts) -> Bool {
    comm == child.comm && uid == child.uid && euid == child.euid && gid == child.gid && auditUID == child.auditUID
      && tty == child.tty && (child.user == nil || user == child.user)
  }
}

extension ProcessImage {
  fileprivate func showsTheSame(as other: ProcessImage) -> Bool {
    marks == other.marks && names == other.names && hasArguments(of: other)
  }

  /// Whether it shows another title or directory than the program started with, or a deleted file.
  fileprivate func showsMore(than program: ProcessImage) -> Bool {
    let new = marks.intersection(.seenAgain).subtracting(program.marks)
    let isElsewhere = !cwd.isEmpty && !program.cwd.isEmpty && !program.marks.contains(.cwdCut) && cwd != program.cwd
    return !new.isEmpty || isElsewhere || hasOtherArguments(than: program)
  }

  /// Whether the arguments, as far as stored, differ from the program's.
  func hasOtherArguments(than program: ProcessImage) -> Bool {
    // Unreadable arguments may be anything.
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
