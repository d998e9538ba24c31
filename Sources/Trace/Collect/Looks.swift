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
  /// What was told of each, as a hash, with the time of the program that it was told of.
  private var told: [ProcessID: (programTime: UInt64, hash: Int)] = [:]
  /// CPU time that the last look took, in nanoseconds.
  private(set) var cost: UInt64 = 0

  /// As it was found at the start, as a hash: what is still so is not told of all.
  private let atStart: [ProcessID: Int]

  /// - Parameter known: what was found at the start, where that is not to be told again.
  init(_ tasks: TaskList, besides known: [ProcessEvent]) {
    self.tasks = tasks
    var hashes: [ProcessID: Int] = [:]
    for case .existing(let found) in known { hashes[found.process.id] = found.contentHash }
    atStart = hashes
  }

  /// Tells everything anew the next time.
  mutating func forget() { told.removeAll() }

  /// Looks at these processes, or at all that run in scope.
  ///
  /// The environment is not read: it is what the program began with, and nobody else changes it.
  /// - Returns: one `existing` event for each of which there is something to tell, and what they take up.
  mutating func look(at subjects: [Onlooker.Subject]?) -> (events: [ProcessEvent], bytes: Int) {
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
        let news = (programTime: wanted[found.process.id] ?? 0, hash: found.contentHash)
        if let old = told[found.process.id], old == news { continue }
        told[found.process.id] = news
      } else if atStart[found.process.id] == found.contentHash {
        continue
      }
      events.append(.existing(found))
    }
    return (events, reader.bytes)
  }

  private static var cpuTime: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
  }
}

extension ExistingProcess {
  /// A hash of all but the times.
  fileprivate var contentHash: Int {
    var hasher = Hasher()
    hasher.combine(process)
    hasher.combine(image.names)
    // The environment is not looked at again.
    hasher.combine(image.marks.subtracting([.envCut, .envUnreadable]))
    image.withArgv { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    return hasher.finalize()
  }
}
