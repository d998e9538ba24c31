internal import CExecsnoop
internal import CLinux
internal import Glibc
public import ProcessTree
internal import Synchronization

/// Looks again at processes for what changes without an event: user and group, name, title, working directory, files that
/// were deleted. What it finds goes into the mailbox, as `existing` events that say so (`isAgain`).
///
/// Its thread is its own, since a file in /proc can make its reader wait for memory that the process holds on to, and
/// neither the capture nor the view is to wait with it. It begins with the first thing to look at, so privileges must have
/// been given up by then. What it costs is bounded: see `Pace`.
public final class Onlooker: Sendable {
  /// A process that is shown.
  public struct Subject: Hashable, Sendable {
    public var id: ProcessID
    /// When its program began, as far as is known, nanoseconds since boot: a look at another program is told anew.
    public var programTime: UInt64

    public init(id: ProcessID, programTime: UInt64) {
      self.id = id
      self.programTime = programTime
    }
  }

  fileprivate struct Wishes {
    /// Looked at every second.
    var selected: Subject?
    /// Looked at every five seconds.
    var others: [Subject] = []
    /// Everything is to be looked at once.
    var all = false
    var hasThread = false
    /// The thread sleeps until somebody wakes it.
    var isIdle = false
    var isOver = false
  }

  private let tasks: TaskList
  private let mailbox: Mailbox
  private let known: [ProcessEvent]
  private let wishes = Mutex(Wishes())
  /// Of the processes in `known`, those that events have told of since: that one is as it was at the start is news then.
  private let retold = Mutex<Set<ProcessID>>([])
  private let knownIDs: Set<ProcessID>
  /// Wakes the thread.
  private let bell: Int32
  /// Becomes readable when everything was looked at.
  private let done: Int32

  /// - Parameter known: what was found at the start; processes that are as they were then are not told again.
  /// - Throws: `TraceError` when there is no descriptor left.
  init(_ tasks: TaskList, into mailbox: Mailbox, besides known: [ProcessEvent]) throws(TraceError) {
    self.tasks = tasks
    self.mailbox = mailbox
    self.known = known
    knownIDs = Set(known.compactMap { if case .existing(let found) = $0 { found.process.id } else { nil } })
    bell = lnx_eventfd()
    if bell < 0 { throw TraceError(.makeThread, errno: bell) }
    done = lnx_eventfd()
    if done < 0 {
      close(bell)
      throw TraceError(.makeThread, errno: done)
    }
  }

  deinit {
    close(bell)
    close(done)
  }

  /// Says which processes are shown: from now on they are looked at again, and those named before no longer.
  ///
  /// - Parameters:
  ///   - selected: the one of which everything is shown.
  ///   - others: those that are shown in a line.
  public func watch(_ selected: Subject?, _ others: [Subject]) {
    wish { wishes in
      // It may sleep for as long as rows can wait.
      if selected != nil, wishes.selected == nil { wishes.isIdle = true }
      (wishes.selected, wishes.others) = (selected, others)
      return selected != nil || !others.isEmpty
    }
  }

  /// Looks once at everything that runs in scope, and returns at once.
  public func lookAtAll() {
    wish { wishes in
      wishes.all = true
      return true
    }
  }

  /// The same, and waits until what was found is in the mailbox.
  /// - Returns: false where that took longer than the time given.
  public func lookAtAll(within milliseconds: Int32) -> Bool {
    // A look that was asked for before may have ended since.
    silence(done)
    lookAtAll()
    var descriptor = pollfd(fd: done, events: Int16(POLLIN), revents: 0)
    return lnx_poll(&descriptor, 1, milliseconds) == 1
  }

  /// Takes note of what was told of processes that were there at the start. - Complexity: O(events)
  func note(_ events: [ProcessEvent]) {
    if knownIDs.isEmpty { return }
    let ids = events.compactMap { event -> ProcessID? in
      let id: ProcessID? =
        switch event {
        case .fork(let fork): fork.isByParent ? fork.process.parent : nil
        case .exec(let exec): exec.process.id
        case .failedExec(let failed): failed.process.id
        case .existing(let found): found.process.id
        case .exit, .lost, .census: nil
        }
      return id.flatMap { knownIDs.contains($0) ? $0 : nil }
    }
    if !ids.isEmpty { retold.withLock { $0.formUnion(ids) } }
  }

