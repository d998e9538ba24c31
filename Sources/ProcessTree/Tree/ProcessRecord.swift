/// What is stored of one process beside its links.
struct ProcessRecord: Sendable {
  /// How the place in the tree is known; a better source may still move the process.
  enum Knowledge: UInt8, Comparable, Sendable {
    /// Others named it as their parent, nothing more.
    case placeholder
    /// A later event or /proc named its parent at that moment.
    case later
    /// Its fork did.
    case fork

    static func < (a: Knowledge, b: Knowledge) -> Bool { a.rawValue < b.rawValue }
  }

  var facts: ProcessFacts
  /// When `facts` were true; an event that comes late does not replace them.
  var factsTime: UInt64 = 0
  var presentParent: ProcessID?
  /// When `presentParent` was named.
  var presentParentTime: UInt64 = 0
  var state = ProcessState.running
  var knowledge = Knowledge.placeholder
  var marks: Marks = .inferred
  var gaps: ProcessGaps = []
  /// When the newest exec of those that were lost happened; 0 for none.
  var lostExecTime: UInt64 = 0
  var isKernelThread = false
  /// Its place among those that may be forgotten, from 1 on; 0 while it may not.
  var turn: UInt64 = 0
  /// Its turn to be forgotten came while something still depended on it: it goes as soon as nothing does.
  var isDue = false

  /// The newest program apart from those before it: most processes run one, and then there is no array.
  var newestImage: ProcessImage?
  var olderImages: [ProcessImage] = []
  var inheritedImage: ProcessImage?
  var droppedImages = 0
  var execCount = 0
  var failedExecCount = 0
  var lastFailure: ExecFailure?

  /// One that others named.
  init(placeholder id: ProcessID) {
    facts = ProcessFacts(id: id, parent: nil, comm: Comm([]))
  }

  var isRunning: Bool {
    if case .running = state { true } else { false }
  }

  /// How it ended, as far as it did and that is known.
  var endStatus: ExitStatus? {
    if case .exited(let end) = state { end.status } else { nil }
  }

  /// The newest program that is known.
  var image: ProcessImage? { newestImage ?? inheritedImage }

  /// It has execed since what `image` shows.
  var hasUnseenExec: Bool { lostExecTime > newestImage?.time ?? 0 }

  /// The program it ran when it forked, as far as is known.
  /// - Parameter comm: the comm it had then.
  func image(at time: UInt64, comm: Comm) -> ProcessImage? {
    if lostExecTime <= time, hasUnseenExec { return nil }
    guard let newest = newestImage ?? inheritedImage else { return nil }
    if newest.time <= time { return newest }
    if newest.marks.contains(.fromProc) {
      // /proc was read a little later. An exec in between, which is still to be told of, will have changed the comm.
      return newest.comm == comm ? newest : nil
    }
    if newestImage == nil { return newest }
    return olderImages.last { $0.time <= time } ?? inheritedImage ?? olderImages.first ?? newest
  }

  /// Adds a program where its time puts it, and drops the oldest beyond `limit`.
  mutating func add(_ image: ProcessImage, limit: Int) {
    guard let newest = newestImage else {
      newestImage = image
      return
    }
    // What /proc showed was this program, unless another exec came between the two.
    if newest.marks.contains(.fromProc), image.time <= newest.time, image.time >= olderImages.last?.time ?? 0,
      image.time >= lostExecTime
    {
      newestImage = image
      return
    }
    if image.time >= newest.time {
      olderImages.append(newest)
      newestImage = image
    } else {
      let place = olderImages.lastIndex { $0.time <= image.time }.map { $0 + 1 } ?? 0
      olderImages.insert(image, at: place)
    }
    if olderImages.count >= limit {
      olderImages.removeFirst()
      droppedImages += 1
    }
  }

  /// Takes over newer facts, without losing what only older ones knew.
  mutating func update(_ new: ProcessFacts, at time: UInt64) {
    guard time >= factsTime else { return }
    let old = facts
    facts = new
    factsTime = time
    if facts.cgroup == nil { facts.cgroup = old.cgroup }
    if facts.user == nil, facts.uid == old.uid { facts.user = old.user }
  }
}
