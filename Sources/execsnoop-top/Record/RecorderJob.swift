import CLinux
import Events
import Glibc
import Masking
import Recording
import TUI
import Trace
import Tree

/// The recorder's thread: it writes what has gathered in the mailbox, in one transaction for all events of 200 ms.
///
/// One thread makes it and another one uses it, never both at a time; the compiler cannot check this.
final class RecorderJob: @unchecked Sendable {
  /// How long events gather, in milliseconds.
  private static let gathering: Int32 = 200
  /// How long events may wait for the disk, in nanoseconds. A power cut loses at most these events.
  private static let durability: UInt64 = 800_000_000

  /// How often the end waits for another program's lock, each time for two seconds.
  private static let lastTries = 5

  private let writer: DatabaseWriter
  private let recorder: Recorder
  private let signals: Signals
  private let other: Mailbox
  private var filter, until: EventFilter?
  /// Nil where secrets are recorded as they are.
  private var mask: SecretMask?
  private var wantsSnapshot = false
  private var clock = LiveClock()
  /// Events that another program's lock kept from being written.
  private var waiting: [ProcessEvent] = []
  private var hasReportedLock = false
  /// What is known before the first event; nil after it is written.
  private var known: ProcessTree?
  /// When the main thread was told the size, in nanoseconds since boot.
  private var sizeToldAt: UInt64 = 0
  /// When the disk had everything, in nanoseconds since boot.
  private var durableAt: UInt64 = 0

  /// Descriptors that become readable.
  struct Signals {
    /// When the recording ends.
    let stop: Int32
    /// When a snapshot is wanted (`signalfd`); -1 for never.
    let snapshot: Int32
  }

  /// - Parameters:
  ///   - filter: chooses what is recorded; nil for all.
  ///   - until: the event that ends the recording; nil for none.
  ///   - mask: what replaces secrets; nil records them.
  ///   - other: the mailbox whose reader is woken for news.
  ///   - known: the tree before the first event.
  init(
    _ writer: DatabaseWriter, recorder: Recorder, filter: EventFilter?, until: EventFilter?, mask: SecretMask?,
    signals: Signals, waking other: Mailbox, knowing known: ProcessTree?
  ) {
    self.known = known
    self.writer = writer
    self.recorder = recorder
    self.filter = filter
    self.until = until
    self.mask = mask
    self.signals = signals
    self.other = other
  }

  func run() {
    do throws(RecordingError) {
      try writeKnown()
      while waitForEvents(), !stopped(within: writer.isMakingSnapshot ? 0 : Self.gathering) {
        try write(isLast: false)
        makeSnapshot()
      }
      finishSnapshot()
      if recorder.isCancelled { return discard() }
      // Another program may hold the database for a while.
      var tries = 0
      while try !write(isLast: true), tries < Self.lastTries { tries += 1 }
      try write(isLast: true)
      guard waiting.isEmpty else { return abandon("the recording is not complete: another program has locked it") }
      try writer.finish(status: recorder.status, at: lnx_boot_time())
      recorder.end(complete: true, summary: Self.summary(of: writer), masked: mask?.count ?? 0)
      other.wake()
    } catch {
      abandon(DisplayText(typed: error.description))
      // Without a reader the mailbox would fill, and its losses would be repaired for nobody.
      while waitForEvents(), !stopped(within: Self.gathering) { _ = recorder.mailbox.drain() }
    }
  }

  /// Removes a recording that was for nothing.
  private func discard() {
    writer.discard()
    recorder.end(complete: false, summary: nil, masked: 0)
  }

  /// Ends the recording as it is: what was written before stays.
  private func abandon(_ reason: DisplayText) {
    writer.abandon()
    recorder.put(news: reason)
    recorder.end(complete: false, summary: nil, masked: mask?.count ?? 0)
    other.wake()
  }

  /// Writes the running processes and their ancestors, so that the recording is complete by itself.
  private func writeKnown() throws(RecordingError) {
    guard let tree = known else { return }
    known = nil
    clock.update()
    let events = TreeEvents(of: tree, only: TreeEvents.running(in: tree), withLosses: false)
    try events.forEachBatch { (batch) throws(RecordingError) in
      let batch = batch.map { mask?.masked($0) ?? $0 }
      // Where another program holds the database, they wait.
      if !waiting.isEmpty { waiting += batch } else if try !write(batch) { waiting = batch }
      return true
    }
    tellSize()
  }

  private func write(_ batch: [ProcessEvent]) throws(RecordingError) -> Bool {
    try writer.write(batch, clock: clock.steps.offsets, isDurable: false)
  }

  /// Tells the main thread the size, once a second at most.
  private func tellSize() {
    let now = lnx_boot_time()
    guard now >= sizeToldAt &+ 1_000_000_000 else { return }
    sizeToldAt = now
    let size = writer.size
    guard size != recorder.size else { return }
    recorder.put(size: size)
    other.wake()
  }

  private func put(news: DisplayText) {
    recorder.put(news: news)
    other.wake()
  }

