internal import CExecsnoop
internal import CLinux
internal import Events
internal import Glibc

/// Brings the tree up to date after a loss: waits until no more events are lost, reads the running processes, and
/// returns them as a census.
///
/// On a system with 1,000 processes it takes a tenth of a millisecond for the kernel's task list and 1 to 2 ms for the
/// directory of /proc. Where the affected processes are unknown, it also takes some 30 µs for the files of each
/// process: 30 ms in all. It runs at most once a second, and uses at most a twentieth of a CPU.
struct Resync: ~Copyable {
  private static let interval: UInt64 = 1_000_000_000
  /// How long losses may go on before the census is made anyway.
  private static let patience: UInt64 = 1_000_000_000
  /// With more affected processes than this, all processes are read.
  private static let namedLimit = 16384

  /// The losses that the next census has to cover.
  private struct Backlog {
    let since: UInt64
    var affectsAll = false
    var named: Set<ProcessID> = []
    /// When the first fork or exec of a named process was lost: processes forked since may have inherited the wrong
    /// program.
    var programsSince = UInt64.max
  }

  /// Nil where there is no tree to bring up to date.
  private let tasks: TaskList?
  private let environment: Bool
  /// Descriptors for the task list and for a process's files: a resync works even where no other descriptor is left.
  private let spare = SpareDescriptors(count: 2)
  private var backlog: Backlog?
  private var notBefore: UInt64 = 0

  init(by tasks: TaskList?, environment: Bool) {
    self.tasks = tasks
    self.environment = environment
  }

  /// Adds a loss to the backlog.
  mutating func schedule(for loss: LostEvent, now: UInt64) {
    // A later read of /proc shows no more of the processes that exited during the first one.
    guard tasks != nil, loss.affectsAll || !loss.records.isEmpty || loss.counts.events > 0 else {
      return
    }
    var backlog = self.backlog ?? Backlog(since: now)
    self.backlog = nil
    backlog.named.formUnion(loss.records.map(\.id))
    backlog.programsSince = loss.records.lazy.filter { $0.kind == .exec || $0.kind == .fork }.map(\.time)
      .reduce(backlog.programsSince, min)
    if loss.affectsAll || backlog.named.count > Self.namedLimit {
      backlog.affectsAll = true
      backlog.named = []
    }
    self.backlog = backlog
  }

  /// Adds events to the backlog that were dropped without names: all processes may be affected.
  mutating func scheduleForAll(now: UInt64) {
    guard tasks != nil else { return }
    if backlog == nil { backlog = Backlog(since: now) }
    backlog?.affectsAll = true
  }

  /// When a census may be due if nothing happens, in nanoseconds since boot; nil for never.
  var nextMoment: UInt64? { backlog.map { max($0.since &+ Self.calm, notBefore) } }
  /// How long no event may be lost before the census, in nanoseconds.
  private static let calm: UInt64 = 25_000_000

  /// Whether it is time for a census.
  /// - Parameters:
  ///   - isCalm: whether nothing was lost since the last drain.
  ///   - last: whether this is the last chance.
  func isDue(now: UInt64, isCalm: Bool, last: Bool) -> Bool {
    guard let backlog else { return false }
    if last { return true }
    return now >= notBefore && (isCalm ? now >= backlog.since &+ Self.calm : now >= backlog.since &+ Self.patience)
  }

  /// Lists the running tasks. Call it when all records captured so far have been delivered.
  /// - Throws: `TraceError` where the kernel refuses. The backlog stays, and the next census tries again.
  func tasksNow() throws(TraceError) -> [est_task] {
    spare.close()
    defer { spare.reopen() }
    return try tasks?.read() ?? []
  }

  /// The census, and an `existing` event for each affected process.
  /// - Parameters:
  ///   - tasks: the result of `tasksNow`.
  ///   - time: a time before that call, in nanoseconds since boot.
  /// - Throws: `TraceError` where /proc cannot be listed.
  mutating func census(
    of tasks: [est_task], readAt time: UInt64, _ names: inout SharedNames
  ) throws(TraceError) -> (events: [ProcessEvent], bytes: Int) {
    let used = Self.cpuTime
    defer { notBefore = time &+ max(Self.interval, 20 &* (max(Self.cpuTime, used) &- used)) }
    spare.close()
    defer { spare.reopen() }
    let known = Set(tasks.map(\.facts.pid))
    let alive = tasks.map { task in
      let facts = task.facts
      return CensusEvent.Living(
        id: ProcessID(pid: facts.pid, startTime: facts.start),
        parent: facts.parent_pid == 0 ? nil : ProcessID(pid: facts.parent_pid, startTime: facts.parent_start))
    }
    // Processes that the task iterator skipped, as it may while a thread takes over the pid, or never shows.
    let unsure = try ProcReader.listedPIDs().filter { pid in
      !known.contains(pid) && ProcFiles(pid: pid)?.stat().map { !$0.hasEnded } ?? false
    }
    var events: [ProcessEvent] = [.census(CensusEvent(time: time, alive: alive, unsure: unsure))]

    var reader = ProcReader(environment: environment)
    for (task, living) in zip(tasks, alive) where task.in_scope != 0 && isAffected(living.id) {
      events.append(.existing(reader.existing(task.facts, at: time, &names)))
    }
    if reader.races > 0 {
      events.append(
        .lost(LostEvent(time: lnx_boot_time(), since: time, counts: LossCounts(procRaces: reader.races))))
    }
    return (events, reader.bytes &+ alive.count &* MemoryLayout<CensusEvent.Living>.stride)
  }

  private func isAffected(_ id: ProcessID) -> Bool {
    guard let backlog else { return false }
    return backlog.affectsAll || id.startTime >= backlog.programsSince || backlog.named.contains(id)
  }

  /// Empties the backlog: the census was delivered.
  mutating func clearBacklog() { backlog = nil }

  /// Delays the next census: this one could not be delivered.
  mutating func postpone(now: UInt64) { notBefore = max(notBefore, now &+ Self.interval) }

  /// CPU time of this thread, in nanoseconds. The wall clock would also count the time in which the program was
  /// stopped.
  private static var cpuTime: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000 &+ UInt64(truncatingIfNeeded: time.tv_nsec)
  }
}
