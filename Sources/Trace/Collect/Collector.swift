internal import CLinux
internal import Glibc
internal import ProcessTree

/// The thread that empties the ring, whatever the terminal does: it drains, decodes, and leaves batches in the mailbox.
///
/// It sleeps until a record comes. The first after a quiet time is handed on at once; then it lets a frame's time pass
/// before it looks again, so that a storm costs a bounded number of wakeups. The ring holds what comes meanwhile.
public final class Collector {
  /// Between two drains, in milliseconds: about a frame. With 16 MiB of ring a storm of 17,000 execs a second with
  /// environments fills less than a tenth of it in that time.
  private static let pause: Int32 = 25
  /// How often the kernel is asked for skipped runs while there is traffic, in nanoseconds.
  private static let missedRunsInterval: UInt64 = 1_000_000_000

  public let mailbox: Mailbox
  private let stopDescriptor: Int32
  private var thread = pthread_t()

  /// Takes over the trace, reads what runs already, and leaves that in the mailbox. Nothing is drained until `start`.
  /// - Throws: `TraceError`.
  public static func prepare(
    _ trace: consuming KernelTrace, settings: TraceSettings, mailbox: Mailbox
  ) throws(TraceError) -> Prepared {
    let decoder = RecordDecoder()
    if !settings.execsOnly {
      let snapshot = try ProcSnapshot(
        of: trace, names: &decoder.names, environment: settings.environment, attachedAt: trace.attachedAt,
        wholeMachine: settings.scope.isWholeMachine)
      mailbox.put(snapshot.events)
    }
    let reader = try RingReader(trace, into: decoder)
    return Prepared(job: Job(trace: trace, reader: reader, decoder: decoder, mailbox: mailbox), mailbox: mailbox)
  }

  /// Everything that needs privileges is done; what remains is to start the thread.
  public struct Prepared: ~Copyable {
    fileprivate let job: Job
    fileprivate let mailbox: Mailbox
  }

  /// Starts the thread. Privileges must have been dropped before: they belong to threads.
  /// - Throws: `TraceError` when no thread can be made.
  public init(start prepared: consuming Prepared) throws(TraceError) {
    mailbox = prepared.mailbox
    let stop = lnx_eventfd()
    if stop < 0 { throw TraceError(.makeThread, errno: stop) }
    stopDescriptor = stop
    let job = prepared.job
    job.stopDescriptor = stop
    let result = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Job>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, Unmanaged.passRetained(job).toOpaque())
    if result != 0 { throw TraceError(.makeThread, errno: result) }
  }

  /// Ends the thread once it has drained and handed on everything that is in the ring now.
  public func stop() {
    var one: UInt64 = 1
    _ = write(stopDescriptor, &one, MemoryLayout<UInt64>.size)
    pthread_join(thread, nil)
    close(stopDescriptor)
  }
}

/// What the thread owns. Made by one thread and then used by the other alone, which the compiler cannot see.
final class Job: @unchecked Sendable {
  private let trace: KernelTrace
  private let reader: RingReader
  private let decoder: RecordDecoder
  private let mailbox: Mailbox
  fileprivate var stopDescriptor: Int32 = -1
  private var reported = LossCounts()
  private var missedRunsReadAt: UInt64 = 0

  init(trace: consuming KernelTrace, reader: consuming RingReader, decoder: RecordDecoder, mailbox: Mailbox) {
    self.trace = trace
    self.reader = reader
    self.decoder = decoder
    self.mailbox = mailbox
  }

  fileprivate func run() {
    while waitForRecords() {
      drain(last: false)
      if stopped(within: Collector.pauseMilliseconds) { break }
    }
    drain(last: true)
  }

  private func drain(last: Bool) {
    reader.drain()
    reportLosses(last: last)
    mailbox.put(decoder.take())
  }

  /// False when it is time to stop.
  private func waitForRecords() -> Bool {
    var descriptors = [
      pollfd(fd: reader.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: stopDescriptor, events: Int16(POLLIN), revents: 0),
    ]
    while poll(&descriptors, nfds_t(descriptors.count), -1) < 0 && errno == EINTR {}
    return descriptors[1].revents == 0
  }

  private func stopped(within milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: stopDescriptor, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, milliseconds) > 0
  }

  private func reportLosses(last: Bool) {
    var lost = trace.lost
    let now = lnx_boot_time()
    lost.missedRuns = reported.missedRuns
    if last || now - missedRunsReadAt > Collector.missedRunsIntervalNanoseconds {
      missedRunsReadAt = now
      lost.missedRuns = trace.missedRuns
    }
    let new = lost - reported
    if new.total > 0 { decoder.append(.lost(LostEvent(time: now, counts: new))) }
    reported = lost
  }
}

extension Collector {
  fileprivate static var pauseMilliseconds: Int32 { pause }
  fileprivate static var missedRunsIntervalNanoseconds: UInt64 { missedRunsInterval }
}
