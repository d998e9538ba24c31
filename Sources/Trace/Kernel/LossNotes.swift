internal import CExecsnoop
internal import CLibBPF
internal import Glibc

/// The ring in which the kernel side notes whom its lost records concerned. Not thread-safe, as `RingReader`.
struct LossNotes: ~Copyable {
  private final class Sink {
    var notes: [est_loss] = []
  }

  private let ring: OpaquePointer
  private let sink: Sink
  /// Becomes readable when something was lost after everything had been read.
  let descriptor: Int32

  init(_ trace: borrowing KernelTrace) throws(TraceError) {
    let sink = Sink()
    // Not retained: it lives as long as the ring, in the same value.
    let ring = ring_buffer__new(
      bpf_object__find_map_fd_by_name(trace.object, "losses"),
      { context, bytes, size in
        if let context, let bytes, size >= MemoryLayout<est_loss>.size {
          Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
            .notes.append(bytes.loadUnaligned(as: est_loss.self))
        }
        return 0
      }, Unmanaged.passUnretained(sink).toOpaque(), nil)
    guard let ring else { throw TraceError(.mapRing, errno: errno) }
    self.ring = ring
    self.sink = sink
    descriptor = ring_buffer__epoll_fd(ring)
  }

  deinit { ring_buffer__free(ring) }

  /// The notes since the last call. At most what the ring holds at a time, some four thousand.
  func take() -> [est_loss] {
    _ = ring_buffer__consume(ring)
    defer { sink.notes = [] }
    return sink.notes
  }
}
