/// What a filter sees of a process or of a log entry.
struct FilterSubject {
  var pid: Int64?
  var presentParentPID: Int64?
  var originalParentPID: Int64?
  var comm: Comm
  /// Nil where not known, as of a process that is only named by others.
  var uid: Int64?
  var user: RawBytes?
  var cgroup: RawBytes?
  var image: ProcessImage?

  init(_ record: ProcessRecord, id: ProcessID, parent: ProcessID?, presentParent: ProcessID?) {
    pid = Int64(id.pid)
    presentParentPID = presentParent.map { Int64($0.pid) }
    originalParentPID = parent.map { Int64($0.pid) }
    let profile = record.profile
    comm = profile.comm
    uid = record.knowledge == .placeholder ? nil : Int64(profile.uid)
    user = profile.user
    cgroup = profile.cgroup
    image = record.newestImage ?? record.inheritedImage
  }

  init(_ entry: LogEntry) {
    pid = entry.id.map { Int64($0.pid) }
    presentParentPID = entry.parentPID.map(Int64.init)
    comm = entry.comm
    uid = Int64(entry.uid)
    user = entry.user
    cgroup = entry.cgroup
    image = entry.image
  }

  /// Whose the cgroup is: worked out where a filter asks for it.
  var owner: CgroupOwner? { cgroup.map { CgroupOwner(of: $0) } }
}

extension Filter {
  /// By what the process is now: its newest facts and program. - Complexity: O(the bytes of the fields asked for).
  public func matches(_ node: ProcessNode, in tree: ProcessTree) -> Bool {
    expression.matches(FilterSubject(node.record, id: node.id, parent: node.parent, presentParent: node.presentParent))
  }

  /// By the entry's own fields. Losses match everything: a filter never hides that something is missing.
  public func matches(_ entry: LogEntry, in tree: ProcessTree) -> Bool {
    if case .lost = entry.payload { return true }
    return expression.matches(FilterSubject(entry))
  }

  func matches(slot: Int32, in tree: ProcessTree) -> Bool {
    let parent = tree.arena[slot].parent
    return expression.matches(
      FilterSubject(
        tree.arena[record: slot], id: tree.arena[slot].id, parent: parent == NodeArena.machine ? nil : tree.arena[parent].id,
        presentParent: tree.arena.presentParent(of: slot)))
  }
}
