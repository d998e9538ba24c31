internal import Events

/// The stored data of one process, besides its links.
struct ProcessRecord: Sendable {
  /// The source of its place in the tree. A better source may still move the process.
  enum Knowledge: UInt8, Comparable, Sendable {
    /// Other events named it as their parent.
    case placeholder
    /// A later event, or /proc, named its parent at that moment.
    case later
    /// Its fork named its parent.
    case fork

    static func < (a: Knowledge, b: Knowledge) -> Bool { a.rawValue < b.rawValue }
  }

  /// The flags in one byte: with more, each of up to a million records would take eight more bytes.
  private struct Flags: OptionSet {
    var rawValue: UInt8
    static let ended = Flags(rawValue: 1 << 0)
    /// Exited, with unknown status and usage.
    static let vanished = Flags(rawValue: 1 << 1)
    static let kernelThread = Flags(rawValue: 1 << 2)
    static let due = Flags(rawValue: 1 << 3)
    static let adopted = Flags(rawValue: 1 << 4)
    /// It has no program, and the programs of the trace have no times.
    static let untimed = Flags(rawValue: 1 << 5)
    static let host = Flags(rawValue: 1 << 6)
    /// It has no program, and the trace has no exits.
    static let endless = Flags(rawValue: 1 << 7)
  }

  var profile = Profile.unknown
  /// The time of the facts: a late event does not replace them.
  private(set) var factsTime: UInt64 = 0
  /// When the present parent was named.
  var presentParentTime: UInt64 = 0
  private var ended: UInt64 = 0
  private var used = CompactUsage()
  private(set) var session: Int32 = 0
  /// The newest program, separate from earlier ones: most processes run one.
  var newestImage: ProcessImage?
  /// The parent's program at the fork.
  var inheritedImage: ProcessImage?
  private var rare: RareFacts?
  private(set) var processGroup: Int32 = 0
  private var innerPID: Int32 = 0
  private var waitStatus: Int32 = 0
  var execCount: Int32 = 0
  var failedExecCount: Int32 = 0
  /// Its number in the queue of processes to forget; none if it is not in the queue.
  var queueNumber = QueueNumber.none
  var marks: Marks = .inferred
  var gaps: ProcessGaps = []
  var knowledge = Knowledge.placeholder
  private var flags: Flags = []

  /// The record of a placeholder.
  init() {}
}

// MARK: - Flags

extension ProcessRecord {
  /// Whether its times are unknown although it has no program that tells so.
  var isUntimed: Bool {
    get { flags.contains(.untimed) }
    set { if newValue { flags.insert(.untimed) } else { flags.remove(.untimed) } }
  }

  /// Whether its end is unknown although it has no program that tells so.
  var isEndless: Bool {
    get { flags.contains(.endless) }
    set { set(.endless, newValue) }
  }

  var isKernelThread: Bool {
    get { flags.contains(.kernelThread) }
    set { set(.kernelThread, newValue) }
  }
  /// Whether it will be forgotten as soon as no other process depends on it.
  var isDue: Bool {
    get { flags.contains(.due) }
    set { set(.due, newValue) }
  }
  /// Whether it is the row of a machine and not a process.
  var isHost: Bool {
    get { flags.contains(.host) }
    set { set(.host, newValue) }
  }
  /// Whether `adoptions` has its present parent. Otherwise the original parent is the present one.
  var isAdopted: Bool {
    get { flags.contains(.adopted) }
    set { set(.adopted, newValue) }
  }

  private mutating func set(_ flag: Flags, _ value: Bool) {
    if value { flags.insert(flag) } else { flags.remove(flag) }
  }
}

// MARK: - Facts

extension ProcessRecord {
  /// The facts of the newest event.
  func facts(_ id: ProcessID, parent: ProcessID?) -> ProcessFacts {
    ProcessFacts(
      id: id, parent: parent, comm: profile.comm, uid: profile.uid, euid: profile.euid, gid: profile.gid,
      auditUID: profile.auditUID, session: session, processGroup: processGroup,
      innerPID: knowledge == .placeholder ? nil : innerPID, tty: profile.tty,
      cgroup: profile.cgroup, user: profile.user, isKernelThread: isKernelThread)
  }

  /// Replaces its facts by newer ones. Facts that the newer event does not have stay.
  ///
  /// - Parameters:
  ///   - likely: the profile of a process that it may share.
  ///   - isLate: whether the change has no event of its own.
  mutating func update(
    _ new: ProcessFacts, at time: UInt64, likely: Profile? = nil, isLate: Bool = false,
    _ profiles: inout Profiles
  ) {
    guard time >= factsTime else { return }
    let isFirst = factsTime == 0
    factsTime = time
    (session, processGroup, innerPID) = (new.session, new.processGroup, new.innerPID)
    if profile.describes(new) { return }
    var facts = new
    if facts.cgroup == nil { facts.cgroup = profile.cgroup }
    if facts.user == nil, facts.uid == profile.uid { facts.user = profile.user }
    if !isFirst { keepProfile(until: time, before: facts, isLate: isLate) }
    profile = profiles.profile(of: facts, likely: likely ?? profile)
  }

  /// Fills in facts that are not known yet.
  mutating func complete(user: RawBytes?, of uid: UInt32, cgroup: RawBytes?, _ profiles: inout Profiles) {
    let lacksUser = profile.user == nil && profile.uid == uid && user != nil
    let lacksCgroup = profile.cgroup == nil && cgroup != nil
    guard lacksUser || lacksCgroup else { return }
    var facts = facts(ProcessID(pid: 0, startTime: 0), parent: nil)
    if lacksUser { facts.user = user }
    if lacksCgroup { facts.cgroup = cgroup }
    profile = profiles.profile(of: facts, likely: profile)
  }
}

