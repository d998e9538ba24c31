/// One process as the tree knows it at this moment: a value, which later events do not change.
public struct ProcessNode: Sendable {
  let record: ProcessRecord
  let sums: SubtreeSums
  /// Its identity while the machine is up.
  public let id: ProcessID
  /// The original parent: the one that forked it, and under which it stands in the tree for good. Nil for the first
  /// processes of the machine and where no event named one.
  public let parent: ProcessID?
  /// Children remembered, running or ended.
  public let childCount: Int

  /// The parent now (or last, when it has ended): `parent` until that died and a reaper took over.
  public let presentParent: ProcessID?
  /// The longest that a process of its subtree ran, of those that ended; nanoseconds.
  let longestRun: UInt64

  /// Nanoseconds since boot.
  public var startTime: UInt64 { id.startTime }
  /// As the newest event stated them. Of a process that is known only as somebody's parent: its identity alone.
  public var facts: ProcessFacts { record.facts(id, parent: presentParent) }
  /// Whether it runs, and if not, how it ended.
  public var state: ProcessState { end.map { .exited($0) } ?? .running }
  /// It has not ended, as far as is known.
  public var isRunning: Bool { record.isRunning }
  /// How it ended; nil while it runs.
  public var end: ProcessEnd? { record.end }

  /// The program it runs or last ran. Of a process that has not exec'd: its parent's at the fork
  /// (`imageIsInherited`). Nil where not known.
  public var image: ProcessImage? { record.image }
  /// It has execed since: `image` is what it ran before, and what it runs now was lost and is not mended yet.
  public var imageIsOutdated: Bool { record.hasUnseenExec }
  /// It has not exec'd: `image` is its parent's.
  public var imageIsInherited: Bool { record.newestImage == nil && record.inheritedImage != nil }
  /// The programs that it ran itself, oldest first, at most `Limits.execHistory` of them; without the inherited one.
  /// - Complexity: O(their number).
  public var images: [ProcessImage] {
    guard let newest = record.newestImage else { return [] }
    return record.olderImages + [newest]
  }
  /// What /proc showed when the process was looked at again, where that was more than `image` tells: its title, its
  /// directory, which files are gone. True at the look's time; nil where nothing else is known.
  public var look: ProcessImage? { record.look }
  /// What the process calls itself in place of its arguments, as far as it was looked at; nil for nothing.
  /// - Complexity: O(bytes of the arguments) where there is a `look`.
  public var title: RawBytes? {
    guard let look = record.look else { return image?.title }
    if let title = look.title { return title }
    guard let image, image.marks.isDisjoint(with: .title), look.hasOtherArguments(than: image) else { return nil }
    return RawBytes(look.argv.joined(separator: [UInt8(ascii: " ")]))
  }
  /// Programs that no longer fit in `images`.
  public var droppedImages: Int { record.droppedImages }
  /// Execs seen, also of programs no longer in `images`.
  public var execCount: Int { Int(record.execCount) }
  /// Execs of its own that came back with an error.
  public var failedExecCount: Int { Int(record.failedExecCount) }
  /// The newest failed exec.
  public var lastFailure: ExecFailure? { record.lastFailure }

  /// What is less than perfect about the node itself: `.inferred` where its beginning was not seen, `.fromProc` where
  /// it ran already, `.incomplete` where there are `gaps`. The marks of its program are in `image`.
  public var marks: Marks { record.gaps.isEmpty ? record.marks : record.marks.union(.incomplete) }
  /// What is missing because it was lost. A gap stays after the present state was mended: what happened in it is gone.
  public var gaps: ProcessGaps { record.gaps }
  /// `PF_KTHREAD`: it has no program.
  public var isKernelThread: Bool { record.isKernelThread }
  /// Known only because others named it as their parent: all there is to it is its identity.
  public var isPlaceholder: Bool { record.knowledge == .placeholder }

  /// How long it ran, or has run until `now`: nanoseconds, 0 where the clocks disagree.
  public func runTime(now: UInt64) -> UInt64 {
    let end = end?.time ?? now
    return end > startTime ? end &- startTime : 0
  }

  /// Everything remembered below this process, as of the last `ProcessTree.updateSums`; its longest run is that of the
  /// whole subtree.
  public var below: SubtreeCounts {
    var sums = sums
    sums.add(record.sums.negated)
    return SubtreeCounts(sums, longestRun: longestRun)
  }
}
