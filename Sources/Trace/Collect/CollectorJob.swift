internal import CLinux
internal import Events
internal import Glibc

/// The state of the collector's thread. One thread makes it and another one uses it, never both at a time; the compiler
/// cannot check this.
final class CollectorJob: @unchecked Sendable {
  private let trace: KernelTrace
  private var reader: RingReader
  private let decoder: RecordDecoder
  private var pace: DrainPace
  private var watch: LossWatch
  private var resync: Resync
  private let mailbox: Mailbox
  private let onlooker: Onlooker?
  /// Becomes readable when the thread has to stop; -1 before the collector sets it.
  var stopDescriptor: Int32 = -1

  init(
    trace: consuming KernelTrace, reader: consuming RingReader, decoder: RecordDecoder, watch: consuming LossWatch,
    resync: consuming Resync, mailbox: Mailbox, onlooker: Onlooker?
  ) {
    self.trace = trace
    pace = DrainPace(ringSize: reader.ringSize)
    self.reader = reader
    self.decoder = decoder
    self.watch = watch
    self.resync = resync
    self.mailbox = mailbox
    self.onlooker = onlooker
  }

  /// Runs until the collector is stopped.
  func run() {
    while waitForRecords() {
      let delay = pace.delay(now: lnx_boot_time())
      if delay > 0, stopped(within: delay) { break }
      deliver(last: false)
      if stopped(within: pace.pause) { break }
    }
    deliver(last: true)
  }

  /// Decodes the records, and puts the events and losses into the mailbox.
  /// - Parameter last: whether nothing follows: then it waits for nothing more.
  private func deliver(last: Bool) {
    let bytes = reader.decodeRecords()
    if last { decoder.finishWaiting() }
    let now = lnx_boot_time()
    pace.update(drained: bytes, waiting: reader.waiting, now: now)
    let isLoss = watch.update(
      trace, now: now, hadTraffic: bytes > 0, unreadable: decoder.drainUnreadable(), last: last)
    if let loss = watch.popDueLoss(now: now, all: last) {
      decoder.append(.lost(loss))
      resync.schedule(for: loss, now: now)
    }
    let batch = decoder.drain()
    onlooker?.track(batch.events)
    if !mailbox.put(batch.events, bytes: batch.bytes) { resync.scheduleForAll(now: now) }
    if resync.isDue(now: now, isCalm: !isLoss && watch.isReported, last: last) { sendCensus() }
  }

  /// Reads the running processes after a loss, and delivers them as a census. All earlier events are in the mailbox by
  /// then, so a process that is not in the census has exited.
  private func sendCensus() {
    guard !mailbox.isDropping else { return resync.postpone(now: lnx_boot_time()) }
    let time = lnx_boot_time()
    do throws(TraceError) {
      let tasks = try resync.tasksNow()
      // This reads the tasks' cgroup paths. Events of all other records follow after the census.
      _ = reader.decodeRecords()
      let census = try resync.census(of: tasks, readAt: time, &decoder.names)
      onlooker?.track(census.events)
      if mailbox.put(census: census.events, bytes: census.bytes) {
        resync.clearBacklog()
      } else {
        resync.postpone(now: lnx_boot_time())
      }
    } catch {
      resync.postpone(now: lnx_boot_time())
      mailbox.put(notice: TraceError(.resync, errno: error.errno))
    }
    let batch = decoder.drain()
    onlooker?.track(batch.events)
    if !mailbox.put(batch.events, bytes: batch.bytes) { resync.scheduleForAll(now: lnx_boot_time()) }
  }

  /// Sleeps until there is a record or a loss, or until a deadline. Returns false when the thread has to stop.
  private func waitForRecords() -> Bool {
    reader.letWake()
    var descriptors = [reader.descriptor, watch.descriptor, stopDescriptor].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    while lnx_poll(&descriptors, UInt(truncatingIfNeeded: descriptors.count), timeout) < 0 && errno == EINTR {}
    return descriptors[2].revents == 0
  }

  /// How long to sleep at most, in milliseconds; -1 while nothing is lost, so an idle system causes no wakeups.
  private var timeout: Int32 {
    guard let next = [watch.nextReading, resync.nextMoment].compactMap({ $0 }).min() else { return -1 }
    let now = lnx_boot_time()
    return next <= now ? 0 : Int32(clamping: (next &- now &+ 999_999) / 1_000_000)
  }

  /// Waits. Returns true as soon as the thread has to stop.
  private func stopped(within milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: stopDescriptor, events: Int16(POLLIN), revents: 0)
    return lnx_poll(&descriptor, 1, milliseconds) > 0
  }
}
