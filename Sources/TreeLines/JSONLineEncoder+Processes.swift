internal import Events
public import Recording
public import Tree

// Writes the processes of a tree as JSON, one object a line, with the member names of events.
extension JSONLineEncoder {
  /// Appends a line for a process: its identity, its program, its exit, and its place in the tree.
  ///
  /// `state` is `running` or `exited`. `ppid` and `pstart` identify the parent that forked it; `now_ppid` and
  /// `now_pstart` identify its present or last parent, if that is another one. `dur` of a running process lasts until
  /// now; `ts` is its start. The machine is that of `host`.
  ///
  /// - Parameters:
  ///   - depth: how many of its ancestors are in the output.
  ///   - isMatch: false for a process that is written only because a descendant matches the filter.
  ///   - now: nanoseconds since boot.
  /// - Complexity: O(bytes written).
  public mutating func append(_ node: ProcessNode, depth: Int, isMatch: Bool, now: UInt64) {
    writer.raw(
      node.endIsUnknown
        ? "{\"state\":\"unknown\"" : node.isRunning ? "{\"state\":\"running\"" : "{\"state\":\"exited\"")
    writer.key("match")
    writer.raw(isMatch ? "true" : "false")
    field("depth", depth)
    field("kids", node.childCount)
    if !node.id.isHost { wallTime(node.startTime) }
    machine()
    var facts = node.facts
    // The row of a machine is no parent.
    let parent = node.parent.flatMap { $0.isHost ? nil : $0 }
    facts.parent = parent
    if node.isPlaceholder {
      field("pid", node.id.pid)
      field("start", node.id.startTime)
      field("ppid", parent?.pid ?? 0)
      if let parent { field("pstart", parent.startTime) }
    } else {
      self.facts(facts)
    }
    if let present = node.presentParent, present != parent, !present.isHost {
      field("now_ppid", present.pid)
      field("now_pstart", present.startTime)
    }
    if let image = node.image {
      self.image(image, of: facts, title: node.title)
      if node.imageIsInherited { flag("forked") }
    }
    if node.isKernelThread { flag("kthread") }
    field("execs", node.execCount)
    field("failed", node.failedExecCount)
    field("execfail", node.execFailures)
    if let failure = node.lastFailure { errno(failure.errno) }
    if let status = node.end?.status { self.status(status) }
    if let killer = node.killer { self.killer(killer) }
    if !node.isPlaceholder, node.isTimed, !node.id.isHost { field("dur", node.runTime(now: now)) }
    if let usage = node.end?.usage { self.usage(usage) }
    writer.raw("}\n")
  }

  /// Appends a line for a process in the chain of a failure, as `append(_:depth:isMatch:now:)` does; `match` is false
  /// for all but the cause. `link` is how the failure reached the process above; the line of the cause has `cause` and
  /// `again`, the shell command that runs it again.
  /// - Parameters:
  ///   - depth: its place in the chain, 0 for the process that was asked about.
  ///   - again: printable bytes and newlines; nil where unknown, or if the process is not the cause.
  /// - Complexity: O(bytes written).
  public mutating func append(
    _ node: ProcessNode, depth: Int, link: FailureCause.Link?, isCause: Bool, again: [UInt8]?, now: UInt64
  ) {
    append(node, depth: depth, isMatch: isCause, now: now)
    writer.reopenLine()
    if let link {
      writer.key("link")
      _ = writer.string(Array(link.rawValue.utf8)[...])
    }
    if isCause { flag("cause") }
    if let again { text("again", "again_b64", again) }
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
    field("failed", row.failedCalls)
    field("execfail", row.failedExecs)
    field("nonzero", row.nonzero)
    if let median = row.medianRunTime, let p99 = row.p99RunTime, let longest = row.longestRunTime {
      field("time", row.runTime)
      field("p50", median)
      field("p99", p99)
      field("max", longest)
      field("cpu", row.cpuTime)
      field("mem", row.peakMemory)
    }
    recurrences(row.recurrences)
    if let filter = row.filterText {
      writer.key("filter")
      _ = writer.string(Array(filter.utf8)[...])
    }
    writer.raw("}\n")
  }

  /// Appends `recurs`, an object for each command of the group that starts at regular times; no member without one.
  private mutating func recurrences(_ recurrences: [Recurrence]) {
    guard !recurrences.isEmpty else { return }
    writer.key("recurs")
    writer.raw("[")
    for (index, recurrence) in recurrences.enumerated() {
      writer.raw(index == 0 ? "{\"period\":" : ",{\"period\":")
      writer.number(recurrence.period)
      field("spread", recurrence.spread)
      field("times", recurrence.times)
      if recurrence.isPartial { flag("partial") }
      text("comm", "comm_b64", recurrence.command.comm.bytes)
      if let argument = recurrence.command.argument { text("arg", "arg_b64", argument.bytes) }
      if case .process(let id, let label) = recurrence.starter {
        field("starter", id.pid)
        field("starter_start", id.startTime)
        text("starter_comm", "starter_comm_b64", label.comm.bytes)
        if let argument = label.argument { text("starter_arg", "starter_arg_b64", argument.bytes) }
      }
      if let cpu = recurrence.cpuPerHour { field("cpu_hour", cpu) }
      if let time = recurrence.timePerHour { field("time_hour", time) }
      writer.raw("}")
    }
    writer.raw("]")
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