// MARK: - Exit

extension ProcessRecord {
  var isRunning: Bool { !flags.contains(.ended) }

  /// Nanoseconds since boot; nil while it runs.
  var endTime: UInt64? { isRunning ? nil : ended }

  /// Its exit status; nil while it runs, and where the exit was lost.
  var endStatus: ExitStatus? { exitWasSeen ? ExitStatus(waitStatus: waitStatus) : nil }

  /// Whether it exited nonzero or by a signal.
  var exitedNonzero: Bool { exitWasSeen && !ExitStatus(waitStatus: waitStatus).isSuccess }

  /// User and system time of an exited process, in nanoseconds; 0 where unknown.
  var cpuTime: UInt64 { exitWasSeen ? rare?.usage?.cpuTime ?? used.cpuTime : 0 }

  /// The peak memory of an exited process, in bytes; 0 where unknown.
  var peakMemory: UInt64 { exitWasSeen ? rare?.usage?.peakMemory ?? used.peakMemory : 0 }

  /// The usage of an exited process; nil where unknown.
  var usage: ResourceUsage? { exitWasSeen ? rare?.usage ?? used.usage : nil }

  /// How it exited; nil while it runs.
  var end: ProcessEnd? {
    if isRunning { return nil }
    if !exitWasSeen { return ProcessEnd(time: ended, status: nil, usage: nil) }
    return ProcessEnd(
      time: ended, status: ExitStatus(waitStatus: waitStatus), usage: usage, killer: rare?.killer)
  }

  mutating func finish(_ end: ProcessEnd) {
    ended = end.time
    flags.formUnion([.ended, .vanished])
    guard let status = end.status else { return }
    flags.remove(.vanished)
    waitStatus = status.waitStatus
    if let compact = end.usage.map(CompactUsage.init) ?? .unknown {
      used = compact
    } else {
      withRare { $0.usage = end.usage }
    }
    if let killer = end.killer { withRare { $0.killer = killer } }
  }

  mutating func resurrect() { flags.subtract([.ended, .vanished]) }

  private var exitWasSeen: Bool { flags.isDisjoint(with: .vanished) && !isRunning }
}

// MARK: - Rare facts

extension ProcessRecord {
  var olderImages: [ProcessImage] { rare?.olderImages ?? [] }
  var droppedImages: Int { rare?.droppedImages ?? 0 }
  var lostExecTime: UInt64 { rare?.lostExecTime ?? 0 }
  var gapTimes: [RareFacts.GapTime] { rare?.gapTimes ?? [] }
  var lastFailure: ExecFailure? { rare?.lastFailure }
  var failureTimes: [UInt64] { rare?.failureTimes ?? [] }
  var execFailures: Int32 { rare?.execFailures ?? 0 }
  var openSearches: [UInt64] { rare?.openSearches ?? [] }
  var settlements: [Settlement] { rare?.settlements ?? [] }
  var settlementsAreCut: Bool { rare?.settlementsAreCut ?? false }
  var adoptions: [RareFacts.Adoption] { rare?.adoptions ?? [] }
  var looks: [ProcessImage] { rare?.looks ?? [] }
  var formerProfiles: [RareFacts.FormerProfile] { rare?.formerProfiles ?? [] }
  var leftOut: Int32 { rare?.leftOut ?? 0 }
  /// What sent the signal that ended it.
  var killer: Killer? { exitWasSeen ? rare?.killer : nil }
  var hasRareFacts: Bool { rare != nil }

  mutating func withRare(_ change: (RareFacts) -> Void) {
    // A frozen copy of the tree must not change.
    if rare == nil {
      rare = RareFacts()
    } else if !isKnownUniquelyReferenced(&rare) {
      rare = RareFacts(rare!)
    }
    change(rare!)
  }

  /// Counts an exec. The count stops at 2,147,483,647.
  mutating func countExec() {
    if execCount < .max { execCount &+= 1 }
  }

  mutating func recordLostExec(at time: UInt64) {
    if time > lostExecTime { withRare { $0.lostExecTime = time } }
  }

  /// Marks that execs or failed execs are missing from a time on, in nanoseconds since boot.
  mutating func addGap(_ gap: ProcessGaps, at time: UInt64) {
    gaps.insert(gap)
    withRare { rare in
      if let place = rare.gapTimes.firstIndex(where: { $0.gap == gap }) {
        rare.gapTimes[place].time = min(rare.gapTimes[place].time, time)
      } else {
        rare.gapTimes.append(RareFacts.GapTime(gap: gap, time: time))
      }
    }
  }

  /// - Returns: the image that is dropped, if any.
  mutating func add(_ failure: ExecFailure, limit: Int) -> ProcessImage? {
    if failedExecCount < .max { failedExecCount &+= 1 }
    let last = lastFailure
    let isLast = last.map { $0.time <= failure.time } ?? true
    withRare { rare in
      if isLast { rare.lastFailure = failure }
      let place = rare.failureTimes.partitioningIndex { $0 > failure.time }
      rare.failureTimes.insert(failure.time, at: place)
      if rare.failureTimes.count > limit { rare.failureTimes.removeFirst() }
    }
    return isLast ? last?.image : failure.image
  }
}
