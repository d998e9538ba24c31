internal import CLibBPF
internal import Glibc

/// Drains the ring into a decoder. Not thread-safe: it belongs to the collector's thread.
struct RingReader: ~Copyable {
  private let ring: OpaquePointer
  private let decoder: Unmanaged<RecordDecoder>
  /// The page in which the reader's position stands, in bytes since the beginning.
  private let page: UnsafeMutableRawPointer
  /// Becomes readable when a record arrives after everything had been read.
  let descriptor: Int32

  init(_ trace: borrowing KernelTrace, into decoder: RecordDecoder) throws(TraceError) {
    guard let page = mmap(nil, Self.pageSize, PROT_READ, MAP_SHARED, trace.ringDescriptor, 0), page != MAP_FAILED
    else { throw TraceError(.mapRing, errno: errno) }
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
      munmap(page, Self.pageSize)
      throw TraceError(.mapRing, errno: error)
    }
    self.ring = ring
    self.decoder = retained
    self.page = page
    descriptor = ring_buffer__epoll_fd(ring)
  }

  deinit {
    ring_buffer__free(ring)
    decoder.release()
    munmap(page, Self.pageSize)
  }

  private static var pageSize: Int { sysconf(Int32(_SC_PAGESIZE)) }

  /// Decodes everything there is. A storm cannot keep it here for ever: it stops at what a full ring holds.
  /// - Returns: how many bytes of the ring that was.
  func drain() -> Int {
    let before = page.load(as: UInt.self)
    _ = ring_buffer__consume(ring)
    return Int(page.load(as: UInt.self) &- before)
  }
}