  /// Ends the thread, as soon as it looks up.
  public func stop() {
    wish { wishes in
      wishes.isOver = true
      return wishes.hasThread
    }
  }

  /// - Parameter change: returns whether there is anything for the thread to do.
  private func wish(_ change: (inout Wishes) -> Bool) {
    let (mustStart, mustWake) = wishes.withLock { wishes in
      let hasWork = change(&wishes)
      let mustStart = hasWork && !wishes.hasThread
      if mustStart { wishes.hasThread = true }
      // One that sleeps for a while looks by itself at what is wished by then.
      let mustWake = wishes.isIdle && hasWork || wishes.all || wishes.isOver
      if mustWake { wishes.isIdle = false }
      return (mustStart, mustWake)
    }
    if mustWake { ring(bell) }
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
      // Without a thread nothing is looked at: what was told by events stays.
      Unmanaged.passUnretained(self).release()
    }
  }

  private func run() {
    var looks = Looks(tasks, besides: known)
    var pace = Pace()
    while true {
      let now = lnx_boot_time()
      let wished = wishes.withLock { wishes in
        let wished = wishes
        wishes.all = false
        wishes.isIdle = pace.next(for: wished, now: now) == nil
        return wished
      }
      if wished.isOver { return }
      let (selected, others) = pace.due(of: wished, now: now)
      if wished.all || selected || others {
        let subjects = (selected ? [wished.selected].compactMap(\.self) : []) + (others ? wished.others : [])
        let (events, bytes) = looks.look(at: wished.all ? nil : subjects, retold: retold.withLock { $0 })
        if !mailbox.put(events, bytes: bytes) { looks.forget() }
        pace.note(selected: selected, others: others, at: now, cost: looks.cost)
        if wished.all { ring(done) }
        continue
      }
      sleep(until: pace.next(for: wished, now: now), now: now)
    }
  }

  private func sleep(until next: UInt64?, now: UInt64) {
    var descriptor = pollfd(fd: bell, events: Int16(POLLIN), revents: 0)
    let timeout = next.map { Int32(clamping: ($0 > now ? $0 &- now : 0) / 1_000_000 &+ 1) } ?? -1
    if lnx_poll(&descriptor, 1, timeout) == 1 { silence(bell) }
  }

  private func silence(_ descriptor: Int32) {
    var ignored: UInt64 = 0
    _ = read(descriptor, &ignored, MemoryLayout<UInt64>.size)
  }

  private func ring(_ descriptor: Int32) {
    var one: UInt64 = 1
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }
}

extension Onlooker {
  /// When to look again: the selected process every second and the others every five, and less often where a look takes so
  /// long that it would be more than a part in four thousand of a CPU.
  struct Pace {
    static let selectedInterval: UInt64 = 1_000_000_000
    static let othersInterval: UInt64 = 5_000_000_000
    static let share: UInt64 = 4000

    private var selectedNext: UInt64 = 0
    private var othersNext: UInt64 = 0

    fileprivate func due(of wishes: Wishes, now: UInt64) -> (selected: Bool, others: Bool) {
      (wishes.selected != nil && now >= selectedNext, !wishes.others.isEmpty && now >= othersNext)
    }

    /// Nil for never.
    fileprivate func next(for wishes: Wishes, now: UInt64) -> UInt64? {
      if wishes.all || wishes.isOver { return now }
      let selected = wishes.selected == nil ? nil : selectedNext
      let others = wishes.others.isEmpty ? nil : othersNext
      return [selected, others].compactMap(\.self).min()
    }

    /// - Parameter cost: CPU time that the look took, in nanoseconds.
    mutating func note(selected: Bool, others: Bool, at now: UInt64, cost: UInt64) {
      let (rest, overflow) = cost.multipliedReportingOverflow(by: Self.share)
      let pause = overflow ? UInt64(1) << 40 : rest
      if selected { selectedNext = now &+ max(Self.selectedInterval, pause) }
      if others { othersNext = now &+ max(Self.othersInterval, pause) }
    }
  }
}
