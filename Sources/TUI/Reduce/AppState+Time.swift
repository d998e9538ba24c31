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
    if live.outline.folds != line.outline.folds { live.setFolds(line.outline.folds) }
    if live.outline.order != line.outline.order { live.setOrder(line.outline.order) }
    if live.filter?.text != line.filter?.text {
      logAnchor = logAnchor ?? log
      live.setFilter(line.filter)
    }
    // A selection that was forgotten meanwhile walks up to what is still there.
    if let id = tree.selection, live.tree[id] == nil {
      tree.selection = line.tree.lineage(of: id).first { live.tree[$0] != nil }
    }
    if tree.isFollowing { selectNewest() }
  }

  mutating func toggleFollow() {
    tree.isFollowing.toggle()
    guard tree.isFollowing else { return say("following stopped") }
    log.isFollowing = true
    logAnchor = nil
    selectNewest()
    say(isFrozen ? "follows the newest process once thawed" : "following the newest process")
  }
}
