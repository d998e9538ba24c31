internal import ProcessTree

extension AppState {
  mutating func toggleFreeze() {
    if frozen == nil {
      freeze()
    } else {
      thaw()
    }
  }

  mutating func freeze() {
    live.pin(at: now)
    frozen = Frozen(picture: live, time: now, horizon: now, sequence: live.tree.log.nextSequence)
  }

  /// Shows what came meanwhile. The folds and the filter of the frozen view carry over.
  private mutating func thaw() {
    guard let frozen else { return }
    let line = frozen.picture
    self.frozen = nil
    live.pin(at: nil)
    treeOrder.isStale = true
    if frozen.event != nil {
      log.isFollowing = true
      logAnchor = nil
    }
    live.setFoldState(line.outline.foldState)
    if live.outline.order != line.outline.order { live.setOrder(line.outline.order) }
    if live.filter?.text != line.filter?.text {
      logAnchor = logAnchor ?? log
      live.setFilter(line.filter)
    }
    // A selection that was forgotten meanwhile walks up to what is still there.
    if let id = tree.selection, live.tree[id] == nil {
      tree.selection = line.tree.lineage(of: id).first { live.tree[$0] != nil }
    }
    if tree.isFollowing { followEnd() }
  }

  mutating func toggleFollow() {
    if tree.isFollowing {
      tree.isFollowing = false
      return say(isFrozen ? "follows nothing once thawed" : "following stopped")
    }
    guard mode == .live else {
      if !isFrozen { followEnd() }
      let reason: DisplayText = "a recording has no more to follow"
      return say(isFrozen ? reason : "this is the newest, \(reason)")
    }
    tree.isFollowing = true
    // What is held still stays where it is.
    guard !isFrozen else { return say("follows the newest process once thawed") }
    followEnd()
    say("following the newest process")
  }

  private mutating func followEnd() {
    log.isFollowing = true
    logAnchor = nil
    selectNewest()
  }
}
