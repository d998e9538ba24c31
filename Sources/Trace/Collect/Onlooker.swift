internal import CExecsnoop
internal import CLinux
public import Events
internal import Glibc
internal import Synchronization

/// Reads /proc again for changes that cause no event: user and group, name, title, working directory, deleted files.
/// It puts its findings into the mailbox as `existing` events with `isAgain`.
///
/// It has a thread of its own, since reading a file in /proc can block on memory that the process holds locked, and
/// neither the capture nor the view may wait for that. The thread starts with the first request, so drop privileges
/// before. `Pace` bounds its cost.
public final class Onlooker: Sendable {
  /// A process on the screen.
  public struct Subject: Hashable, Sendable {
    /// The identity of the process.
    public var id: ProcessID
    /// When its program started, if known, in nanoseconds since boot. A look at another program is reported again.
    public var programTime: UInt64

    /// A subject with these values.
    public init(id: ProcessID, programTime: UInt64) {
      self.id = id
      self.programTime = programTime
    }
  }

  fileprivate struct Requests {
    /// Read every second.
    var selected: Subject?
    /// Read every five seconds.
    var others: [Subject] = []
    /// All processes are to be read once.
    var all = false
    var hasThread = false
    /// The thread sleeps until it is woken.
    var isIdle = false
    var isStopping = false
  }

  private let tasks: TaskList
  private let mailbox: Mailbox
  private let known: [ProcessEvent]
  private let requests = Mutex(Requests())
  /// The processes of `known` that had events since the start. They are reported even if they are again as they were at
  /// the start.
  private let reported = Mutex<Set<ProcessID>>([])
  private let knownIDs: Set<ProcessID>
  /// Wakes the thread (`eventfd`).
  private let wakeup: Int32
  /// Becomes readable when all processes were read.
  private let done: Int32

  /// - Parameter known: the processes as they were at the start; unchanged ones are not reported again.
  /// - Throws: `TraceError` when no descriptor is left.
  init(_ tasks: TaskList, into mailbox: Mailbox, besides known: [ProcessEvent]) throws(TraceError) {
    self.tasks = tasks
    self.mailbox = mailbox
    self.known = known
    knownIDs = Set(known.compactMap { if case .existing(let found) = $0 { found.process.id } else { nil } })
    wakeup = lnx_eventfd()
    if wakeup < 0 { throw TraceError(.makeThread, errno: wakeup) }
    done = lnx_eventfd()
    if done < 0 {
      close(wakeup)
      throw TraceError(.makeThread, errno: done)
    }
  }

  deinit {
    close(wakeup)
    close(done)
  }

  /// Sets the processes that are on the screen. They are read again from now on, and those of the last call no longer.
  ///
  /// - Parameters:
  ///   - selected: the process whose details are shown.
  ///   - others: processes that are shown in a line.
  public func watch(_ selected: Subject?, _ others: [Subject]) {
    request { requests in
      // It may sleep for as long as the rows can wait.
      if selected != nil, requests.selected == nil { requests.isIdle = true }
      (requests.selected, requests.others) = (selected, others)
      return selected != nil || !others.isEmpty
    }
  }

  /// Starts one read of all processes in scope, and returns at once.
  public func lookAtAll() {
    request { requests in
      requests.all = true
      return true
    }
  }

  /// Reads all processes in scope, and waits until the findings are in the mailbox.
  /// - Parameter milliseconds: how long to wait at most.
  /// - Returns: false after a timeout.
  public func lookAtAll(within milliseconds: Int32) -> Bool {
    // An earlier read may have ended since.
    clear(done)
    lookAtAll()
    var descriptor = pollfd(fd: done, events: Int16(POLLIN), revents: 0)
    return lnx_poll(&descriptor, 1, milliseconds) == 1
  }

  /// Remembers which processes of the start had events. - Complexity: O(events)
  func track(_ events: [ProcessEvent]) {
    if knownIDs.isEmpty { return }
    let ids = events.compactMap { event -> ProcessID? in
      let id: ProcessID? =
        switch event {
        case .fork(let fork): fork.isByParent ? fork.process.parent : nil
        case .exec(let exec): exec.process.id
        case .failedExec(let failed): failed.process.id
        case .existing(let found): found.process.id
        case .exit, .lost, .census, .output, .host: nil
        }
      return id.flatMap { knownIDs.contains($0) ? $0 : nil }
    }
    if !ids.isEmpty { reported.withLock { $0.formUnion(ids) } }
  }

