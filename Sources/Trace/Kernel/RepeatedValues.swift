internal import Glibc

/// Values made from byte strings that repeat, such as paths and environments. Equal bytes give the same value, without
/// another allocation.
///
/// A hash table without chains: an entry replaces the one with the same hash. A look-up compares all bytes, so a
/// hostile process can make the table useless, but never wrong.
struct SharedBytes<Value> {
  private struct Entry {
    let bytes: [UInt8]
    let value: Value
  }
  private var entries: [Entry?]

  /// - Parameter slots: the number of values kept, a power of two.
  init(slots: Int) { entries = Array(repeating: nil, count: slots) }

  /// The value for these bytes. - Complexity: O(bytes)
  /// - Parameter made: grows by the size of the value when a new one is made.
  mutating func value(
    for bytes: UnsafeRawBufferPointer, made: inout Int, make: (UnsafeRawBufferPointer) -> Value
  ) -> Value {
    let slot = Self.hash(bytes) & (entries.count &- 1)
    if let entry = entries[slot], entry.bytes.count == bytes.count,
      entry.bytes.withUnsafeBytes({ Self.areEqual($0, bytes) })
    {
      return entry.value
    }
    let value = make(bytes)
    made &+= bytes.count
    entries[slot] = Entry(bytes: Array(bytes), value: value)
    return value
  }

  private static func areEqual(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Bool {
    guard let a = a.baseAddress, let start = b.baseAddress else { return true }
    return memcmp(a, start, b.count) == 0
  }

  /// Hashes at most eight words of the bytes: an environment has thousands of bytes, and a look-up compares all of them
  /// anyway.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    let word = MemoryLayout<UInt64>.size
    var sum = UInt64(truncatingIfNeeded: bytes.count) &* 0x9e37_79b9_7f4a_7c15
    if bytes.count < word {
      for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
    } else {
      let last = bytes.count &- word
      let stride = max(last / 7, 1)
      var offset = 0
      while offset < last {
        sum = (sum ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0x9e37_79b9_7f4a_7c15
        sum ^= sum >> 29
        offset &+= stride
      }
      sum = (sum ^ bytes.loadUnaligned(fromByteOffset: last, as: UInt64.self)) &* 0x9e37_79b9_7f4a_7c15
    }
    return Int(truncatingIfNeeded: sum >> 32)
  }
}

/// A table that forgets the keys that were not used for the longest time. It keeps at least the `generation` keys used
/// last, and at most twice as many.
struct RecentTable<Key: Hashable, Value> {
  private let generation: Int
  private var young: [Key: Value] = [:]
  private var old: [Key: Value] = [:]

  init(generation: Int) { self.generation = generation }

  /// Stores a value. - Complexity: O(1)
  mutating func insert(_ value: Value, for key: Key) {
    if young.count >= generation, young[key] == nil {
      old = young
      young = [:]
    }
    young[key] = value
  }

  /// Returns the value for a key, which counts as used now; nil if it is unknown. - Complexity: O(1)
  mutating func use(_ key: Key) -> Value? {
    if let value = young[key] { return value }
    guard let value = old[key] else { return nil }
    insert(value, for: key)
    return value
  }
}
