internal import CExecsnoop
internal import CLinux
internal import Glibc
internal import ProcessTree

/// Puts the tree right after a loss: reads who runs now, once things have calmed down, and hands that on as a census.
///
/// It costs, on a machine with 1,000 processes, a tenth of a millisecond for the kernel's list and one or two for the
/// names in /proc; and where it is not known whom the loss concerned, some 30 µs for the files of each process, so 30 ms
/// in all. It is made at most once a second, and never takes more than a twentieth of the time.
struct Mending: ~Copyable {
  private static let interval: UInt64 = 1_000_000_000
  /// How long a loss may go on before the census is made all the same.
  private static let patience: UInt64 = 1_000_000_000
  /// More concerned processes than these are read one and all.
  private static let namedLimit = 16384

  /// What is to be mended.
  private struct Debt {
    let since: UInt64
    var concernsAll = false
    var named: Set<ProcessID> = []
    /// When the first fork or exec of those named was lost: what was forked since may have inherited the wrong program.
    var programsSince = UInt64.max
  }

  /// Nil where there is no tree to mend.
  private let tasks: TaskList?
  private let environment: Bool
  private var debt: Debt?
  private var notBefore: UInt64 = 0

  init(by tasks: TaskList?, environment: Bool) {
    self.tasks = tasks
    self.environment = environment
  }

  /// A loss was found.
  mutating func owe(for loss: LostEvent, now: UInt64) {
    // Of what /proc did not show, it will not show more.
    guard tasks != nil, loss.concernsAll || !loss.records.isEmpty || loss.counts.total > loss.counts.procRaces else {
      return
    }
    var debt = self.debt ?? Debt(since: now)
    self.debt = nil
    debt.named.formUnion(loss.records.map(\.id))
    debt.programsSince = loss.records.lazy.filter { $0.kind == .exec || $0.kind == .fork }.map(\.time)
      .reduce(debt.programsSince, min)
    if loss.concernsAll || debt.named.count > Self.namedLimit {
      debt.concernsAll = true
      debt.named = []
    }
    self.debt = debt
  }

  /// Something was dropped, whoever it concerned.
  mutating func oweAll(now: UInt64) {
    guard tasks != nil else { return }
    if debt == nil { debt = Debt(since: now) }
    debt?.concernsAll = true
  }

  /// When to look again although nothing happens; nil for never.
  var nextMoment: UInt64? { debt.map { max($0.since + Self.calm, notBefore) } }
  /// How long nothing more may have been lost.
  private static let calm: UInt64 = 25_000_000

  /// Whether it is time for a census.
  /// - Parameters:
  ///   - isCalm: whether nothing more was lost since the last drain.
  ///   - last: whether there will be no later time.
  func isDue(now: UInt64, isCalm: Bool, last: Bool) -> Bool {
    guard let debt else { return false }
    if last { return true }
    return now >= notBefore && (isCalm ? now >= debt.since + Self.calm : now >= debt.since + Self.patience)
  }

  /// Reads who runs. To be called when all that was captured before has been handed on.
  /// - Returns: nil where the kernel refuses to tell; then nothing can be mended.
  mutating func census(_ names: inout SharedNames) -> (events: [ProcessEvent], bytes: Int)? {
    let time = lnx_boot_time()
    let used = Self.cpuTime
    defer { notBefore = time + max(Self.interval, 20 * (max(Self.cpuTime, used) - used)) }
    let tasks: [est_task]
    do throws(TraceError) { tasks = try self.tasks?.read() ?? [] } catch {
      debt = nil
      return nil
    }
    let known = Set(tasks.map(\.facts.pid))
    let alive = tasks.map { task in
      let facts = task.facts
      return CensusEvent.Living(
        id: ProcessID(pid: facts.pid, startTime: facts.start),
        parent: facts.parent_pid == 0 ? nil : ProcessID(pid: facts.parent_pid, startTime: facts.parent_start))
    }
    // A process that the iterator passed over, as it may where a thread just takes over the pid, or was never shown.
    let unsure = ProcReader.listedPIDs().filter { pid in
      !known.contains(pid) && ProcFiles(pid: pid)?.stat().map { !$0.hasEnded } ?? false
    }
    var events: [ProcessEvent] = [.census(CensusEvent(time: time, alive: alive, unsure: unsure))]

    var reader = ProcReader(environment: environment)
    for (task, living) in zip(tasks, alive) where task.in_scope != 0 && isConcerned(living.id) {
      events.append(.existing(reader.existing(task.facts, at: time, &names)))
    }
    if reader.races > 0 {
      events.append(
        .lost(LostEvent(time: lnx_boot_time(), since: time, counts: LossCounts(procRaces: reader.races))))
    }
    return (events, reader.bytes + alive.count * MemoryLayout<CensusEvent.Living>.stride)
  }

  private func isConcerned(_ id: ProcessID) -> Bool {
    guard let debt else { return false }
    return debt.concernsAll || id.startTime >= debt.programsSince || debt.named.contains(id)
  }

  /// The census was handed on.
  mutating func settle() { debt = nil }

  /// It could not be handed on: it is made again later.
  mutating func putOff(now: UInt64) { notBefore = max(notBefore, now + Self.interval) }

  /// What this thread has used of the CPU: the clock on the wall would count a stop of the program too.
  private static var cpuTime: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
