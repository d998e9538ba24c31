internal import CLinux
internal import Glibc
public import ProcessTree
internal import Synchronization

/// Where the collector's thread leaves events for the main thread: one lock, held for an append or a swap.
public final class Mailbox: Sendable {
  private struct Contents {
    var events: [ProcessEvent] = []
    var dropped: UInt64 = 0
  }

  /// Becomes readable when there is something; `take` makes it unreadable again.
  public let descriptor: Int32
  /// How many events may wait while the main thread is held up, by a stopped terminal for example. At about 300 bytes
  /// each this bounds the memory to some 300 MB; what comes beyond is counted as lost over budget.
  private let limit: Int
  private let contents = Mutex(Contents())

  /// - Throws: `TraceError` when there is no descriptor left.
  public init(limit: Int = 1_000_000) throws(TraceError) {
    self.limit = limit
    let descriptor = lnx_eventfd()
    if descriptor < 0 { throw TraceError(.makeThread, errno: descriptor) }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Leaves events, oldest first.
  public func put(_ events: [ProcessEvent]) {
    guard !events.isEmpty else { return }
    contents.withLock { contents in
      let room = limit - contents.events.count
      if contents.events.isEmpty && room >= events.count {
        contents.events = events
      } else if room >= events.count {
        contents.events.append(contentsOf: events)
      } else {
        contents.events.append(contentsOf: events.prefix(max(room, 0)))
        contents.dropped += UInt64(events.count - max(room, 0))
      }
    }
    var one: UInt64 = 1
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// Takes everything that is there, oldest first; a loss comes last.
  public func take() -> [ProcessEvent] {
    var ignored: UInt64 = 0
    _ = read(descriptor, &ignored, MemoryLayout<UInt64>.size)
    var taken = Contents()
    contents.withLock { swap(&$0, &taken) }
    if taken.dropped > 0 {
      taken.events.append(
        .lost(LostEvent(time: lnx_boot_time(), counts: LossCounts(overBudget: taken.dropped))))
    }
    return taken.events
  }
}
