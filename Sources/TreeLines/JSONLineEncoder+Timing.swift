internal import Events
public import Recording
public import Tree

// Writes why a process took as long as it did, as JSON, one object a line. All times are nanoseconds.
extension JSONLineEncoder {
  /// Appends a line for each step of a critical path, parents before children, and one for the path: `whole`, `least`
  /// and `saved`, `running` if the root still runs, and `unknown_ends` if exits were lost.
  ///
  /// A step has its number, its depth on the path, its process and program; `from` and `until` on the boot clock;
  /// `own`, which is the sum of `cpu` and `wait` where these are known; and `beside`, a mean.
  /// - Complexity: O(bytes written).
  public mutating func append(_ path: CriticalPath, in tree: ProcessTree) {
    for (number, step) in path.steps.enumerated() {
      writer.raw("{\"step\":")
      writer.number(number &+ 1)
      field("depth", step.depth)
      field("pid", step.id.pid)
      field("start", step.id.startTime)
      if let node = tree[step.id], !node.isPlaceholder {
        text("comm", "comm_b64", node.facts.comm.bytes)
        if let image = node.image {
          var facts = node.facts
          facts.parent = node.parent
          self.image(image, of: facts, title: node.title)
        }
      }
      field("from", step.start)
      field("until", step.end)
      field("own", step.own)
      if let cpu = step.cpu { field("cpu", cpu) }
      if let wait = step.wait { field("wait", wait) }
      tenths("beside", step.besideTenths)
      writer.raw("}\n")
    }
    writer.raw("{\"whole\":")
    writer.number(path.whole)
    field("least", path.leastTime)
    field("saved", path.mostSaved)
    if path.isRunning { flag("running") }
    if path.unknownEnds > 0 { field("unknown_ends", path.unknownEnds) }
    writer.raw("}\n")
  }

  /// Appends a line for each number of processes that ran at a time, `running`, with its `time`; and one with `whole`,
  /// the `mean` and the `most`.
  /// - Complexity: O(changes).
  public mutating func append(_ concurrency: Concurrency) {
    for share in concurrency.shares {
      writer.raw("{\"running\":")
      writer.number(share.count)
      field("time", share.time)
      writer.raw("}\n")
    }
    writer.raw("{\"whole\":")
    writer.number(concurrency.end &- concurrency.start)
    tenths("mean", concurrency.tenths(from: concurrency.start, until: concurrency.end))
    field("most", concurrency.most)
    writer.raw("}\n")
  }

  /// Appends a number with one decimal.
  private mutating func tenths(_ name: StaticString, _ value: Int) {
    writer.key(name)
    writer.number(value / 10)
    writer.raw(".")
    writer.number(value % 10)
  }
}
