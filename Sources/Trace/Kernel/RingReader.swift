internal import CExecsnoop
internal import CLibBPF
internal import CLinux
internal import Glibc
internal import Synchronization

/// Reads the ring buffer, and passes its records to a decoder. Not thread-safe: it belongs to the collector's thread.
///
/// The ring buffer consists of two counters, each in a page of its own, and the data. The kernel writes records from
/// the producer's position on; data before the consumer's position is free. The kernel maps its data pages twice in a
/// row, so a record that wraps around the end is contiguous. This reader maps only as much of the second copy as the
/// longest record needs: `ring_buffer__new` maps all of it, which counts again as memory of the process.
///
/// The kernel wakes a waiting reader when it submits the record that is next to be read. A wake costs the traced
/// program more than the record: an interrupt to its own CPU. A reader that polls needs no wake. So the reader leaves
/// the last record that it read unconsumed until `letWake`.
struct RingReader: ~Copyable {
  private let decoder: RecordDecoder
  private let consumerPage: UnsafeMutableRawPointer
  private let producerPages: UnsafeMutableRawPointer
  private let pageSize: Int
  private let mappedSize: Int
  private let mask: UInt
  /// The position up to which it has read, in bytes since the start. The consumer's position is behind this while the
  /// last record is unconsumed.
  private var position: UInt
  /// Becomes readable when a record arrives after everything had been read. An epoll instance, since the map's own
  /// descriptor is closed once tracing has started.
  let descriptor: Int32

  /// The longest record with its header, in bytes.
  private static let longestRecord = Int(EST_STRINGS_ROOM_LARGE) + 4096
  /// The consumer's position is published after this many bytes, since each time costs the kernel side a cache miss.
  /// Then other threads may run (`sched_yield`): the work in between takes some 50 µs. It does not yield while more of
  /// the ring buffer is full than `DrainPace` aims at: each waiting thread may keep the CPU for a tick (4 ms at 250
  /// Hz), and a storm of long arguments brings more than a stride in that time.
  private static let stride: UInt = 64 << 10

  init(_ trace: borrowing KernelTrace, into decoder: RecordDecoder) throws(TraceError) {
    let map = trace.ringDescriptor
    var info = bpf_map_info()
    var size = UInt32(MemoryLayout<bpf_map_info>.size)
    if bpf_obj_get_info_by_fd(map, &info, &size) != 0 { throw TraceError(.mapRing, errno: errno) }
    let pageSize = sysconf(Int32(_SC_PAGESIZE))
    let dataSize = Int(info.max_entries)
    let mappedSize = pageSize &+ dataSize &+ min(dataSize, (Self.longestRecord &+ pageSize &- 1) / pageSize &* pageSize)
    guard let consumer = Self.map(map, pageSize, PROT_READ | PROT_WRITE, offset: 0) else {
      throw TraceError(.mapRing, errno: errno)
    }
    guard let producer = Self.map(map, mappedSize, PROT_READ, offset: pageSize) else {
      let error = errno
      munmap(consumer, pageSize)
      throw TraceError(.mapRing, errno: error)
    }
    let descriptor = lnx_epoll_of(map)
    if descriptor < 0 {
      munmap(producer, mappedSize)
      munmap(consumer, pageSize)
      throw TraceError(.mapRing, errno: descriptor)
    }
    self.descriptor = descriptor
    self.decoder = decoder
    self.pageSize = pageSize
    self.mappedSize = mappedSize
    mask = UInt(truncatingIfNeeded: dataSize &- 1)
    consumerPage = consumer
    producerPages = producer
    position = consumer.assumingMemoryBound(to: Atomic<UInt>.self).pointee.load(ordering: .relaxed)
  }

  /// The size of the ring buffer in bytes.
  var ringSize: Int { Int(truncatingIfNeeded: mask) &+ 1 }

  /// The number of bytes in the ring buffer that are not decoded yet.
  var waiting: Int {
    let producer = producerPages.assumingMemoryBound(to: Atomic<UInt>.self)
    return Int(clamping: producer.pointee.load(ordering: .relaxed) &- position)
  }

  deinit {
    close(descriptor)
    munmap(producerPages, mappedSize)
    munmap(consumerPage, pageSize)
  }

  private static func map(_ descriptor: Int32, _ size: Int, _ access: Int32, offset: Int) -> UnsafeMutableRawPointer? {
    let memory = mmap(nil, size, access, MAP_SHARED, descriptor, off_t(offset))
    return memory == MAP_FAILED ? nil : memory
  }

  /// Decodes all records that are in the ring buffer at the start of the call.
  /// - Returns: how many bytes of the ring buffer were read.
  mutating func decodeRecords() -> Int {
    let consumer = consumerPage.assumingMemoryBound(to: Atomic<UInt>.self)
    let producer = producerPages.assumingMemoryBound(to: Atomic<UInt>.self)
    let data = UnsafeRawPointer(producerPages) + pageSize
    let start = position
    let end = producer.pointee.load(ordering: .acquiring)
    var published = start
    var last = start
    while position != end {
      let offset = Int(truncatingIfNeeded: position & mask)
      let header = data + offset
      let length = header.assumingMemoryBound(to: Atomic<UInt32>.self).pointee.load(ordering: .acquiring)
      // Reserved and not submitted yet.
      if length & Self.busyBit != 0 { break }
      let size = Int(length & ~Self.discardBit)
      let step = (size &+ Self.headerSize &+ 7) & ~7
      guard offset &+ step <= mappedSize &- pageSize, UInt(truncatingIfNeeded: step) <= end &- position else {
        // Not one of our records, so the start of the next one is unknown too.
        decoder.countUnreadable()
        position = end
        last = end
        break
      }
      if length & Self.discardBit == 0 {
        decoder.decode(UnsafeRawBufferPointer(start: header + Self.headerSize, count: size))
      }
      last = position
      position &+= UInt(truncatingIfNeeded: step)
      if last &- published >= Self.stride {
        consumer.pointee.store(last, ordering: .releasing)
        published = last
        if waiting <= ringSize / DrainPace.part { sched_yield() }
      }
    }
    if position != start { consumer.pointee.store(last, ordering: .releasing) }
    return Int(truncatingIfNeeded: position &- start)
  }

  /// Lets the next record wake a thread that waits for the descriptor. A record submitted since the last read makes it
  /// readable at once.
  func letWake() {
    // The kernel compares this with the position of the record that it submits, and then looks for waiting threads. So
    // the store must be visible before a thread waits.
    consumerPage.assumingMemoryBound(to: Atomic<UInt>.self).pointee.store(position, ordering: .sequentiallyConsistent)
  }

  // From include/uapi/linux/bpf.h.
  private static var busyBit: UInt32 { BPF_RINGBUF_BUSY_BIT }
  private static var discardBit: UInt32 { BPF_RINGBUF_DISCARD_BIT }
  private static var headerSize: Int { Int(BPF_RINGBUF_HDR_SZ) }
}
