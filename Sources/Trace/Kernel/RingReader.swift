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
///
/// The kernel wakes whoever waits when it submits the very record that is next to be read, and a wake costs what is traced more
/// than the record: an interrupt that the CPU sends itself. A reader that is going to look again anyway wants none. So
/// the last record that was read is kept, as if it had not been, until `letWake`.
struct RingReader: ~Copyable {
  private let decoder: RecordDecoder
  private let consumerPage: UnsafeMutableRawPointer
  private let producerPages: UnsafeMutableRawPointer
  private let pageSize: Int
  private let mappedSize: Int
  private let mask: UInt
  /// How far it has read; the consumer's position is behind that while the last record is kept.
  private var position: UInt
  /// Becomes readable when a record arrives after everything had been read.
  let descriptor: Int32

  /// No record is longer, with its header.
  private static let longestRecord = Int(EST_STRINGS_ROOM_LARGE) + 4096
  /// The consumer's position is published after so many bytes, since every time costs the kernel's side a cache line.
  /// Then others may run (`sched_yield`): what is drained in between is some 50 µs' work. But not while more of the
  /// ring is full than `DrainPace` aims at: each of those that wait for this CPU may keep it for a tick (4 ms at 250 Hz),
  /// and a storm of long arguments brings more than a stride in that time.
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
    position = consumer.assumingMemoryBound(to: Atomic<UInt>.self).pointee.load(ordering: .relaxed)
  }

  /// How many bytes the ring holds.
  var ringSize: Int { Int(mask) + 1 }

  /// How many bytes are in the ring and not decoded.
  var waiting: Int {
    let producer = producerPages.assumingMemoryBound(to: Atomic<UInt>.self)
    return Int(clamping: producer.pointee.load(ordering: .relaxed) &- position)
  }

  deinit {
    munmap(producerPages, mappedSize)
    munmap(consumerPage, pageSize)
  }

  private static func map(_ descriptor: Int32, _ size: Int, _ access: Int32, offset: Int) -> UnsafeMutableRawPointer? {
    let memory = mmap(nil, size, access, MAP_SHARED, descriptor, off_t(offset))
    return memory == MAP_FAILED ? nil : memory
  }

  /// Decodes everything that is there when it begins.
  /// - Returns: how many bytes of the ring that was.
  mutating func drain() -> Int {
    let consumer = consumerPage.assumingMemoryBound(to: Atomic<UInt>.self)
    let producer = producerPages.assumingMemoryBound(to: Atomic<UInt>.self)
    let data = UnsafeRawPointer(producerPages) + pageSize
    let start = position
    let end = producer.pointee.load(ordering: .acquiring)
    var published = start
    var last = start
    while position != end {
      let offset = Int(position & mask)
      let header = data + offset
      let length = header.assumingMemoryBound(to: Atomic<UInt32>.self).pointee.load(ordering: .acquiring)
      // Reserved and not submitted yet.
      if length & Self.busyBit != 0 { break }
      let size = Int(length & ~Self.discardBit)
      let step = (size + Self.headerSize + 7) & ~7
      guard offset + step <= mappedSize - pageSize, UInt(step) <= end &- position else {
        // No record of ours: where the next one begins is not known either.
        decoder.skipUnreadable()
        position = end
        last = end
        break
      }
      if length & Self.discardBit == 0 {
        decoder.decode(UnsafeRawBufferPointer(start: header + Self.headerSize, count: size))
      }
      last = position
      position &+= UInt(step)
      if last &- published >= Self.stride {
        consumer.pointee.store(last, ordering: .releasing)
        published = last
        if waiting <= ringSize / DrainPace.part { sched_yield() }
      }
    }
    if position != start { consumer.pointee.store(last, ordering: .releasing) }
    return Int(position &- start)
  }

  /// Lets the next record wake who waits for the descriptor. What was submitted since the last drain makes it readable at once.
  func letWake() {
    // The kernel compares this with where the record is that it submits, and then looks who waits: so it has to be
    // out before anyone waits.
    consumerPage.assumingMemoryBound(to: Atomic<UInt>.self).pointee.store(position, ordering: .sequentiallyConsistent)
  }

  // Of include/uapi/linux/bpf.h.
  private static var busyBit: UInt32 { BPF_RINGBUF_BUSY_BIT }
  private static var discardBit: UInt32 { BPF_RINGBUF_DISCARD_BIT }
  private static var headerSize: Int { Int(BPF_RINGBUF_HDR_SZ) }
}
