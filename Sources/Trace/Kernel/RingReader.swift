internal import CExecsnoop
internal import CLibBPF
internal import Glibc
internal import Synchronization

/// Drains the ring into a decoder. Not thread-safe: it belongs to the collector's thread.
///
/// The ring is two counters, each in a page of its own, and the data: the kernel writes records from the producer's
/// position on, and what lies before the consumer's is free again. The kernel has its pages twice in a row, so that a
/// record that runs over the end is in one piece all the same. Here only as much of the second copy is mapped as the
/// longest record needs: all of it, as `ring_buffer__new` maps it, would count as memory of this process once more.
struct RingReader: ~Copyable {
  private let decoder: RecordDecoder
  private let consumerPage: UnsafeMutableRawPointer
  private let producerPages: UnsafeMutableRawPointer
  private let pageSize: Int
  private let mappedSize: Int
  private let mask: UInt
  /// Becomes readable when a record arrives after everything had been read.
  let descriptor: Int32

  /// No record is longer, with its header.
  private static let longestRecord = Int(EST_STRINGS_ROOM_LARGE) + 4096
  /// The consumer's position is published after so many bytes, since every time costs the kernel's side a cache line.
  private static let stride: UInt = 64 << 10

  init(_ trace: borrowing KernelTrace, into decoder: RecordDecoder) throws(TraceError) {
    let descriptor = trace.ringDescriptor
    var info = bpf_map_info()
    var size = UInt32(MemoryLayout<bpf_map_info>.size)
    if bpf_obj_get_info_by_fd(descriptor, &info, &size) != 0 { throw TraceError(.mapRing, errno: errno) }
    let pageSize = sysconf(Int32(_SC_PAGESIZE))
    let dataSize = Int(info.max_entries)
    let mappedSize = pageSize + dataSize + min(dataSize, (Self.longestRecord + pageSize - 1) / pageSize * pageSize)
    guard let consumer = Self.map(descriptor, pageSize, PROT_READ | PROT_WRITE, offset: 0) else {
      throw TraceError(.mapRing, errno: errno)
    }
    guard let producer = Self.map(descriptor, mappedSize, PROT_READ, offset: pageSize) else {
      let error = errno
      munmap(consumer, pageSize)
      throw TraceError(.mapRing, errno: error)
    }
    self.descriptor = descriptor
    self.decoder = decoder
    self.pageSize = pageSize
    self.mappedSize = mappedSize
    mask = UInt(dataSize - 1)
    consumerPage = consumer
    producerPages = producer
  }

  deinit {
    munmap(producerPages, mappedSize)
    munmap(consumerPage, pageSize)
  }

  private static func map(_ descriptor: Int32, _ size: Int, _ access: Int32, offset: Int) -> UnsafeMutableRawPointer? {
    let memory = mmap(nil, size, access, MAP_SHARED, descriptor, off_t(offset))
    return memory == MAP_FAILED ? nil : memory
  }

  /// Decodes everything there is. A storm cannot keep it here for ever: it stops at what was there when it began, and
  /// looks once more only where the kernel might have seen no reason to wake anybody.
  /// - Returns: how many bytes of the ring that was.
  func drain() -> Int {
    let consumer = consumerPage.assumingMemoryBound(to: Atomic<UInt>.self)
    let producer = producerPages.assumingMemoryBound(to: Atomic<UInt>.self)
    let data = UnsafeRawPointer(producerPages) + pageSize
    let before = consumer.pointee.load(ordering: .relaxed)
    var position = before
    let bound = position &+ mask &+ 1
    while true {
      let start = position
      let end = producer.pointee.load(ordering: .sequentiallyConsistent)
      var published = position
      while position < end {
        let header = data + Int(position & mask)
        let length = header.assumingMemoryBound(to: Atomic<UInt32>.self).pointee.load(ordering: .acquiring)
        // Reserved and not submitted yet: its end will wake us.
        if length & Self.busyBit != 0 { break }
        let size = Int(length & ~Self.discardBit)
        if length & Self.discardBit == 0 {
          decoder.decode(UnsafeRawBufferPointer(start: header + Self.headerSize, count: size))
        }
        position &+= UInt((size + Self.headerSize + 7) & ~7)
        if position &- published >= Self.stride {
          consumer.pointee.store(position, ordering: .releasing)
          published = position
        }
      }
      // The kernel wakes when it submits the record that is next to be read. Whether that is so it tells by the
      // consumer's position, so that has to be out before the producer's is looked at for the last time.
      consumer.pointee.store(position, ordering: .sequentiallyConsistent)
      if position == start || position >= bound { return Int(position &- before) }
    }
  }

  // Of include/uapi/linux/bpf.h.
  private static var busyBit: UInt32 { BPF_RINGBUF_BUSY_BIT }
  private static var discardBit: UInt32 { BPF_RINGBUF_DISCARD_BIT }
  private static var headerSize: Int { Int(BPF_RINGBUF_HDR_SZ) }
}
