// What changes without an event, as a later look at a process shows it.

extension ProcessTree {
  /// A process that is known was looked at again.
  mutating func look(at slot: Int32, _ event: ExistingProcess, _ change: inout TreeChange) {
    guard arena[record: slot].isRunning else { return }
    let (new, isNews) = (event.process, tellsNews(event, of: slot))
    if let parent = new.parent { setPresentParent(of: slot, to: parent, at: event.time, &change) }
    // By now its parent's pid may turn out to be its own, and it to have ended.
    guard arena[record: slot].isRunning else { return note(.changed, slot, &change) }
    arena[record: slot].update(new, at: event.time, isToldLate: true, &profiles)
    arena[record: slot].complete(user: new.user, of: new.uid, cgroup: new.cgroup, &profiles)
    if new.isKernelThread { arena[record: slot].isKernelThread = true }
    if isNews, self.isNews(event.image, of: slot, event) {
      programs.hold(event.image)
      if let gone = arena[record: slot].add(look: event.image) { programs.release(gone) }
    }
    if isNews { note(.changed, slot, &change) }
  }

  /// Whether a look at a process again tells what is not known: what changed without an event.
  public func tellsNews(_ event: ExistingProcess) -> Bool {
    slot(of: event.process.id).map { arena[record: $0].isRunning && tellsNews(event, of: $0) } ?? true
  }

  private func tellsNews(_ event: ExistingProcess, of slot: Int32) -> Bool {
    if isNews(event.image, of: slot, event) { return true }
    var known = arena[record: slot].facts(event.process.id, parent: arena.presentParent(of: slot))
    // What the look does not know is no news.
    if event.process.parent == nil { known.parent = nil }
    if event.process.cgroup == nil { known.cgroup = nil }
    if event.process.user == nil, event.process.uid == known.uid { known.user = nil }
    return known != event.process
  }

  private func isNews(_ image: ProcessImage, of slot: Int32, _ event: ExistingProcess) -> Bool {
    !event.isKernelThread && !image.marks.contains(.incomplete) && arena[record: slot].isNews(image)
  }
}
