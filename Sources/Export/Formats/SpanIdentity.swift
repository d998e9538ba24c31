internal import Events

/// The ids of traces and spans: the same process of the same boot has the same id in every export, and processes of
/// different machines have different ones.
///
/// The hash is FNV-1a with the finaliser of SplitMix64. It need not resist an attack: a process that could choose its
/// pid and start time to the nanosecond would only join two spans of a trace.
struct SpanIdentity {
  private let boot: RawBytes

  /// - Parameter boot: the id of the boot, or else the name of the machine; empty where unknown.
  init(boot: RawBytes) { self.boot = boot }

  /// The 16 hexadecimal digits of a span.
  func span(_ id: ProcessID) -> [UInt8] { Self.digits(hash(id, salt: 0)) }

  /// The 32 hexadecimal digits of the trace below a topmost process.
  func trace(_ top: ProcessID) -> [UInt8] {
    Self.digits(hash(top, salt: 1)) + Self.digits(hash(top, salt: 2))
  }

  private func hash(_ id: ProcessID, salt: UInt8) -> UInt64 {
    var sum: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ byte: UInt8) { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
    add(salt)
    for byte in boot.bytes { add(byte) }
    withUnsafeBytes(of: id.pid.littleEndian) { for byte in $0 { add(byte) } }
    withUnsafeBytes(of: id.startTime.littleEndian) { for byte in $0 { add(byte) } }
    // Machines may have the same name.
    if id.host != 0 { withUnsafeBytes(of: id.host.littleEndian) { for byte in $0 { add(byte) } } }
    sum = (sum ^ (sum &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    sum = (sum ^ (sum &>> 27)) &* 0x94d0_49bb_1331_11eb
    sum ^= sum &>> 31
    // An id of zeros is invalid.
    return sum == 0 ? 1 : sum
  }

  private static func digits(_ value: UInt64) -> [UInt8] {
    let alphabet = Array("0123456789abcdef".utf8)
    return (0..<16).map { place in
      alphabet[Int(truncatingIfNeeded: value &>> UInt64(truncatingIfNeeded: (15 &- place) &* 4) & 0xf)]
    }
  }
}
