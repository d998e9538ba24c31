internal import CLibBPF
internal import Glibc

/// Drains the ring into a decoder. Not thread-safe: it belongs to the collector's thread.
struct RingReader: ~Copyable {
  private let ring: OpaquePointer
  private let decoder: Unmanaged<RecordDecoder>
  /// Becomes readable when a record arrives after everything had been read.
  let descriptor: Int32

  init(_ trace: borrowing KernelTrace, into decoder: RecordDecoder) throws(TraceError) {
    let retained = Unmanaged.passRetained(decoder)
    let ring = ring_buffer__new(
      trace.ringDescriptor,
      { context, bytes, size in
        guard let context, let bytes else { return 0 }
        Unmanaged<RecordDecoder>.fromOpaque(context).takeUnretainedValue()
          .decode(UnsafeRawBufferPointer(start: bytes, count: size))
        return 0
      }, retained.toOpaque(), nil)
    guard let ring else {
      let error = errno
      retained.release()
      throw TraceError(.mapRing, errno: error)
    }
    self.ring = ring
    self.decoder = retained
    descriptor = ring_buffer__epoll_fd(ring)
  }

  deinit {
    ring_buffer__free(ring)
    decoder.release()
  }

  /// Decodes everything there is. A storm cannot keep it here for ever: it stops at what a full ring holds.
  func drain() { _ = ring_buffer__consume(ring) }
}
