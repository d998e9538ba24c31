internal import CLinux
internal import Glibc
internal import ProcessTree

/// The thread that empties the ring, whatever the terminal does: it drains, decodes, and leaves batches in the mailbox.
///
/// It sleeps until a record comes. After a quiet time it waits a moment for what mostly follows; then it lets a frame's
/// time pass before it looks again, so that a storm costs a bounded number of wakeups. The ring holds what comes
/// meanwhile.
public final class Collector {
  public let mailbox: Mailbox
  /// Looks again at what is shown; nil where nothing but execs is.
  public let onlooker: Onlooker?
  private let stopDescriptor: Int32
  private var thread = pthread_t()

  /// Takes over the trace, reads what runs already, and leaves that in the mailbox. Nothing is drained until `start`.
  /// - Parameter recording: whether what is told goes into a recording: what is as it was at the start is not looked at
  ///   to be told again.
  /// - Throws: `TraceError`.
  public static func prepare(
    _ trace: consuming KernelTrace, settings: TraceSettings, mailbox: Mailbox, recording: Bool = false
  ) throws(TraceError) -> Prepared {
    let decoder = RecordDecoder()
    var known: [ProcessEvent] = []
    var retold: [ProcessEvent] = []
    let tasks = settings.execsOnly ? nil : try TaskList(of: trace)
    var reader = try RingReader(trace, into: decoder)
    if let tasks {
      let time = lnx_boot_time()
      let found = try tasks.read()
      // Brings their cgroups. What else came is handed on behind the snapshot.
      _ = reader.drain()
      let snapshot = try ProcSnapshot(
        of: found, readAt: time, names: &decoder.names, environment: settings.environment,
        attachedAt: trace.attachedAt, wholeMachine: settings.scope.isWholeMachine)
      if recording { known = snapshot.events }
      _ = mailbox.put(census: snapshot.events, bytes: snapshot.bytes)
      let batch = decoder.take()
      retold = batch.events
      mailbox.put(batch.events, bytes: batch.bytes)
    }
    let watch = try LossWatch(of: trace)
    let onlooker: Onlooker? = if let tasks { try Onlooker(tasks, into: mailbox, besides: known) } else { nil }
    onlooker?.note(retold)
    try trace.keepLinksOnly()
    let mending = Mending(by: tasks, environment: settings.environment)
    return Prepared(
      job: CollectorJob(
        trace: trace, reader: reader, decoder: decoder, watch: watch, mending: mending, mailbox: mailbox,
        onlooker: onlooker),
      mailbox: mailbox, onlooker: onlooker)
  }

  /// Everything that needs privileges is done; what remains is to start the thread.
  public struct Prepared: ~Copyable {
    fileprivate let job: CollectorJob
    fileprivate let mailbox: Mailbox
    fileprivate let onlooker: Onlooker?
  }

  /// Starts the thread. Privileges must have been dropped before: they belong to threads.
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

  /// Ends the thread once it has drained and handed on everything that is in the ring now. Does not wait for a thread that
  /// does nothing, as one that reads what /proc has of a process that is stuck.
  public func stop() {
    var one: UInt64 = 1
    _ = write(stopDescriptor, &one, MemoryLayout<UInt64>.size)
    if lnx_join(thread, Self.patience) == 0 { close(stopDescriptor) }
  }

  /// How long the thread may do nothing at its end, in milliseconds: on a busy machine it waits for a CPU.
  private static let patience: Int32 = 600
}
