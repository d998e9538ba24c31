import CLinux
import Events
import Glibc
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
  private let stop: Int32
  private let other: Mailbox
  private var filter: EventFilter?
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

  /// - Parameters:
  ///   - stop: becomes readable when the recording ends.
  ///   - other: the mailbox whose reader is woken for news.
  ///   - known: the tree before the first event.
  init(
    _ writer: DatabaseWriter, recorder: Recorder, filter: EventFilter?, stop: Int32, waking other: Mailbox,
    knowing known: ProcessTree?
  ) {
    self.known = known
    self.writer = writer
    self.recorder = recorder
    self.filter = filter
    self.stop = stop
    self.other = other
  }

  func run() {
    do throws(RecordingError) {
      try writeKnown()
      while waitForEvents(), !stopped(within: Self.gathering) { try write(isLast: false) }
      // Another program may hold the database for a while.
      var tries = 0
      while try !write(isLast: true), tries < Self.lastTries { tries += 1 }
      try write(isLast: true)
      guard waiting.isEmpty else { return abandon("the recording is not complete: another program has locked it") }
      try writer.finish(status: recorder.status, at: lnx_boot_time())
      recorder.end(complete: true, summary: summary)
      other.wake()
    } catch {
      abandon(DisplayText(typed: error.description))
      // Without a reader the mailbox would fill, and its losses would be repaired for nobody.
      while waitForEvents(), !stopped(within: Self.gathering) { _ = recorder.mailbox.drain() }
    }
  }

  /// Ends the recording as it is: what was written before stays.
  private func abandon(_ reason: DisplayText) {
    writer.abandon()
    recorder.put(news: reason)
    recorder.end(complete: false, summary: nil)
    other.wake()
  }

  /// Writes the running processes and their ancestors, so that the recording is complete by itself.
  private func writeKnown() throws(RecordingError) {
    guard let tree = known else { return }
    known = nil
    clock.update()
    let events = TreeEvents(of: tree, only: TreeEvents.running(in: tree), withLosses: false)
    try events.forEachBatch { (batch) throws(RecordingError) in
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
      for event in recorder.mailbox.drain().joined() where filter?.passes(event) ?? true { waiting.append(event) }
      for trouble in filter?.news() ?? [] { put(news: trouble) }
    }
    clock.update()
    let now = lnx_boot_time()
    let isDurable = isLast || now >= durableAt &+ Self.durability
    if waiting.isEmpty, !isDurable || !writer.isPending { return true }
    guard try writer.write(waiting, clock: clock.steps.offsets, isDurable: isDurable) else {
      if !hasReportedLock { put(news: "the recording waits for another program that has locked it") }
      hasReportedLock = true
      return false
    }
    waiting = []
    if isDurable { durableAt = now }
    tellSize()
    return true
  }

  /// Sleeps until there are events, or until the disk has to get those of before. Returns false when the recording ends.
  private func waitForEvents() -> Bool {
    var descriptors = [recorder.mailbox.descriptor, stop].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while lnx_poll(&descriptors, 2, timeout) < 0 && errno == EINTR {}
    return descriptors[1].revents == 0
  }

  /// In milliseconds; -1 while nothing waits, so an idle system causes no wakeups.
  private var timeout: Int32 {
    if !waiting.isEmpty { return Self.gathering }
    guard writer.isPending else { return -1 }
    let due = durableAt &+ Self.durability
    let now = lnx_boot_time()
    return due <= now ? 0 : Int32(clamping: (due - now + 999_999) / 1_000_000)
  }

  private func stopped(within milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: stop, events: Int16(POLLIN), revents: 0)
    return lnx_poll(&descriptor, 1, milliseconds) > 0
  }

  /// The counts of the recorded events, in one line.
  private var summary: DisplayText {
    let counts = writer.counts
    func part(_ count: Int, _ one: DisplayText, _ many: DisplayText) -> DisplayText {
      "\(number: count, grouped: true) \(count == 1 ? one : many)"
    }
    var text: DisplayText = "recorded \(part(counts.processes, "process", "processes")), "
    text += "\(part(counts.execs, "exec", "execs")), \(part(counts.failedExecs, "failed exec", "failed execs")), "
    text += "\(part(counts.exits, "exit", "exits")), \(number: counts.lost.total, grouped: true) lost"
    text += " (\(number: (writer.size + 1023) / 1024, grouped: true) KiB)"
    return text
  }
}
