/// Appends fields of protocol buffers to a byte buffer. Only the wire format is known here: the numbers of fields are
/// those of the schema.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  /// Removes the bytes, and keeps their memory.
  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// A number (`uint32`, `uint64`, `int64` that is not negative, `bool`, an enumeration).
  mutating func number(_ field: UInt32, _ value: UInt64) {
    varint(UInt64(field) &<< 3)
    varint(value)
  }

  /// A string in UTF-8.
  mutating func text(_ field: UInt32, _ value: some Collection<UInt8>) {
    varint(UInt64(field) &<< 3 | 2)
    varint(UInt64(truncatingIfNeeded: value.count))
    bytes.append(contentsOf: value)
  }

  /// A string of our own.
  mutating func text(_ field: UInt32, _ value: StaticString) {
    value.withUTF8Buffer { text(field, $0) }
  }

  /// A message, whose fields `body` appends.
  mutating func message(_ field: UInt32, _ body: (inout ProtobufWriter) -> Void) {
    varint(UInt64(field) &<< 3 | 2)
    let start = bytes.count
    body(&self)
    // The length comes first and has as few bytes as it needs, so the message moves behind it.
    let length = bytes.count &- start
    var prefix = ProtobufWriter()
    prefix.varint(UInt64(truncatingIfNeeded: length))
    bytes.insert(contentsOf: prefix.bytes, at: start)
  }

  /// Seven bits a byte, the lowest first; the highest bit says that more follow.
  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}