  /// Returns false where another program holds the database.
  @discardableResult
  private func write(isLast: Bool) throws(RecordingError) -> Bool {
    if waiting.isEmpty {
      for event in recorder.mailbox.drain().joined() {
        look(at: event)
        // The filter sees what ran.
        if filter?.passes(event) ?? true { waiting.append(mask?.masked(event) ?? event) }
      }
      for trouble in (filter?.news() ?? []) + (until?.news() ?? []) { put(news: trouble) }
    }
    clock.update()
    let now = lnx_boot_time()
    let isDurable = isLast || now >= durableAt &+ Self.durability
    if waiting.isEmpty, !isDurable || !writer.isPending { return true }
    var rest = waiting[...]
    repeat {
      let portion = rest.prefix(writer.portion(of: rest))
      let isWaitedFor = isDurable && portion.count == rest.count
      guard try writer.write(portion, clock: clock.steps.offsets, isDurable: isWaitedFor) else {
        if !hasReportedLock { put(news: "the recording waits for another program that has locked it") }
        hasReportedLock = true
        waiting = Array(rest)
        return false
      }
      rest = rest.dropFirst(portion.count)
    } while !rest.isEmpty
    waiting = []
    if isDurable { durableAt = now }
    tellSize()
    return true
  }

  /// Checks whether an event ends the recording: the first exec, failed exec or exit that matches.
  private func look(at event: ProcessEvent) {
    guard until?.passes(event) == true else { return }
    let (process, what): (ProcessFacts, DisplayText)
    switch event {
    case .exec(let event): (process, what) = (event.process, "started")
    case .failedExec(let event): (process, what) = (event.process, "could not start a program")
    case .exit(let event): (process, what) = (event.process, "exited")
    case .fork, .existing, .lost, .census, .output, .host: return
    }
    until = nil
    writer.pin(process.id, at: event.time)
    recorder.match = Recorder.Match(time: event.time, text: "\(Self.name(of: process)) \(what)")
    other.wake()
  }

  private static func name(of process: ProcessFacts) -> DisplayText {
    "\(DisplayText(process.comm)) (pid \(process.id.pid))"
  }

  /// How long a part of a snapshot may take before events are written again, in nanoseconds.
  private static let snapshotTime: UInt64 = 100_000_000

  /// Continues a snapshot, or starts one where it is wanted.
  private func makeSnapshot() {
    do throws(RecordingError) {
      if wantsSnapshot, !writer.isMakingSnapshot {
        wantsSnapshot = false
        try writer.startSnapshot()
      }
      let end = lnx_boot_time() &+ Self.snapshotTime
      while writer.isMakingSnapshot, lnx_boot_time() < end {
        guard let made = try writer.copySnapshot(at: lnx_boot_time()) else { continue }
        let size = DisplayText.size(ofBytes: made.size)
        put(news: "made the snapshot \(DisplayText(typed: made.path)) (\(size))")
      }
    } catch {
      put(news: "\(DisplayText(typed: error.description)); the recording goes on")
    }
  }

  /// How long the end waits for a snapshot, in nanoseconds.
  private static let lastSnapshotTime: UInt64 = 10_000_000_000

  private func finishSnapshot() {
    let end = lnx_boot_time() &+ Self.lastSnapshotTime
    while wantsSnapshot || writer.isMakingSnapshot, lnx_boot_time() < end { makeSnapshot() }
    if writer.isMakingSnapshot { put(news: "the snapshot was not finished: it was removed") }
  }

  /// Sleeps until there are events, or until the disk has to get those of before. Returns false when the recording ends.
  private func waitForEvents() -> Bool {
    var descriptors = [recorder.mailbox.descriptor, signals.stop, signals.snapshot].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    while lnx_poll(&descriptors, 3, timeout) < 0 && errno == EINTR {}
    var isByKernel = false
    if descriptors[2].revents != 0, lnx_next_signal(signals.snapshot, &isByKernel) == SIGUSR1 { wantsSnapshot = true }
    return descriptors[1].revents == 0
  }

  /// In milliseconds; -1 while nothing waits, so an idle system causes no wakeups.
  private var timeout: Int32 {
    if writer.isMakingSnapshot { return 0 }
    if !waiting.isEmpty { return Self.gathering }
    guard writer.isPending else { return -1 }
    let due = durableAt &+ Self.durability
    let now = lnx_boot_time()
    return due <= now ? 0 : Int32(clamping: (due - now + 999_999) / 1_000_000)
  }

  private func stopped(within milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: signals.stop, events: Int16(POLLIN), revents: 0)
    return lnx_poll(&descriptor, 1, milliseconds) > 0
  }

  /// The counts of the recorded events, in one line.
  static func summary(of writer: DatabaseWriter) -> DisplayText {
    let counts = writer.counts
    func part(_ count: Int, _ one: DisplayText, _ many: DisplayText) -> DisplayText {
      "\(number: count, grouped: true) \(count == 1 ? one : many)"
    }
    var text: DisplayText = "recorded \(part(counts.processes, "process", "processes")), "
    text += "\(part(counts.execs, "exec", "execs")), \(part(counts.failedExecs, "failed exec", "failed execs")), "
    text += "\(part(counts.exits, "exit", "exits")), \(number: counts.lost.total, grouped: true) lost"
    if writer.forgotten > 0 { text += ", \(part(writer.forgotten, "process", "processes")) forgotten" }
    text += " (\(DisplayText.size(ofBytes: writer.size)))"
    return text
  }
}
