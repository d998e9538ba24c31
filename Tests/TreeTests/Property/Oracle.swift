@testable import Events
@testable import Tree

/// A second implementation of the tree's rules, with an array and linear scans: slow, and simple enough to be trusted.
struct Oracle {
  struct Process {
    let id: ProcessID
    var parent: ProcessID?
    var presentParent: ProcessID?
    var presentParentTime: UInt64 = 0
    /// How its place is known: 0 placeholder, 1 later event, 2 fork.
    var knowledge = 0
    var isRunning = true
    var status: ExitStatus?
    var endTime: UInt64?
    var gaps: ProcessGaps = []
    var lostExecTime: UInt64 = 0
    var comm = Comm([])
    var user: RawBytes?
    var uid: UInt32 = 0
    var factsTime: UInt64 = 0
    var images: [ProcessImage] = []
    var inherited: ProcessImage?
    var execs = 0
    var execTimes: [UInt64] = []
    var failureTimes: [UInt64] = []
    var cpuTime: UInt64 = 0
    var failures = 0
    /// Searches that count as failed; each with whether a later exec would end it.
    var searches: [Bool] = []
    /// When the number of searches changed, and by how much.
    var searchChanges: [(time: UInt64, change: Int)] = []
    var lastTry: (time: UInt64, goesOn: Bool, name: ArraySlice<UInt8>)?
    var isInferred = true
    /// Its rank in the queue of processes to forget; nil if it is not in the queue.
    var rank: Int?
  }

  let limits: Limits
  var processes: [Process] = []
  var totals = Totals()
  var blindTime: ClosedRange<UInt64>?
  /// Forgotten processes, some of which were named again.
  var forgotten: Set<ProcessID> = []
  private var ranks = 0

  init(limits: Limits) { self.limits = limits }

  func index(_ id: ProcessID) -> Int? { processes.firstIndex { $0.id == id } }

  subscript(_ id: ProcessID) -> Process? { processes.first { $0.id == id } }

  func children(of id: ProcessID?) -> [ProcessID] {
    processes.filter { $0.parent == id }.map(\.id).sorted()
  }

  func subtree(_ id: ProcessID) -> SubtreeCounts {
    let own = self[id]!
    var sum = SubtreeCounts(
      processes: 1, running: own.isRunning ? 1 : 0, execs: own.execs,
      failedExecs: own.searches.count, nonzero: own.status.map { $0 == ExitStatus(code: 0) ? 0 : 1 } ?? 0,
      cpuTime: own.cpuTime,
      longestRun: own.endTime.map { $0 > id.startTime ? $0 - id.startTime : 0 } ?? 0)
    for child in children(of: id) {
      let below = subtree(child)
      sum.processes += below.processes
      sum.running += below.running
      sum.execs += below.execs
      sum.failedExecs += below.failedExecs
      sum.nonzero += below.nonzero
      sum.cpuTime += below.cpuTime
      sum.longestRun = max(sum.longestRun, below.longestRun)
    }
    return sum
  }

  /// Whether a process has exited or is a placeholder, and no process depends on it.
  func isDispensable(_ process: Process) -> Bool {
    (!process.isRunning || process.knowledge == 0)
      && !processes.contains { $0.parent == process.id }
      && !processes.contains { $0.isRunning && $0.presentParent == process.id }
  }

  /// Whether a process has exited or is a placeholder, and only one child depends on it.
  func isLink(_ process: Process) -> Bool {
    (!process.isRunning || process.knowledge == 0) && children(of: process.id).count == 1
      && !processes.contains { $0.isRunning && $0.presentParent == process.id }
  }

