internal import CExecsnoop
internal import CLinux
internal import Events
internal import Glibc

/// Reads processes again in /proc, and compares them with the last read (a look): returns the differences.
struct Looks {
  /// The most processes to remember. A forgotten one is reported again, which does no harm.
  private static let limit = 4096

  private let tasks: TaskList
  private var names = SharedNames()
  /// The last reported data of each process, with the start time of its program.
  private var shown: [ProcessID: (programTime: UInt64, seen: Seen)] = [:]
  /// CPU time that the last look took, in nanoseconds.
  private(set) var cost: UInt64 = 0

  /// The processes as they were at the start. One that is unchanged is left out of a look at all processes.
  private let atStart: [ProcessID: Seen]

  /// - Parameter known: the processes at the start that are not to be reported again.
  init(_ tasks: TaskList, besides known: [ProcessEvent]) {
    self.tasks = tasks
    var seen: [ProcessID: Seen] = [:]
    for case .existing(let found) in known { seen[found.process.id] = Seen(found) }
    atStart = seen
  }

  /// Reports everything again at the next look.
  mutating func forget() { shown.removeAll() }

  /// Reads these processes, or all running ones in scope, and returns those with changes.
  ///
  /// The environment is not read: a program starts with it, and no other process changes it.
  /// - Parameter reported: processes that had events since the start.
  /// - Returns: one `existing` event for each process with something to report, and the events' size in bytes.
  mutating func changes(
    of subjects: [Onlooker.Subject]?, reported: Set<ProcessID> = []
  ) -> (events: [ProcessEvent], bytes: Int) {
    let began = Self.cpuTime
    defer { cost = Self.cpuTime &- began }
    let time = lnx_boot_time()
    let wanted = subjects.map { Dictionary($0.map { ($0.id, $0.programTime) }, uniquingKeysWith: max) }
    // Where the kernel refuses to list the tasks, nothing is found, and what events reported stays.
    guard let running = try? tasks.read() else { return ([], 0) }
    let chosen = running.filter { task in
      task.in_scope != 0
        && wanted.map { $0[ProcessID(pid: task.facts.pid, startTime: task.facts.start)] != nil } ?? true
    }
    var reader = ProcReader(environment: false)
    var events: [ProcessEvent] = []
    if shown.count > Self.limit { shown.removeAll() }
    for found in reader.existing(chosen.map(\.facts), at: time, again: true, &names) {
      // It exited during the look.
      if found.image.marks.contains(.incomplete) { continue }
      if let wanted {
        let news = (programTime: wanted[found.process.id] ?? 0, seen: Seen(found))
        if let old = shown[found.process.id], old.programTime == news.programTime, !news.seen.isNews(after: old.seen) {
          continue
        }
        shown[found.process.id] = news
      } else if !reported.contains(found.process.id), let old = atStart[found.process.id],
        !Seen(found).isNews(after: old)
      {
        continue
      }
      events.append(.existing(found))
    }
    // A process that has exited meanwhile is left out: its exit may be in the mailbox already.
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

/// The data that a look shows of a process, without the times, as hashes; nil for unreadable data. Without privileges,
/// the links in /proc of another user's process are unreadable.
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
    // The kernel itself reports these, whatever the privileges.
    hasher.combine(image.marks.intersection([.exeDeleted, .exeMemfd, .cwdDeleted]))
    facts = hasher.finalize()
    exe = image.marks.contains(.exeUnreadable) ? nil : image.exe.hashValue
    cwd = image.marks.contains(.cwdUnreadable) ? nil : image.cwd.hashValue
    // Whether it is a title can depend on privileges; the bytes do not.
    hasher = Hasher()
    image.withArgv { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    arguments = hasher.finalize()
  }

  /// Whether it shows something that an earlier look did not. Data that is unreadable now does not count.
  func isNews(after old: Seen) -> Bool {
    func differs(_ new: Int?, _ old: Int?) -> Bool { new != nil && new != old }
    return facts != old.facts || arguments != old.arguments || differs(cgroup, old.cgroup) || differs(exe, old.exe)
      || differs(cwd, old.cwd)
  }
}
