internal import CExecsnoop
internal import CLibBPF
internal import Glibc

/// The ring buffer of the kernel side's loss records: which processes its losses affected. Not thread-safe, like
/// `RingReader`.
struct LossRing: ~Copyable {
  private final class Sink {
    var records: [est_loss] = []
  }

  private let ring: OpaquePointer
  private let sink: Sink
  /// Becomes readable when a record is lost after everything had been read.
  let descriptor: Int32

  init(_ trace: borrowing KernelTrace) throws(TraceError) {
    let sink = Sink()
    // Not retained: it lives as long as the ring, in the same value.
    let ring = ring_buffer__new(
      bpf_object__find_map_fd_by_name(trace.object, "losses"),
      { context, bytes, size in
        if let context, let bytes, size >= MemoryLayout<est_loss>.size {
          Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
            .records.append(bytes.loadUnaligned(as: est_loss.self))
        }
        return 0
      }, Unmanaged.passUnretained(sink).toOpaque(), nil)
    guard let ring else { throw TraceError(.mapRing, errno: errno) }
    self.ring = ring
    self.sink = sink
    descriptor = ring_buffer__epoll_fd(ring)
  }

  deinit { ring_buffer__free(ring) }

  /// Returns the loss records since the last call (`ring_buffer__consume`). At most as many as the ring holds, some
  /// four thousand.
  func drain() -> [est_loss] {
    _ = ring_buffer__consume(ring)
    defer { sink.records = [] }
    return sink.records
  }
}