  /// Returns whether the event enters the log.
  mutating func apply(_ event: ProcessEvent) -> Bool {
    switch event {
    case .fork(let fork):
      if self[fork.process.id]?.knowledge == 2 { return false }
      let at = insertOrUpdate(fork.process, fork.time, 2)
      processes[at].isInferred = false
      processes[at].gaps.remove(.program)
      if let parent = processes[at].parent {
        processes[at].inherited = image(of: self[parent]!, at: fork.time, comm: fork.process.comm)
      }
      if fork.isByParent, !fork.process.isKernelThread, let parent = fork.process.parent, parent != fork.process.id,
        let teacher = index(parent),
        processes[teacher].knowledge > 0, isUnlike(processes[teacher], fork.process)
      {
        update(teacher, fork.process, fork.time)
      }
      totals.forks += 1
    case .exec(let exec):
      let at = insertOrUpdate(exec.process, exec.time, 1)
      add(exec.image, at)
      processes[at].execs += 1
      processes[at].execTimes.append(exec.image.time)
      totals.execs += 1
      endSearches(at, exec.time)
    case .failedExec(let failure):
      let at = insertOrUpdate(failure.process, failure.time, 1)
      processes[at].failures += 1
      processes[at].failureTimes.append(failure.image.time)
      search(at, failure)
    case .exit(let exit):
      if self[exit.process.id]?.status != nil { return false }
      let at = insertOrUpdate(exit.process, exit.time, 1)
      end(at, exit.status, exit.time)
      processes[at].cpuTime = exit.usage?.cpuTime ?? 0
      if let reaper = exit.reaper, reaper != exit.process.id { reparent(exit, to: reaper) }
      totals.exits += 1
      if exit.status != ExitStatus(code: 0) { totals.nonzero += 1 }
    case .existing(let existing):
      apply(existing)
      return false
    case .lost(let lost):
      apply(lost)
      return lost.counts.total > 0
    case .census(let census):
      apply(census)
      return false
    case .output, .host: return false
    }
    return true
  }

  /// Counts a failed exec: a new search, or one more try of the last one.
  private mutating func search(_ at: Int, _ failure: FailedExecEvent) {
    let process = processes[at]
    let goesOn = [2, 13, 20].contains(failure.errno)
    let name = failure.image.file.bytes.split(separator: 0x2f, omittingEmptySubsequences: false).last ?? []
    defer {
      if failure.time >= process.lastTry?.time ?? 0 { processes[at].lastTry = (failure.time, goesOn, name) }
    }
    let execsLater = process.images.contains { $0.time > failure.time && !$0.marks.contains(.fromProc) }
    if goesOn, execsLater || process.lostExecTime > failure.time { return }
    if let open = process.searches.lastIndex(of: true), let last = process.lastTry, last.goesOn, !name.isEmpty,
      last.name == name
    {
      if !goesOn { processes[at].searches[open] = false }
      return
    }
    processes[at].searches.append(goesOn)
    processes[at].searchChanges.append((failure.time, 1))
    totals.failedExecs += 1
  }

  /// An exec, seen or not: the searches before it have not failed.
  mutating func endSearches(_ at: Int, _ time: UInt64) {
    let count = processes[at].searches.count { $0 }
    guard count > 0, time >= processes[at].lastTry?.time ?? 0 else { return }
    processes[at].searches.removeAll { $0 }
    processes[at].searchChanges.append((time, -count))
    totals.failedExecs -= count
  }

  private mutating func apply(_ event: ExistingProcess) {
    if let at = index(event.process.id), processes[at].knowledge > 0 {
      if event.isAgain { look(at, event) } else { fill(at, event) }
      return
    }
    let at = insertOrUpdate(event.process, event.time, 1)
    processes[at].isInferred = false
    if event.image.marks.contains(.incomplete) {
      processes[at].gaps.insert(.program)
    } else if !event.isKernelThread {
      processes[at].images = [event.image]
    }
  }

  private func isUnlike(_ parent: Process, _ child: ProcessFacts) -> Bool {
    parent.comm != child.comm || parent.uid != child.uid || child.user != nil && parent.user != child.user
  }

  /// A look at a known process updates its facts and its present parent, and reports no execs.
  private mutating func look(_ at: Int, _ event: ExistingProcess) {
    guard processes[at].isRunning else { return }
    let id = processes[at].id
    if let parent = event.process.parent, parent != id { name(at, parent, event.time) }
    guard let at = index(id), processes[at].isRunning else { return }
    update(at, event.process, event.time)
    if processes[at].user == nil, processes[at].uid == event.process.uid { processes[at].user = event.process.user }
  }

  private mutating func fill(_ at: Int, _ event: ExistingProcess) {
    let named = event.process.parent == event.process.id ? nil : event.process.parent
    if let named, processes[at].parent == nil, processes[at].knowledge < 2 { move(at, under: named) }
    if let named, processes[at].presentParent == nil || processes[at].isRunning { name(at, named, event.time) }
    if processes[at].knowledge < 2 { processes[at].isInferred = false }
    if event.image.marks.contains(.incomplete) {
      if processes[at].images.isEmpty, let old = processes[at].inherited, old.comm != event.process.comm {
        processes[at].inherited = nil
        processes[at].gaps.insert(.program)
      }
    } else if !event.isKernelThread {
      show(at, event.image)
    }
    let old = processes[at]
    if old.isRunning { update(at, event.process, event.time) }
    if old.user == nil, old.uid == event.process.uid { processes[at].user = event.process.user }
  }

