public import Events

/// What one process wrote to its standard output and error, as far as it was captured and is remembered.
public struct WrittenText: Sendable {
  /// A write: where its bytes end, when it was, and to which stream.
  struct Write: Sendable {
    let time: UInt64
    let end: Int32
    let stream: OutputEvent.Stream
  }

  private(set) var bytes: [UInt8] = []
  /// In the order of their times.
  private(set) var writes: [Write] = []
  /// How many bytes of it were never captured, and since when.
  private var leftOut: UInt64 = 0
  private var leftOutSince = UInt64.max
  /// How many bytes were captured and then forgotten, to stay within the limit.
  private(set) var forgotten: UInt64 = 0

  /// A part of the text.
  public struct Part: Sendable {
    /// When it was written, in nanoseconds since boot.
    public let time: UInt64
    /// Where to.
    public let stream: OutputEvent.Stream
    /// Any bytes: they may end within a line or a character.
    public let bytes: ArraySlice<UInt8>
  }

  /// Its memory in bytes: an estimate.
  var size: Int { bytes.count &+ writes.count &* MemoryLayout<Write>.stride &+ Self.overhead }
  private static let overhead = 160

  /// More than the kernel side keeps of a process, even where several threads write at a time.
  static let most = 4 << 20

  /// Adds a write.
  mutating func add(_ event: OutputEvent) {
    if event.leftOut > leftOut {
      leftOut = event.leftOut
      leftOutSince = min(leftOutSince, event.time)
    }
    guard !event.bytes.isEmpty else { return }
    guard bytes.count &+ event.bytes.count <= Self.most else {
      forgotten &+= UInt64(clamping: event.bytes.count)
      return
    }
    bytes.append(contentsOf: event.bytes)
    // A recording may have times in any order.
    writes.append(
      Write(
        time: max(event.time, writes.last?.time ?? 0), end: Int32(truncatingIfNeeded: bytes.count),
        stream: event.stream))
  }

  /// Forgets the bytes, and remembers how many.
  mutating func forget() {
    forgotten &+= UInt64(clamping: bytes.count)
    bytes = []
    writes = []
  }

  /// What was written up to a moment, oldest first. - Complexity: O(writes).
  public func parts(until moment: UInt64 = .max) -> [Part] {
    var parts: [Part] = []
    var start = 0
    for write in writes {
      if write.time > moment { break }
      let end = Int(write.end)
      parts.append(Part(time: write.time, stream: write.stream, bytes: bytes[start..<end]))
      start = end
    }
    return parts
  }

  /// How many bytes the process wrote until a moment that are not in `parts`; nil where the moment is in the past and
  /// some are missing: then their number is not known.
  public func missing(until moment: UInt64 = .max) -> UInt64? {
    if moment == .max { return Self.sum(leftOut, forgotten) }
    return moment < leftOutSince && forgotten == 0 ? 0 : nil
  }

  // The events from which the same text is made again: the writes, and at last how much is missing.

  private var hasGap: Bool { leftOut > 0 || forgotten > 0 }

  var eventCount: Int { writes.count &+ (hasGap ? 1 : 0) }

  func time(ofEvent index: Int) -> UInt64 {
    index < writes.count ? writes[index].time : leftOutSince == .max ? writes.last?.time ?? 0 : leftOutSince
  }

  func event(_ index: Int, of process: ProcessID) -> OutputEvent {
    guard index < writes.count else {
      return OutputEvent(
        time: time(ofEvent: index), process: process, stream: .output, bytes: [],
        leftOut: Self.sum(leftOut, forgotten))
    }
    let start = index > 0 ? Int(writes[index &- 1].end) : 0
    return OutputEvent(
      time: writes[index].time, process: process, stream: writes[index].stream,
      bytes: Array(bytes[start..<Int(writes[index].end)]))
  }

  /// Whether there is nothing to tell.
  public var isEmpty: Bool { bytes.isEmpty && leftOut == 0 && forgotten == 0 }

  /// A number that changes with every write.
  public var version: UInt64 { UInt64(clamping: bytes.count) &+ Self.sum(leftOut, forgotten) &* 31 }

  private static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (sum, overflows) = a.addingReportingOverflow(b)
    return overflows ? .max : sum
  }
}
