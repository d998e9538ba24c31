public import Events

// Changes without an event, from a later look at a process.

extension ProcessTree {
  /// Applies a later look at a known process.
  mutating func look(at slot: Int32, _ event: ExistingProcess, _ change: inout TreeChange) {
    guard arena[record: slot].isRunning else { return }
    let (new, isNews) = (event.process, hasNews(event, of: slot))
    if let parent = new.parent { setPresentParent(of: slot, to: parent, at: event.time, &change) }
    // Naming the parent may have shown that the pid is in use by another process, so that this one has exited.
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
    // What the look does not know is not new.
    if event.process.parent == nil { known.parent = nil }
    if event.process.cgroup == nil { known.cgroup = nil }
    if event.process.user == nil, event.process.uid == known.uid { known.user = nil }
    return known != event.process
  }

  private func isNews(_ image: ProcessImage, of slot: Int32, _ event: ExistingProcess) -> Bool {
    !event.isKernelThread && !image.marks.contains(.incomplete) && arena[record: slot].isNews(image)
  }
}