  mutating func insertOrUpdate(_ facts: ProcessFacts, _ time: UInt64, _ knowledge: Int) -> Int {
    let named = facts.parent == facts.id ? nil : facts.parent
    if let named { ensure(named) }
    if let at = index(facts.id) {
      let isOrphan = processes[at].parent == nil && processes[at].knowledge < 2
      if let named, processes[at].knowledge < knowledge || isOrphan { move(at, under: named) }
    } else {
      insert(Process(id: facts.id, parent: named))
    }
    let at = index(facts.id)!
    processes[at].knowledge = max(processes[at].knowledge, knowledge)
    update(at, facts, time)
    if let named { name(at, named, time) }
    return at
  }

  private mutating func update(_ at: Int, _ facts: ProcessFacts, _ time: UInt64) {
    guard time >= processes[at].factsTime else { return }
    let sameUser = processes[at].uid == facts.uid
    processes[at].factsTime = time
    processes[at].comm = facts.comm
    processes[at].user = facts.user ?? (sameUser ? processes[at].user : nil)
    processes[at].uid = facts.uid
  }

  mutating func name(_ at: Int, _ parent: ProcessID, _ time: UInt64) {
    guard time >= processes[at].presentParentTime, parent != processes[at].id else { return }
    processes[at].presentParentTime = time
    processes[at].presentParent = parent
    if processes[at].isRunning { ensure(parent) }
  }

  private mutating func ensure(_ id: ProcessID) {
    guard index(id) == nil else { return }
    insert(Process(id: id))
    processes[index(id)!].rank = nextRank()
  }

  private mutating func insert(_ process: Process) {
    processes.append(process)
    let rivals = processes.filter { $0.id.pid == process.id.pid && $0.isRunning }.map(\.id).sorted()
    for old in rivals.dropLast() { end(index(old)!, nil, rivals.last!.startTime) }
  }

  private mutating func move(_ at: Int, under parent: ProcessID) {
    ensure(parent)
    var above: ProcessID? = parent
    while let id = above {
      if id == processes[at].id { return }
      above = self[id]!.parent
    }
    processes[at].parent = parent
  }

  mutating func end(_ at: Int, _ status: ExitStatus?, _ time: UInt64) {
    if processes[at].isRunning { processes[at].rank = nextRank() }
    processes[at].isRunning = false
    processes[at].status = status
    processes[at].endTime = time
  }

  private mutating func reparent(_ exit: ExitEvent, to reaper: ProcessID) {
    let adopted = processes.filter { $0.isRunning && $0.presentParent == exit.process.id }.map(\.id)
    if adopted.isEmpty { return }
    ensure(reaper)
    for child in adopted {
      guard let at = index(child), processes[at].isRunning else { continue }
      processes[at].presentParent = child == reaper ? nil : reaper
      if child != reaper { processes[at].presentParentTime = max(exit.time, processes[at].presentParentTime) }
    }
  }

  mutating func add(_ image: ProcessImage, _ at: Int) {
    var images = processes[at].images
    if let newest = images.last, newest.marks.contains(.fromProc), image.time <= newest.time,
      images.dropLast().allSatisfy({ $0.time <= image.time }), image.time >= processes[at].lostExecTime
    {
      images[images.count - 1] = image
    } else {
      let place = images.lastIndex { $0.time <= image.time }.map { $0 + 1 } ?? 0
      images.insert(image, at: place)
    }
    processes[at].images = Array(images.suffix(limits.execHistory))
  }

  func image(of process: Process, at time: UInt64, comm: Comm) -> ProcessImage? {
    let unseen = process.lostExecTime > process.images.last?.time ?? 0
    if unseen, process.lostExecTime <= time { return nil }
    guard let newest = process.images.last ?? process.inherited else { return nil }
    if newest.marks.contains(.fromProc) { return newest.time <= time || newest.comm == comm ? newest : nil }
    if process.images.isEmpty { return newest }
    return process.images.last { $0.time <= time } ?? process.inherited ?? process.images.first
  }

  private mutating func nextRank() -> Int {
    ranks += 1
    return ranks
  }
}
