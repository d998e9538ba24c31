internal import Filtering
internal import Tree

extension AppState {
  mutating func toggleFreeze() {
    if playback != nil {
      togglePlay()
    } else if frozen == nil {
      freeze()
    } else {
      thaw()
    }
  }

  mutating func freeze() {
    live.pin(at: now)
    frozen = Frozen(snapshot: live, output: output.live, time: now, horizon: now, sequence: live.tree.log.nextSequence)
  }

  /// Shows the events that arrived meanwhile. The folds and the filter of the frozen view are kept.
  mutating func thaw() {
    guard let frozen else { return }
    let line = frozen.snapshot
    self.frozen = nil
    live.pin(at: nil)
    tree.order.isStale = true
    if frozen.event != nil {
      log.isFollowing = true
      log.anchor = nil
    }
    live.setFoldState(line.outline.foldState)
    if live.outline.order != line.outline.order { live.setOrder(line.outline.order) }
    if output.live.filter != frozen.output.filter { output.live.setFilter(frozen.output.filter) }
    if live.filter?.text != line.filter?.text {
      log.anchor = log.anchor ?? log.position
      live.setFilter(line.filter)
    }
    // A selection that was forgotten meanwhile moves up to the nearest remembered ancestor.
    if let id = tree.selection, live.tree[id] == nil {
      tree.selection = line.tree.lineage(of: id).first { live.tree[$0] != nil }
    }
    if tree.isFollowing { followEnd() }
  }

  mutating func toggleFollow() {
    if tree.isFollowing {
      tree.isFollowing = false
      return show(isFrozen ? "following is off after thawing" : "following stopped")
    }
    if isPlaying {
      tree.isFollowing = true
      return show("following the newest process")
    }
    guard mode == .live else {
      if !isFrozen { followEnd() }
      let reason: DisplayText = "end of recording"
      return show(reason)
    }
    tree.isFollowing = true
    // A frozen view does not move.
    guard !isFrozen else { return show("following starts after thawing") }
    followEnd()
    show("following the newest process")
  }

  private mutating func followEnd() {
    log.isFollowing = true
    log.anchor = nil
    selectNewest()
  }
}
