internal import Events
public import Recording
public import Tree

// Writes the processes of a tree as JSON, one object a line, with the member names of events.
extension JSONLineEncoder {
  /// Appends a line for a process: its identity, its program, its exit, and its place in the tree.
  ///
  /// `state` is `running` or `exited`. `ppid` and `pstart` identify the parent that forked it; `now_ppid` and
  /// `now_pstart` identify its present or last parent, if that is another one. `dur` of a running process lasts until
  /// now; `ts` is its start.
  ///
  /// - Parameters:
  ///   - depth: how many of its ancestors are in the output.
  ///   - isMatch: false for a process that is written only because a descendant matches the filter: `"match":false`.
  ///   - now: nanoseconds since boot.
  /// - Complexity: O(bytes written).
  public mutating func append(_ node: ProcessNode, depth: Int, isMatch: Bool, now: UInt64) {
    writer.raw(node.isRunning ? "{\"state\":\"running\"" : "{\"state\":\"exited\"")
    if !isMatch {
      writer.key("match")
      writer.raw("false")
    }
    field("depth", depth)
    field("kids", node.childCount)
    wallTime(node.startTime)
    var facts = node.facts
    facts.parent = node.parent
    if node.isPlaceholder {
      field("pid", node.id.pid)
      field("start", node.id.startTime)
      field("ppid", node.parent?.pid ?? 0)
      if let parent = node.parent { field("pstart", parent.startTime) }
    } else {
      self.facts(facts)
    }
    if let parent = node.presentParent, parent != node.parent {
      field("now_ppid", parent.pid)
      field("now_pstart", parent.startTime)
    }
    if let image = node.image {
      self.image(image, of: facts, title: node.title)
      if node.imageIsInherited { flag("forked") }
    }
    if node.isKernelThread { flag("kthread") }
    field("execs", node.execCount)
    field("failed", node.failedExecCount)
    if let failure = node.lastFailure { errno(failure.errno) }
    if let status = node.end?.status { self.status(status) }
    if !node.isPlaceholder { field("dur", node.runTime(now: now)) }
    if let usage = node.end?.usage { self.usage(usage) }
    writer.raw("}\n")
  }

  /// Appends a line for a row of a top table. The group has a member of its own (`comm`, `exe`, `uid` and `user`,
  /// `cgroup`, `container`), which is missing in the row of processes without one; `others` marks the row of all groups
  /// over the limit. Times are nanoseconds, `rate` is execs a second, and `filter` finds the processes of the row.
  /// - Complexity: O(bytes written).
  public mutating func append(_ row: TopRow) {
    writer.raw("{\"processes\":")
    writer.number(row.processes)
    name(row)
    field("running", row.running)
    field("execs", row.execs)
    writer.key("rate")
    writer.number(row.execRateTenths / 10)
    writer.raw(".")
    writer.number(row.execRateTenths % 10)
    field("failed", row.failedExecs)
    if let median = row.medianRunTime, let p99 = row.p99RunTime {
      field("time", row.runTime)
      field("p50", median)
      field("p99", p99)
      field("cpu", row.cpuTime)
      field("mem", row.peakMemory)
    }
    if let filter = row.filterText {
      writer.key("filter")
      _ = writer.string(Array(filter.utf8)[...])
    }
    writer.raw("}\n")
  }

  private mutating func name(_ row: TopRow) {
    switch row.key {
    case .comm(let comm): text("comm", "comm_b64", comm.bytes)
    case .exe(let path): text("exe", "exe_b64", path.bytes)
    case .user(let uid):
      field("uid", uid)
      if let name = row.userName { text("user", "user_b64", name.bytes) }
    case .cgroup(let path): text("cgroup", "cgroup_b64", path.bytes)
    case .container(let name): text("container", "container_b64", name.bytes)
    case .none: break
    case .others: flag("others")
    }
  }
}
