internal import CExecsnoop
internal import CLinux
internal import Glibc
internal import ProcessTree

/// What a look at processes tells that the one before did not.
struct Looks {
  /// More than these are not remembered: what is told twice does no harm.
  private static let limit = 4096

  private let tasks: TaskList
  private var names = SharedNames()
  /// What was told of each, with the time of the program that it was told of.
  private var told: [ProcessID: (programTime: UInt64, seen: Seen)] = [:]
  /// CPU time that the last look took, in nanoseconds.
  private(set) var cost: UInt64 = 0

  /// As it was found at the start: what is still so is not told of all.
  private let atStart: [ProcessID: Seen]

  /// - Parameter known: what was found at the start, where that is not to be told again.
  init(_ tasks: TaskList, besides known: [ProcessEvent]) {
    self.tasks = tasks
    var seen: [ProcessID: Seen] = [:]
    for case .existing(let found) in known { seen[found.process.id] = Seen(found) }
    atStart = seen
  }

  /// Tells everything anew the next time.
  mutating func forget() { told.removeAll() }

  /// Looks at these processes, or at all that run in scope.
  ///
  /// The environment is not read: it is what the program began with, and nobody else changes it.
  /// - Parameter retold: processes that events have told of since the start.
  /// - Returns: one `existing` event for each of which there is something to tell, and what they take up.
  mutating func look(
    at subjects: [Onlooker.Subject]?, retold: Set<ProcessID> = []
  ) -> (events: [ProcessEvent], bytes: Int) {
    let began = Self.cpuTime
    defer { cost = Self.cpuTime &- began }
    let time = lnx_boot_time()
    let wanted = subjects.map { Dictionary($0.map { ($0.id, $0.programTime) }, uniquingKeysWith: max) }
    // Where the kernel refuses to tell who runs, nothing is found: what events told stays.
    guard let running = try? tasks.read() else { return ([], 0) }
    let chosen = running.filter { task in
      task.in_scope != 0
        && wanted.map { $0[ProcessID(pid: task.facts.pid, startTime: task.facts.start)] != nil } ?? true
    }
    var reader = ProcReader(environment: false)
    var events: [ProcessEvent] = []
    if told.count > Self.limit { told.removeAll() }
    for found in reader.existing(chosen.map(\.facts), at: time, again: true, &names) {
      // It ended while it was looked at.
      if found.image.marks.contains(.incomplete) { continue }
      if let wanted {
        let news = (programTime: wanted[found.process.id] ?? 0, seen: Seen(found))
        if let old = told[found.process.id], old.programTime == news.programTime, !news.seen.isNews(after: old.seen) {
          continue
        }
        told[found.process.id] = news
      } else if !retold.contains(found.process.id), let old = atStart[found.process.id],
        !Seen(found).isNews(after: old)
      {
        continue
      }
      events.append(.existing(found))
    }
    // One that has exited meanwhile is told of by its exit, which may be in the mailbox already.
    events.removeAll { event in
      guard case .existing(let found) = event else { return false }
      return kill(found.process.id.pid, 0) != 0 && errno == ESRCH
    }
    return (events, reader.bytes)
  }

  private static var cpuTime: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
  }
}

/// What a look shows of a process but the times, as hashes; nil for what it could not read. A process that is traced by
/// root may be looked at by a user who may not follow its links.
private struct Seen {
  private let facts: Int
  private let cgroup: Int?
  private let exe: Int?
  private let cwd: Int?
  private let arguments: Int

  init(_ found: ExistingProcess) {
    var process = found.process
    cgroup = process.cgroup?.hashValue
    process.cgroup = nil
    let image = found.image
    var hasher = Hasher()
    hasher.combine(process)
    // The kernel itself says these, whoever looks.
    hasher.combine(image.marks.intersection([.exeDeleted, .exeMemfd, .cwdDeleted]))
    facts = hasher.finalize()
    exe = image.marks.contains(.exeUnreadable) ? nil : image.exe.hashValue
    cwd = image.marks.contains(.cwdUnreadable) ? nil : image.cwd.hashValue
    // Whether it is a title may take a right to tell; its bytes are the same.
    hasher = Hasher()
    image.withArgv { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    arguments = hasher.finalize()
  }

  /// Whether it shows what an earlier look did not. What could not be read now is no news.
  func isNews(after old: Seen) -> Bool {
    func differs(_ new: Int?, _ old: Int?) -> Bool { new != nil && new != old }
    return facts != old.facts || arguments != old.arguments || differs(cgroup, old.cgroup) || differs(exe, old.exe)
      || differs(cwd, old.cwd)
  }
}
