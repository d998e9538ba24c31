public import Events

/// One process in its present state: a value, which later events do not change.
public struct ProcessNode: Sendable {
  private(set) var record: ProcessRecord
  let sums: SubtreeSums
  /// Its identity until the next boot.
  public let id: ProcessID
  /// The original parent, which forked it, and under which it stays in the tree. Nil for the first processes, and where
  /// no event named one.
  public let parent: ProcessID?
  /// Children remembered, running or exited.
  public let childCount: Int

  /// The present parent; after the exit the last one. It is `parent` until that exits and a reaper adopts the process.
  public let presentParent: ProcessID?
  /// The longest run time of an exited process in the subtree, in nanoseconds.
  let longestRun: UInt64

  /// Nanoseconds since boot.
  public var startTime: UInt64 { id.startTime }
  /// The facts of the newest event. A placeholder has only an identity.
  public var facts: ProcessFacts { record.facts(id, parent: presentParent) }
  /// Whether it runs, or how it exited.
  public var state: ProcessState { end.map { .exited($0) } ?? .running }
  /// Whether it runs, as far as is known.
  public var isRunning: Bool { record.isRunning }
  /// How it exited; nil while it runs.
  public var end: ProcessEnd? { record.end }
  /// What sent the signal that ended it; nil while it runs, without a signal, and where unknown.
  public var killer: Killer? { record.killer }

  /// The program that it runs or last ran. Before its first exec this is its parent's program at the fork
  /// (`imageIsInherited`). Nil where unknown.
  public var image: ProcessImage? { record.image }
  /// Whether an exec after `image` was lost and is not resynced yet.
  public var imageIsOutdated: Bool { record.hasUnseenExec }
  /// Whether `image` is its parent's: it has not exec'd.
  public var imageIsInherited: Bool { record.newestImage == nil && record.inheritedImage != nil }
  /// The programs that it executed, oldest first, at most `Limits.execHistory`, without the inherited one.
  /// - Complexity: O(their number).
  public var images: [ProcessImage] {
    guard let newest = record.newestImage else { return [] }
    return record.olderImages + [newest]
  }
  /// The newest of the programs before `image` that it executed, oldest first. - Complexity: O(`limit`).
  public func earlierImages(upTo limit: Int) -> ArraySlice<ProcessImage> {
    execCount > 1 ? record.olderImages.suffix(limit) : []
  }
  /// The result of the last look at /proc that differed from `image`: in title, directory or deleted files. It was
  /// valid at the time of the look. Nil if there was none.
  public var look: ProcessImage? { record.look }
  /// The title that the process shows in place of its arguments, as of the last look; nil for none.
  /// - Complexity: O(bytes of the arguments) where there is a `look`.
  public var title: RawBytes? {
    guard let look = record.look else { return image?.title }
    if let title = look.title { return title }
    guard let image, image.marks.isDisjoint(with: .title), look.hasOtherArguments(than: image) else { return nil }
    return RawBytes(look.argv.joined(separator: [UInt8(ascii: " ")]))
  }
  /// How many older programs were dropped from `images`.
  public var droppedImages: Int { record.droppedImages }
  /// How many execs succeeded, including those of dropped images.
  public var execCount: Int { Int(record.execCount) }
  /// How many of its calls of exec failed.
  public var failedExecCount: Int { Int(record.failedExecCount) }
  /// How many of its execs failed, where a search for a program through directories counts as one, and as none once the
  /// process has executed a program after it.
  public var execFailures: Int { Int(record.execFailures) }
  /// Whether its newest failed exec is a failure: no exec followed it, or it failed with an errno that ends a search.
  public var lastFailureCounts: Bool { record.lastFailureCounts }
  /// Whether it exited nonzero or by a signal, or an exec of it failed (`execFailures`).
  public var hasFailed: Bool { record.hasFailed }
  /// The newest failed exec.
  public var lastFailure: ExecFailure? { record.lastFailure }

  /// Flags of the node itself: `.inferred` where its start was not seen, `.fromProc` where it was already running,
  /// `.incomplete` where it has `gaps`. The marks of its program are in `image`.
  public var marks: Marks { record.gaps.isEmpty ? record.marks : record.marks.union(.incomplete) }
  /// Losses that affected it. A gap stays after a resync, because its events are gone.
  public var gaps: ProcessGaps { record.gaps }
  /// Whether it is a kernel thread (`PF_KTHREAD`), which has no program.
  public var isKernelThread: Bool { record.isKernelThread }
  /// Whether it is a placeholder: known only as a parent, by its identity.
  public var isPlaceholder: Bool { record.knowledge == .placeholder }

  /// The process with other programs, such as those without secrets.
  /// - Parameter replace: gets each program that it ran, and that of its last failed exec.
  /// - Complexity: O(programs).
  public func replacingImages(by replace: (ProcessImage) -> ProcessImage) -> ProcessNode {
    var node = self
    node.record.replaceImages(by: replace)
    return node
  }

  /// Whether nothing would tell that it has ended, as in traces of programs that show no exits.
  public var endIsUnknown: Bool { record.endIsUnknown }
  /// Whether the trace had no times: those of the process are only an order.
  public var hasNoTimes: Bool { record.hasNoTimes }

  /// Whether its run time is known. In some traces of other programs times have only an order, or there are no exits.
  public var isTimed: Bool { record.isTimed }

  /// Its run time until its exit, or until `now`: nanoseconds, 0 where the clocks disagree.
  public func runTime(now: UInt64) -> UInt64 {
    let end = end?.time ?? now
    return end > startTime ? end &- startTime : 0
  }

  /// All remembered descendants, as of the last `ProcessTree.updateSums`; the longest run is that of the whole subtree.
  public var below: SubtreeCounts {
    var sums = sums
    sums.add(record.sums.negated)
    return SubtreeCounts(sums, longestRun: longestRun)
  }
}
