public import Events

// Facts that change without an event: later looks at /proc find them, and so do forks. Earlier facts are kept for views
// of an earlier moment.

extension ProcessTree {
  /// Applies a later look at a known process.
  mutating func look(at slot: Int32, _ event: ExistingProcess, _ change: inout TreeChange) {
    guard arena[record: slot].isRunning else { return }
    let (new, isNews) = (event.process, hasNews(event, of: slot))
    if let parent = new.parent { setPresentParent(of: slot, to: parent, at: event.time, &change) }
    // The parent's identity may have shown that another process has the pid of this one, which has exited then.
    guard arena[record: slot].isRunning else { return addStep(.changed, slot, &change) }
    arena[record: slot].update(new, at: event.time, isLate: true, &profiles)
    arena[record: slot].complete(user: new.user, of: new.uid, cgroup: new.cgroup, &profiles)
    if new.isKernelThread { arena[record: slot].isKernelThread = true }
    if isNews, self.isNews(event.image, of: slot, event) {
      programs.hold(event.image)
      if let gone = arena[record: slot].add(look: event.image) { programs.release(gone) }
    }
    if isNews { addStep(.changed, slot, &change) }
  }

  /// Whether a later look at a process shows anything new: a change without an event.
  public func hasNews(_ event: ExistingProcess) -> Bool {
    slot(of: event.process.id).map { arena[record: $0].isRunning && hasNews(event, of: $0) } ?? true
  }

  private func hasNews(_ event: ExistingProcess, of slot: Int32) -> Bool {
    if isNews(event.image, of: slot, event) { return true }
    var known = arena[record: slot].facts(event.process.id, parent: arena.presentParent(of: slot))
    // Facts that the look could not read are not new.
    if event.process.parent == nil { known.parent = nil }
    if event.process.cgroup == nil { known.cgroup = nil }
    if event.process.user == nil, event.process.uid == known.uid { known.user = nil }
    return known != event.process
  }

  private func isNews(_ image: ProcessImage, of slot: Int32, _ event: ExistingProcess) -> Bool {
    !event.isKernelThread && !image.marks.contains(.incomplete) && arena[record: slot].isNews(image)
  }
}

extension ProcessRecord {
  /// Updates the facts of a parent from a child that it forked: a child starts with its parent's user, groups, session,
  /// terminal and name, which the parent may have changed since its last event. The cgroup stays, because a child can
  /// start in another one.
  ///
  /// - Returns: whether a fact changed.
  mutating func updateFacts(fromChild child: ProcessFacts, at time: UInt64, _ profiles: inout Profiles) -> Bool {
    guard knowledge != .placeholder, time >= factsTime else { return false }
    if session == child.session, processGroup == child.processGroup, profile.isLike(child) { return false }
    var facts = facts(child.id, parent: nil)
    (facts.comm, facts.uid, facts.euid, facts.gid) = (child.comm, child.uid, child.euid, child.gid)
    (facts.auditUID, facts.tty, facts.user) = (child.auditUID, child.tty, child.user)
    (facts.session, facts.processGroup) = (child.session, child.processGroup)
    update(facts, at: time, isLate: true, &profiles)
    return true
  }

  /// Keeps the earlier profile, for views of an earlier moment.
  mutating func keepProfile(until time: UInt64, before new: ProcessFacts, isLate: Bool) {
    let isOther = profile.uid != new.uid || profile.euid != new.euid || profile.gid != new.gid
    // Once a history has started, it must have no gaps.
    guard isOther || isLate || !formerProfiles.isEmpty else { return }
    let former = RareFacts.FormerProfile(until: time, profile: profile)
    withRare { rare in
      rare.formerProfiles.append(former)
      if rare.formerProfiles.count > RareFacts.historyLimit { rare.formerProfiles.removeFirst() }
    }
  }

  /// The last look that showed a change. A look before the last exec does not count.
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
