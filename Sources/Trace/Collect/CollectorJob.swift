internal import CLinux
internal import Glibc
internal import ProcessTree

/// What the collector's thread owns. Made by one thread and then used by the other alone, which the compiler cannot
/// see.
final class CollectorJob: @unchecked Sendable {
  private let trace: KernelTrace
  private var reader: RingReader
  private let decoder: RecordDecoder
  private var pace: DrainPace
  private var watch: LossWatch
  private var mending: Mending
  private let mailbox: Mailbox
  private let onlooker: Onlooker?
  var stopDescriptor: Int32 = -1

  init(
    trace: consuming KernelTrace, reader: consuming RingReader, decoder: RecordDecoder, watch: consuming LossWatch,
    mending: consuming Mending, mailbox: Mailbox, onlooker: Onlooker?
  ) {
    self.trace = trace
    pace = DrainPace(ringSize: reader.ringSize)
    self.reader = reader
    self.decoder = decoder
    self.watch = watch
    self.mending = mending
    self.mailbox = mailbox
    self.onlooker = onlooker
  }

  func run() {
    while waitForRecords() {
      let delay = pace.delay(now: lnx_boot_time())
      if delay > 0, stopped(within: delay) { break }
      drain(last: false)
      if stopped(within: pace.pause) { break }
    }
    drain(last: true)
  }

  private func drain(last: Bool) {
    let bytes = reader.drain()
    if last { decoder.finishWaiting() }
    let now = lnx_boot_time()
    pace.note(bytes, waiting: reader.waiting, now: now)
    let isLoss = watch.look(
      trace, now: now, hadTraffic: bytes > 0, unreadable: decoder.takeUnreadable(), last: last)
    if let loss = watch.take(now: now, all: last) {
      decoder.append(.lost(loss))
      mending.owe(for: loss, now: now)
    }
    let batch = decoder.take()
    onlooker?.note(batch.events)
    if !mailbox.put(batch.events, bytes: batch.bytes) { mending.oweAll(now: now) }
    if mending.isDue(now: now, isCalm: !isLoss && watch.isTold, last: last) { mend() }
  }

  /// All that happened before is in the mailbox: what is not among the living now has ended.
  private func mend() {
    guard !mailbox.isDropping else { return mending.putOff(now: lnx_boot_time()) }
    let time = lnx_boot_time()
    do throws(TraceError) {
      let tasks = try mending.tasksNow()
      // Brings the cgroups of the tasks. What else came is handed on behind the census.
      _ = reader.drain()
      let census = try mending.census(of: tasks, readAt: time, &decoder.names)
      onlooker?.note(census.events)
      if mailbox.put(census: census.events, bytes: census.bytes) {
        mending.settle()
      } else {
        mending.putOff(now: lnx_boot_time())
      }
    } catch {
      mending.putOff(now: lnx_boot_time())
      mailbox.put(notice: TraceError(.resync, errno: error.errno))
    }
    let batch = decoder.take()
    onlooker?.note(batch.events)
    if !mailbox.put(batch.events, bytes: batch.bytes) { mending.oweAll(now: lnx_boot_time()) }
  }

  /// Sleeps until a record or a loss is there, or something is due. False when it is time to stop.
  private func waitForRecords() -> Bool {
    reader.letWake()
    var descriptors = [reader.descriptor, watch.descriptor, stopDescriptor].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    while lnx_poll(&descriptors, UInt(truncatingIfNeeded: descriptors.count), timeout) < 0 && errno == EINTR {}
    return descriptors[2].revents == 0
  }

  /// In milliseconds; -1 while nothing is lost, and so without a wake on a quiet machine.
  private var timeout: Int32 {
    guard let next = [watch.nextLook, mending.nextMoment].compactMap({ $0 }).min() else { return -1 }
    let now = lnx_boot_time()
    return next <= now ? 0 : Int32(clamping: (next &- now &+ 999_999) / 1_000_000)
  }

  private func stopped(within milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: stopDescriptor, events: Int16(POLLIN), revents: 0)
    return lnx_poll(&descriptor, 1, milliseconds) > 0
  }
}