  /// Stops the thread when it next wakes.
  public func stop() {
    request { requests in
      requests.isStopping = true
      return requests.hasThread
    }
  }

  /// Changes the requests, and starts or wakes the thread if necessary.
  /// - Parameter change: returns whether there is work for the thread.
  private func request(_ change: (inout Requests) -> Bool) {
    let (mustStart, mustWake) = requests.withLock { requests in
      let hasWork = change(&requests)
      let mustStart = hasWork && !requests.hasThread
      if mustStart { requests.hasThread = true }
      // A thread that sleeps with a timeout reads the requests when it wakes.
      let mustWake = requests.isIdle && hasWork || requests.all || requests.isStopping
      if mustWake { requests.isIdle = false }
      return (mustStart, mustWake)
    }
    if mustWake { signal(wakeup) }
    if mustStart { start() }
  }

  private func start() {
    var thread = pthread_t()
    let result = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Onlooker>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    if result == 0 {
      pthread_detach(thread)
    } else {
      // Without a thread nothing is read again, and what events reported stays.
      Unmanaged.passUnretained(self).release()
    }
  }

  private func run() {
    var looks = Looks(tasks, besides: known)
    var pace = Pace()
    while true {
      let now = lnx_boot_time()
      let requested = requests.withLock { requests in
        let requested = requests
        requests.all = false
        requests.isIdle = pace.next(for: requested, now: now) == nil
        return requested
      }
      if requested.isStopping { return }
      let (selected, others) = pace.due(of: requested, now: now)
      if requested.all || selected || others {
        let subjects = (selected ? [requested.selected].compactMap(\.self) : []) + (others ? requested.others : [])
        let (events, bytes) = looks.changes(of: requested.all ? nil : subjects, reported: reported.withLock { $0 })
        if !mailbox.put(events, bytes: bytes) { looks.forget() }
        pace.schedule(selected: selected, others: others, after: now, cost: looks.cost)
        if requested.all { signal(done) }
        continue
      }
      sleep(until: pace.next(for: requested, now: now), now: now)
    }
  }

  private func sleep(until next: UInt64?, now: UInt64) {
    var descriptor = pollfd(fd: wakeup, events: Int16(POLLIN), revents: 0)
    let timeout = next.map { Int32(clamping: ($0 > now ? $0 &- now : 0) / 1_000_000 &+ 1) } ?? -1
    if lnx_poll(&descriptor, 1, timeout) == 1 { clear(wakeup) }
  }

  private func clear(_ descriptor: Int32) {
    var ignored: UInt64 = 0
    _ = read(descriptor, &ignored, MemoryLayout<UInt64>.size)
  }

  private func signal(_ descriptor: Int32) {
    var one: UInt64 = 1
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }
}

extension Onlooker {
  /// When to read again: the selected process every second, the others every five seconds, and both less often where
  /// one read would take more than 1/`share` of a CPU.
  struct Pace {
    static let selectedInterval: UInt64 = 1_000_000_000
    static let othersInterval: UInt64 = 5_000_000_000
    static let share: UInt64 = 4000

    private var selectedNext: UInt64 = 0
    private var othersNext: UInt64 = 0

    fileprivate func due(of requests: Requests, now: UInt64) -> (selected: Bool, others: Bool) {
      (requests.selected != nil && now >= selectedNext, !requests.others.isEmpty && now >= othersNext)
    }

    /// When to read next, in nanoseconds since boot; nil for never.
    fileprivate func next(for requests: Requests, now: UInt64) -> UInt64? {
      if requests.all || requests.isStopping { return now }
      let selected = requests.selected == nil ? nil : selectedNext
      let others = requests.others.isEmpty ? nil : othersNext
      return [selected, others].compactMap(\.self).min()
    }

    /// Sets when to read these processes again.
    /// - Parameters:
    ///   - now: when they were read, in nanoseconds since boot.
    ///   - cost: CPU time that the read took, in nanoseconds.
    mutating func schedule(selected: Bool, others: Bool, after now: UInt64, cost: UInt64) {
      let (rest, overflow) = cost.multipliedReportingOverflow(by: Self.share)
      let pause = overflow ? UInt64(1) << 40 : rest
      if selected { selectedNext = now &+ max(Self.selectedInterval, pause) }
      if others { othersNext = now &+ max(Self.othersInterval, pause) }
    }
  }
}
