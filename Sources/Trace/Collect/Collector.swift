internal import CLinux
internal import Events
internal import Glibc

/// The thread that drains the ring buffer: it decodes records and puts batches of events into the mailbox. A slow
/// terminal does not stop it.
///
/// It sleeps until a record arrives. After a quiet time it waits a moment, so that one batch holds the records that
/// belong together. Then it waits for the time of a frame between two drains, so a storm of events causes a bounded
/// number of wakeups. The ring buffer holds the records meanwhile.
public final class Collector {
  /// Where the events go.
  public let mailbox: Mailbox
  /// Reads /proc again for the processes on the screen; nil in a trace of execs only.
  public let onlooker: Onlooker?
  private let stopDescriptor: Int32
  private var thread = pthread_t()

  /// Takes ownership of the trace, reads the processes that already run, and puts them into the mailbox. Nothing is
  /// drained until `start`.
  ///
  /// - Parameter recording: whether the events go into a recording: `onlooker` then leaves out processes that are as
  ///   they were at the start.
  /// - Throws: `TraceError` when the kernel does not list the tasks, or no descriptor is left.
  public static func prepare(
    _ trace: consuming KernelTrace, settings: TraceSettings, mailbox: Mailbox, recording: Bool = false
  ) throws(TraceError) -> Prepared {
    let decoder = RecordDecoder()
    var known: [ProcessEvent] = []
    var reported: [ProcessEvent] = []
    let tasks = settings.execsOnly ? nil : try TaskList(of: trace)
    var reader = try RingReader(trace, into: decoder)
    if let tasks {
      let time = lnx_boot_time()
      let found = try tasks.read()
      // This reads the tasks' cgroup paths. Events of all other records follow after the snapshot.
      _ = reader.decodeRecords()
      let snapshot = try ProcSnapshot(
        of: found, readAt: time, names: &decoder.names, environment: settings.environment,
        attachedAt: trace.attachedAt, isWholeSystem: settings.scope.isWholeSystem)
      if recording { known = snapshot.events }
      _ = mailbox.put(census: snapshot.events, bytes: snapshot.bytes)
      let batch = decoder.drain()
      reported = batch.events
      mailbox.put(batch.events, bytes: batch.bytes)
    }
    let watch = try LossWatch(of: trace)
    let onlooker: Onlooker? = if let tasks { try Onlooker(tasks, into: mailbox, besides: known) } else { nil }
    onlooker?.track(reported)
    try trace.keepLinksOnly()
    let resync = Resync(by: tasks, environment: settings.environment)
    return Prepared(
      job: CollectorJob(
        trace: trace, reader: reader, decoder: decoder, watch: watch, resync: resync, mailbox: mailbox,
        onlooker: onlooker),
      mailbox: mailbox, onlooker: onlooker)
  }

  /// A collector for which everything that needs privileges is done. Only its thread has to start.
  public struct Prepared: ~Copyable {
    fileprivate let job: CollectorJob
    fileprivate let mailbox: Mailbox
    fileprivate let onlooker: Onlooker?
  }

  /// Starts the thread (`pthread_create`). Drop privileges before: each thread has its own.
  /// - Throws: `TraceError` when no thread can be made.
  public init(start prepared: consuming Prepared) throws(TraceError) {
    mailbox = prepared.mailbox
    onlooker = prepared.onlooker
    let stop = lnx_eventfd()
    if stop < 0 { throw TraceError(.makeThread, errno: stop) }
    stopDescriptor = stop
    let job = prepared.job
    job.stopDescriptor = stop
    let result = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<CollectorJob>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, Unmanaged.passRetained(job).toOpaque())
    if result != 0 { throw TraceError(.makeThread, errno: result) }
  }

  /// Stops the thread after it has drained and delivered all records that are in the ring buffer now. Does not wait for
  /// a thread that makes no progress, such as one that is blocked in a read of /proc.
  public func stop() {
    var one: UInt64 = 1
    _ = write(stopDescriptor, &one, MemoryLayout<UInt64>.size)
    if lnx_join(thread, Self.patience) == 0 { close(stopDescriptor) }
  }

  /// How long the thread may make no progress at its end, in milliseconds: on a busy system it waits for a CPU.
  private static let patience: Int32 = 600
}
